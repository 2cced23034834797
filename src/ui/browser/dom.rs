//! Elements of the page: finds them, scrolls to them, and focuses them.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

use crate::page::Panel;

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The first element for a selector.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Focuses an element, even one that cannot otherwise be focused.
pub fn focus(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        if element.tab_index() < 0 && !element.has_attribute("tabindex") {
            element.set_tab_index(-1);
        }
        // It only fails for what is not on the page.
        let _ = element.focus();
    }
}

/// Scrolls to a panel and focuses it, so that the keyboard continues from there.
pub fn show(panel: Panel) {
    if let Some(element) = find(&format!("[data-panel='{}']", panel.id())) {
        element.scroll_into_view();
        focus(element);
    }
}

/// Scrolls only this list, so that the element for a selector is visible in it.
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
