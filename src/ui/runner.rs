//! The page's module in a Web Worker: it carries out orders instead of drawing.
//!
//! What it does is in the chunk of the dialog that orders it.

use yew::platform::spawn_local;

use crate::ui::browser::chunk::chunks;
use crate::ui::browser::workers::{Begin, kind, serve};
use crate::ui::compared::{self, RUNS};
use crate::ui::dialogs::explore::{self, SEARCH};

#[derive(Clone, Copy)]
enum Kind {
    Runs,
    Search,
}

chunks! { Kind => Begin:
    Kind::Runs => run_orders compared::begin, in compare;
    Kind::Search => search_orders explore::begin, in explore;
}

/// Begins to carry out orders. Returns false if this is the page.
pub fn start() -> bool {
    let Some(kind) = kind() else { return false };
    let kind = match &*kind {
        RUNS => Kind::Runs,
        SEARCH => Kind::Search,
        // of a page that it does not know: it is not for this to say
        _ => return true,
    };
    spawn_local(async move {
        match load(kind).await {
            Ok(begin) => serve(begin),
            // the page hears of an error
            Err(_) => wasm_bindgen::throw_str("a chunk could not be loaded"),
        }
    });
    true
}
