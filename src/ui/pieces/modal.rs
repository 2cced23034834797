//! Dialogs that hold the rest of the page back while they are open.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The place of a `<dialog>`, which is open or closed as `open` says.
#[hook]
pub fn use_modal(open: bool) -> NodeRef {
    let dialog = use_node_ref();
    let placed = dialog.clone();
    use_effect_with(open, move |open| {
        if let Some(dialog) = placed.cast::<HtmlDialogElement>() {
            if *open && !dialog.open() {
                // It only fails where the dialog is not on the page.
                let _ = dialog.show_modal();
            } else if !*open && dialog.open() {
                dialog.close();
            }
        }
    });
    dialog
}
