//! Long work in Web Workers: threads with an instance of the page's own module each.
//!
//! An [`Order`] is text in and text out. A [`Pool`] hands orders to its workers; where no worker can
//! start, it carries them out on the page's thread, between frames. Both use the same [`Work`], so
//! that results are the same wherever and by however many they are made.
//!
//! `static/runner.js` starts the module in a worker; `ui/jobs.rs` says what a worker can do.

mod hand;
mod local;
mod pool;
mod serve;

use std::rc::Rc;

pub use pool::{Heard, Ordered, Pool};
pub use serve::{kind, serve};

use crate::ui::browser::chunk::Loading;

/// Work in portions.
pub trait Work {
    /// Does a small part, of about a millisecond. Returns true once all is done.
    fn advance(&mut self) -> bool;

    /// The progress, as text.
    fn so_far(&mut self) -> String;

    /// The result so far, as text.
    fn result(&mut self) -> String;
}

/// Work to be done, as text; large data goes beside it.
#[derive(Clone)]
pub struct Order {
    pub text: Rc<str>,
    pub bytes: Option<Rc<[u8]>>,
}

/// Begins the work of an order, or returns why that cannot be.
pub type Begin = fn(Order) -> Result<Box<dyn Work>, String>;

/// The code for a kind of work, which is in a chunk.
#[derive(Clone, Copy)]
pub struct Doer {
    pub begin: Begin,
    /// Work that is like most orders, if they are long: a worker does some of it before its first
    /// order, because a browser compiles for speed only what has run for a while.
    pub rehearsal: fn() -> Option<Box<dyn Work>>,
    /// Lets a worker carry out orders: [`serve`].
    pub serve: fn(Doer),
}

/// Loads it.
pub type Load = fn() -> Loading<Doer>;

/// What a person can do to work under way.
const STOP: &str = "stop";
const PAUSE: &str = "pause";
const CONTINUE: &str = "continue";

/// The first character of what a worker says.
const READY: &str = ".";
const SO_FAR: &str = "+";
const DONE: &str = "=";
const REFUSED: &str = "!";
