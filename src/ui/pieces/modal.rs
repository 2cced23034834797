//! Modal dialogs: the rest of the page is inert while one is open.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

/// A `<dialog>` that the page's state controls, and events by which the browser closes it.
pub struct Modal {
    pub place: NodeRef,
    /// A person presses Escape: the state changes at once, not only with the browser's later
    /// `close`, so that a key pressed in between is already a shortcut.
    pub oncancel: Callback<Event>,
    /// The browser reports that the dialog was closed. On a busy machine that may come after the
    /// dialog was opened again; then it is ignored.
    pub onclose: Callback<Event>,
}

/// A `<dialog>` that is open or closed as `open` says; `closed` is called once each time that the
/// browser closes it by itself.
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
