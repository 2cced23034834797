//! A static host: `dist/` under a sub-path, as a course page has it, and a scenario beside it.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Request, Response, Server};

/// Where the page is, below the host. Links that forget it are not found.
const SUB_PATH: &str = "/courses/caching/";

/// A scenario of the host's own, as `lesson.json`.
const LESSON: &str =
    r#"{"title": "Of the host's own", "actions": [{"at_us": 0, "do": "read", "key": "user:1"}]}"#;

/// A running host; it ends when dropped.
pub struct Site {
    server: Arc<Server>,
}

impl Site {
    /// Serves `dist/` on a free port of the loopback interface.
    pub fn start() -> Site {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        assert!(
            dist.join("index.html").exists(),
            "there is no page in dist/: run `make build` first"
        );
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page");
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let requests = Arc::clone(&server);
        thread::spawn(move || {
            for request in requests.incoming_requests() {
                // Each on a thread of its own: a browser that is in no hurry to take one file may
                // wait for another meanwhile.
                let (dist, folder) = (dist.clone(), folder.clone());
                thread::spawn(move || answer(request, &dist, &folder));
            }
        });
        Site { server }
    }

    /// The page's address: `http://127.0.0.1:<port>/<sub-path>/`.
    pub fn url(&self) -> String {
        let address = self.server.server_addr().to_ip().expect("a TCP address");
        format!("http://{address}{SUB_PATH}")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn answer(request: Request, dist: &Path, folder: &Path) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    let name = path.strip_prefix(SUB_PATH);
    // Whether the browser still wants the answer is not this host's concern.
    if name == Some("lesson.json") {
        let _ = request.respond(Response::from_string(LESSON));
        return;
    }
    let file = name.map(|name| match name {
        "" => dist.join("index.html"),
        name if name.starts_with("files/") => folder.join(name),
        name => dist.join(name),
    });
    let _ = match file.filter(|file| is_inside(file, dist) || is_inside(file, folder)) {
        Some(file) => request.respond(
            Response::from_file(File::open(&file).expect("a readable file"))
                .with_header(content_type(&file)),
        ),
        None => request.respond(Response::empty(404)),
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
