//! Elements of the page: finding one, and leading a person to it.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

use crate::page::Panel;

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The first element that a selector names.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Gives the focus to an element, also to one that takes it from nowhere else.
pub fn focus(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        if element.tab_index() < 0 && !element.has_attribute("tabindex") {
            element.set_tab_index(-1);
        }
        // It only fails for what is not on the page.
        let _ = element.focus();
    }
}

/// Brings a panel into view, and the focus to it, so that the keyboard goes on from there.
pub fn show(panel: Panel) {
    if let Some(element) = find(&format!("[data-panel='{}']", panel.id())) {
        element.scroll_into_view();
        focus(element);
    }
}

/// Scrolls a list, and nothing else, so that what a selector names in it can be seen.
pub fn keep_in_view(list: &Element, selector: &str) {
    let Some(line) = list.query_selector(selector).ok().flatten() else {
        return;
    };
    let (frame, line) = (list.get_bounding_client_rect(), line.get_bounding_client_rect());
    let above = line.top() - frame.top();
    let below = line.bottom() - frame.bottom();
    if above < 0.0 || below > 0.0 {
        let middle = above - (frame.height() - line.height()) / 2.0;
        list.set_scroll_top(list.scroll_top() + middle as i32);
    }
}
