//! The visit: the address, the history of the tab, and the work that a reload restores.
//!
//! The browser keeps one text with each entry of its history, across reloads and until the tab is
//! closed: the link to what a person did there. An embed adds nothing to the history, which belongs
//! to the page around it.

use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::{History, Location};

use crate::link;

fn history() -> Option<History> {
    web_sys::window()?.history().ok()
}

fn location() -> Option<Location> {
    web_sys::window().map(|window| window.location())
}

/// The query of the address.
pub fn query() -> String {
    location().and_then(|location| location.search().ok()).unwrap_or_default()
}

/// The link to what was done here before the page was left or reloaded.
pub fn kept() -> Option<String> {
    let kept = history()?.state().ok()?.as_string()?;
    link::is_meant(&kept).then_some(kept)
}

/// Stores a link with this entry of the history.
///
/// # Errors
/// If the browser refuses, for example because the link is too long.
pub fn keep(link: &str) -> Result<(), JsValue> {
    let Some(history) = history() else { return Ok(()) };
    history.replace_state_with_url(&JsValue::from_str(link), "", None)
}

/// Adds an entry to the history whose address names a preset; the rest of the query stays. If the
/// address names the preset already, its entry is replaced.
///
/// # Errors
/// If the browser refuses.
pub fn push(preset: &str) -> Result<(), JsValue> {
    let (Some(history), Some(location)) = (history(), location()) else { return Ok(()) };
    let (now, query) = (location.search()?, with_preset(&location.search()?, preset));
    let address = format!("{}{query}", location.pathname()?);
    match query == now && location.hash()?.is_empty() {
        true => history.replace_state_with_url(&JsValue::NULL, "", None),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
    }
}

/// Calls `turn` when a person goes back or forward to another entry of this page, or changes the
/// link in its address.
pub fn on_turn(turn: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "popstate", move |_| turn()))
}

/// Reloads the page from its address.
pub fn reload() {
    if let Some(location) = location() {
        // A browser that refuses leaves what is there.
        let _ = location.reload();
    }
}

/// Sets the title of the tab and of the history's entry.
pub fn entitle(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&match title.is_empty() {
            true => "Stalemate: your own scenario".to_owned(),
            false => format!("{title} · Stalemate"),
        });
    }
}

/// The query with this preset in it.
fn with_preset(query: &str, preset: &str) -> String {
    let asked = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    let stays = asked.filter(|(name, _)| !matches!(&**name, "preset" | "src" | "autoplay"));
    let mut new = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    new.extend_pairs(stays).append_pair("preset", preset);
    new.finish()
}
