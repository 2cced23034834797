//! The playground embedded in another page, its host: the options in the address, and the messages
//! between the two.
//!
//! All of it is plain data and is tested without a browser; `ui` posts and
//! receives the messages. A message is an object with `context: "stalemate"` and
//! `v: 1`, so that neither side reads a message of another script.
//!
//! A host is any web page with `static/embed.js`, and also a notebook: `src/python` is the Python
//! package, whose widget makes the page of files that the kernel hands over. Such a page has no
//! address of its own, and reads its options from a `meta` element, `stalemate-address`.

mod message;
mod options;
mod snippet;

pub use message::{
    CONTEXT, ErrorKind, INBOUND, Inbound, LessonProgress, MOST_VIOLATIONS, MessageError, Outbound,
    RunState, ScenarioSource, VERSION, failed, frame_resized, inbound, outbound, posted, resized,
};
pub use options::{Allowed, BadParameter, COMPACT_HEIGHT, Layout, Options, PARAMETERS, Theme};
pub use snippet::{Snippet, address, element, picture, snippets};
