//! This visit: which address shows what, where Back leads, and what a reload finds again.
//!
//! The browser keeps one text with each entry of its history, over a reload and until the tab is
//! closed: the link to what a person did there. An embed adds nothing to it: the history belongs to
//! the page around it.

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

/// The link to what was done here before the page was left or loaded again.
pub fn kept() -> Option<String> {
    let kept = history()?.state().ok()?.as_string()?;
    link::is_meant(&kept).then_some(kept)
}

/// Keeps a link with this entry of the history.
///
/// # Errors
/// Where the browser refuses, as it does with a link that is too long for it.
pub fn keep(link: &str) -> Result<(), JsValue> {
    let Some(history) = history() else { return Ok(()) };
    history.replace_state_with_url(&JsValue::from_str(link), "", None)
}

/// A further entry of the history, whose address names a preset; what else the query asks for stays.
/// Where the address names it already, its entry starts over.
///
/// # Errors
/// Where the browser refuses.
pub fn push(preset: &str) -> Result<(), JsValue> {
    let (Some(history), Some(location)) = (history(), location()) else { return Ok(()) };
    let (now, query) = (location.search()?, with_preset(&location.search()?, preset));
    let address = format!("{}{query}", location.pathname()?);
    match query == now && location.hash()?.is_empty() {
        true => history.replace_state_with_url(&JsValue::NULL, "", None),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
    }
}

/// Hears when a person goes back or forward to another entry of this page, or changes the link in
/// its address.
pub fn on_turn(turn: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "popstate", move |_| turn()))
}

/// Loads the page again, as its address asks.
pub fn reload() {
    if let Some(location) = location() {
        // A browser that refuses leaves what is there.
        let _ = location.reload();
    }
}

/// Names what is played in the tab and the history.
pub fn entitle(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&match title.is_empty() {
            true => "Stalemate: your own scenario".to_owned(),
            false => format!("{title} · Stalemate"),
        });
    }
}

/// The query that asks for this preset, and for whatever else it asked for before.
fn with_preset(query: &str, preset: &str) -> String {
    let asked = form_urlencoded::parse(query.trim_start_matches('?').as_bytes());
    let stays = asked.filter(|(name, _)| !matches!(&**name, "preset" | "src" | "autoplay"));
    let mut new = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    new.extend_pairs(stays).append_pair("preset", preset);
    new.finish()
}
