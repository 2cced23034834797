//! The playground as a part of another page: what its address asks for, and the
//! messages that it and its host send each other.
//!
//! All of it is plain data, tried without a browser; the page posts it and
//! listens. A message is an object with `context: "stalemate"` and `v: 1`, so
//! that neither side takes another script's message for its own.

mod message;
mod options;
mod snippet;

pub use message::{CONTEXT, INBOUND, Inbound, Load, Outbound, State, VERSION, inbound, outbound};
pub use options::{Options, PARAMETERS, Theme};
pub use snippet::{Snippet, address, element, picture, snippets};
