//! The message shown when the page itself fails. It does not use Yew, which may be what failed.

use std::panic::PanicHookInfo;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, HtmlTextAreaElement};

/// From now on, shows a message instead of a frozen page.
pub fn install() {
    yew::set_custom_panic_hook(Box::new(|info| {
        // Nothing can be done about a failure to say that something failed.
        let _ = show(info);
    }));
}

fn show(info: &PanicHookInfo<'_>) -> Option<()> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id("alarm").is_some() {
        return None;
    }
    let alarm = element(&document, "div", "alarm")?;
    alarm.set_id("alarm");
    alarm.set_attribute("role", "alert").ok()?;
    let card = element(&document, "div", "alarm-card")?;
    let title = element(&document, "h2", "")?;
    title.set_text_content(Some("The page stopped because of an error in Stalemate"));
    let advice = element(&document, "p", "")?;
    advice.set_text_content(Some(
        "You did nothing wrong. Reload to start again. The details below help to find the cause.",
    ));
    let area = element(&document, "textarea", "alarm-details")?;
    let details: HtmlTextAreaElement = area.clone().dyn_into().ok()?;
    details.set_value(&format!("Stalemate {}\n{info}", env!("CARGO_PKG_VERSION")));
    details.set_read_only(true);
    details.set_attribute("aria-label", "Details of the error").ok()?;
    let buttons = element(&document, "p", "buttons")?;
    let reload = element(&document, "a", "button primary")?;
    reload.set_attribute("href", "").ok()?;
    reload.set_text_content(Some("Reload"));
    let copy = element(&document, "button", "button")?;
    copy.set_text_content(Some("Copy details"));
    let text = details.value();
    let on_copy = Closure::<dyn Fn()>::new(move || {
        details.select();
        if let Some(window) = web_sys::window() {
            // Where it is refused, the text is selected already.
            let _ = window.navigator().clipboard().write_text(&text);
        }
    });
    copy.add_event_listener_with_callback("click", on_copy.as_ref().unchecked_ref()).ok()?;
    on_copy.forget();
    for (parent, child) in [
        (&buttons, &reload),
        (&buttons, &copy),
        (&card, &title),
        (&card, &advice),
        (&card, &area),
        (&card, &buttons),
        (&alarm, &card),
    ] {
        parent.append_child(child).ok()?;
    }
    document.body()?.append_child(&alarm).ok()?;
    // So that the keyboard leads out.
    reload.dyn_into::<HtmlElement>().ok()?.focus().ok()?;
    Some(())
}

fn element(document: &Document, name: &str, class: &str) -> Option<Element> {
    let element = document.create_element(name).ok()?;
    element.set_class_name(class);
    Some(element)
}
