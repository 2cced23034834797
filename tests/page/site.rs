//! A static host: `dist/` under a sub-path, as a course page has it, and the host's own files beside
//! it, in `files/`.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use tiny_http::{Method, Request, Server};

use crate::door::Door;

/// Where the page is, below the host. Links that forget it are not found.
const SUB_PATH: &str = "/courses/caching/";

/// Where the folder has such a file, it is the answer to whatever there is not, as some hosts do it.
pub const INSTEAD: &str = "instead.html";

type Asked = Arc<Mutex<Vec<String>>>;

/// A running host; it ends when dropped.
pub struct Site {
    server: Arc<Server>,
    /// Where it can be shut off.
    door: Option<Door>,
    /// The path of each request.
    asked: Asked,
}

impl Site {
    /// Serves `dist/` on a free port of the loopback interface.
    pub fn start() -> Site {
        Site::of(&dist())
    }

    /// Serves another folder, and can go away and come back.
    pub fn with_door(folder: &Path) -> Site {
        let mut site = Site::of(folder);
        site.door = Some(Door::before(site.address()));
        site
    }

    fn of(dist: &Path) -> Site {
        let dist = dist.to_owned();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let requests = Arc::clone(&server);
        let asked = Asked::default();
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for request in requests.incoming_requests() {
                let path = request.url().split('?').next().unwrap_or_default().to_owned();
                heard.lock().expect("no panic while it is held").push(path);
                // Each on a thread of its own: a browser that is in no hurry to take one file may
                // wait for another meanwhile.
                let (dist, folder) = (dist.clone(), folder.clone());
                thread::spawn(move || answer(request, &dist, &folder));
            }
        });
        Site { server, door: None, asked }
    }

    /// The page's address: `http://127.0.0.1:<port>/<sub-path>/`.
    pub fn url(&self) -> String {
        let address = self.door.as_ref().map_or_else(|| self.address(), Door::address);
        format!("http://{address}{SUB_PATH}")
    }

    /// How often it was asked for a file.
    pub fn times_asked(&self, name: &str) -> usize {
        let asked = self.asked.lock().expect("no panic while it is held");
        asked.iter().filter(|path| path.ends_with(&format!("/{name}"))).count()
    }

    /// Answers nothing any more, until it comes back.
    pub fn go_away(&self) {
        self.door.as_ref().expect("a door").shut();
    }

    pub fn come_back(&self) {
        self.door.as_ref().expect("a door").open();
    }

    fn address(&self) -> SocketAddr {
        self.server.server_addr().to_ip().expect("a TCP address")
    }
}

/// The page as it was built.
pub fn dist() -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    assert!(dist.join("index.html").exists(), "there is no page in dist/: run `make build` first");
    dist
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn answer(request: Request, dist: &Path, folder: &Path) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    let name = path.strip_prefix(SUB_PATH);
    let file = name.map(|name| match name {
        "" => dist.join("index.html"),
        name if name.starts_with("files/") => folder.join(name),
        name => dist.join(name),
    });
    let found = file.filter(|file| is_inside(file, dist) || is_inside(file, folder));
    let instead = dist.join(INSTEAD);
    let (status, file) = match found {
        Some(file) => ("200 OK", Some(file)),
        None if instead.exists() => ("200 OK", Some(instead)),
        None => ("404 Not Found", None),
    };
    let kind = file.as_deref().map_or("text/plain", content_type);
    let body = file.map(|file| fs::read(file).expect("a readable file")).unwrap_or_default();
    let is_asked_for = *request.method() != Method::Head;
    // The server gives each connection a thread, and may leave one that comes in the same moment as
    // another without: it would wait until a browser lets go of a connection, which it keeps for
    // minutes. So each ends with its answer; the server's own answers cannot say so.
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut out = request.into_writer();
    // Whether the browser still wants the answer is not this host's concern.
    let _ = out
        .write_all(head.as_bytes())
        .and_then(|()| out.write_all(if is_asked_for { &body } else { b"" }))
        .and_then(|()| out.flush());
}

fn is_inside(file: &Path, dist: &Path) -> bool {
    match (fs::canonicalize(file), fs::canonicalize(dist)) {
        (Ok(file), Ok(dist)) => file.is_file() && file.starts_with(dist),
        _ => false,
    }
}

/// Browsers compile a module while it arrives only where its type is `application/wasm`.
fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
