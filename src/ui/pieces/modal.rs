//! Dialogs that hold the rest of the page back while they are open.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

/// A `<dialog>` as the page's state wants it, and what the browser does to it by itself.
pub struct Modal {
    pub place: NodeRef,
    /// A person presses Escape: the state says so at once, not only with the browser's later
    /// `close`, so that a key pressed in between is a shortcut already.
    pub oncancel: Callback<Event>,
    /// The browser says that the dialog was closed, which on a busy machine comes after the dialog
    /// was opened again: then it is not true any longer.
    pub onclose: Callback<Event>,
}

/// The place of a `<dialog>`, which is open or closed as `open` says; `closed` is told once each
/// time that the browser closes it by itself.
#[hook]
pub fn use_modal(open: bool, closed: Callback<()>) -> Modal {
    let place = use_node_ref();
    let placed = place.clone();
    use_effect_with(open, move |open| {
        if let Some(dialog) = placed.cast::<HtmlDialogElement>() {
            if *open && !dialog.open() {
                // It only fails where the dialog is not on the page.
                let _ = dialog.show_modal();
                // and no `autofocus`, which a frame of another origin complains of
                let first = dialog.query_selector("[data-focus]").ok().flatten();
                if let Some(first) = first.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                    let _ = first.focus();
                }
            } else if !*open && dialog.open() {
                dialog.close();
            }
        }
    });
    let closed = Callback::from(move |()| {
        if open {
            closed.emit(());
        }
    });
    let oncancel = closed.reform(|_: Event| ());
    let at = place.clone();
    let onclose = Callback::from(move |_: Event| {
        if !at.cast::<HtmlDialogElement>().is_some_and(|dialog| dialog.open()) {
            closed.emit(());
        }
    });
    Modal { place, oncancel, onclose }
}
