//! A course page on a host of its own: another port, below a path, with a policy of its own.

use std::sync::Arc;
use std::thread;

use serde_json::{Value, json};
use tiny_http::{Header, Response, Server};

use crate::page::Page;

const SUB_PATH: &str = "/course/week-3/";

/// Gathers what each playground says, by the id of its element.
const LISTEN: &str = r#"
    window.heard = {};
    const hear = (id, message) => (heard[id] ??= []).push(message);
    for (const type of ["ready", "resize", "state", "event", "error"])
      document.addEventListener(`stalemate-${type}`, (event) => hear(event.target.id, event.detail));
    addEventListener("message", ({ source, data }) => {
      for (const frame of document.querySelectorAll("iframe"))
        if (frame.contentWindow === source) hear(frame.id, data);
    });
    window.post = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
"#;

/// Another frame of the same page, which talks to the first as its host would.
const INTRUDER: &str = r#"
    parent.frames[0].postMessage({ context: "stalemate", v: 1, type: "seek", atUs: 900000 }, "*");
    parent.postMessage("done", "*");
"#;

/// A running host; it ends when dropped.
pub struct Course {
    server: Arc<Server>,
}

impl Course {
    /// Serves a page with this body, in which `{page}` is the playground's address, and opens it.
    pub fn open(body: &str) -> (Page, Course) {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let course = Course { server: server.clone() };
        let address = course.url();
        let page = Page::beside(|playground| {
            let origin = playground.split('/').take(3).collect::<Vec<_>>().join("/");
            let policy = format!(
                "default-src 'none'; script-src 'self' {origin}; frame-src 'self' {origin}; \
                 img-src data:"
            );
            let document = format!(
                "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Week 3</title>\
                 <link rel=icon href=data:,><script src=listen.js></script>{}",
                body.replace("{page}", playground)
            );
            thread::spawn(move || serve(&server, &policy, &document));
            address
        });
        page.until("the course page is there", "return document.readyState === 'complete'");
        (page, course)
    }

    fn url(&self) -> String {
        let address = self.server.server_addr().to_ip().expect("a TCP address");
        format!("http://{address}{SUB_PATH}")
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn serve(server: &Server, policy: &str, document: &str) {
    for request in server.incoming_requests() {
        let (text, kind) = match request.url().strip_prefix(SUB_PATH) {
            Some("") => (document, "text/html"),
            Some("listen.js") => (LISTEN, "text/javascript"),
            Some("intruder.html") => ("<script src=intruder.js></script>", "text/html"),
            Some("intruder.js") => (INTRUDER, "text/javascript"),
            _ => {
                let _ = request.respond(Response::empty(404));
                continue;
            }
        };
        let header = |name: &str, value: &str| {
            Header::from_bytes(name, value).expect("a well-formed header")
        };
        let response = Response::from_string(text)
            .with_header(header("Content-Type", kind))
            .with_header(header("Content-Security-Policy", policy));
        // Whether the browser still wants the answer is not this host's concern.
        let _ = request.respond(response);
    }
}

/// What a playground has said of this type so far.
pub fn heard(page: &Page, id: &str, kind: &str) -> Vec<Value> {
    let script = "return (heard[arguments[0]] ?? []).filter(({ type }) => type === arguments[1])";
    match page.execute(script, json!([id, kind])) {
        Value::Array(messages) => messages,
        other => panic!("a list of messages, but was {other}"),
    }
}

/// Forgets what a playground has said so far.
pub fn forget(page: &Page, id: &str) {
    page.execute("heard[arguments[0]] = []", json!([id]));
}

/// Waits until one of the messages of a playground fulfils a condition on `m`.
pub fn hears(page: &Page, id: &str, condition: &str) {
    let script = format!("return (heard['{id}'] ?? []).some((m) => {condition})");
    page.until(&format!("{id} says {condition}"), &script);
}

/// Asks a playground where it stands, as its host: by the element, or by a message.
pub fn state(page: &Page, id: &str) -> Value {
    page.execute(
        "const it = document.getElementById(arguments[0]);
         if (it.getState) return it.getState();
         return new Promise((done) => {
             it.asked = (it.asked ?? 0) + 1;
             const hear = ({ source, data }) => {
                 if (source !== it.contentWindow || !(data.answered >= it.asked)) return;
                 removeEventListener('message', hear);
                 done(data);
             };
             addEventListener('message', hear);
             it.contentWindow.postMessage({ context: 'stalemate', v: 1, type: 'getState' }, '*');
         });",
        json!([id]),
    )
}
