//! A static host: `dist/` under a sub-path, as a course page has it, and the host's own files beside
//! it, in `files/`.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use tiny_http::{Header, Request, Response, Server};

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
    // Whether the browser still wants the answer is not this host's concern.
    let _ = match file.filter(|file| is_inside(file, dist) || is_inside(file, folder)) {
        Some(file) => request.respond(
            Response::from_file(File::open(&file).expect("a readable file"))
                .with_header(content_type(&file)),
        ),
        None => match File::open(dist.join(INSTEAD)) {
            Ok(page) => request
                .respond(Response::from_file(page).with_header(content_type(Path::new(INSTEAD)))),
            Err(_) => request.respond(Response::empty(404)),
        },
    };
}

fn is_inside(file: &Path, dist: &Path) -> bool {
    match (fs::canonicalize(file), fs::canonicalize(dist)) {
        (Ok(file), Ok(dist)) => file.is_file() && file.starts_with(dist),
        _ => false,
    }
}

/// Browsers compile a module while it arrives only where its type is `application/wasm`.
fn content_type(file: &Path) -> Header {
    let kind = match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    Header::from_bytes("Content-Type", kind).expect("a well-formed header")
}
