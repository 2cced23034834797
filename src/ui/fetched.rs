//! A scenario from another address: `?src=lesson.json`.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCredentials, RequestInit, Response, Url};
use yew::prelude::*;

use crate::link::source::{self, Address, SourceError};
use crate::scenario::{LONGEST_DOCUMENT, Scenario};

/// How long the other side may take.
const PATIENCE_MS: u32 = 20_000;

/// Reads the scenario at an address, and gives it, or why there is none.
#[hook]
pub fn use_source(address: Option<String>, take: Callback<Result<Scenario, String>>) {
    use_effect_with(address, move |address| {
        if let Some(address) = address.clone() {
            wasm_bindgen_futures::spawn_local(async move {
                take.emit(fetch(&address).await.map_err(|why| why.to_string()));
            });
        }
    });
}

async fn fetch(address: &str) -> Result<Scenario, SourceError> {
    let window = web_sys::window().ok_or(SourceError::NotAnAddress)?;
    let page = window.location().href().map_err(|_| SourceError::NotAnAddress)?;
    let own = Url::new(&page).map_err(|_| SourceError::NotAnAddress)?;
    let url = Url::new_with_base(address, &page).map_err(|_| SourceError::NotAnAddress)?;
    let (protocol, origin) = (url.protocol(), url.origin());
    let (username, password) = (url.username(), url.password());
    let parts =
        Address { protocol: &protocol, origin: &origin, username: &username, password: &password };
    source::allow(&parts, &own.origin())?;
    let unreachable = || SourceError::Unreachable { origin: origin.clone() };
    let how = RequestInit::new();
    how.set_credentials(RequestCredentials::Omit);
    how.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let response = JsFuture::from(window.fetch_with_str_and_init(&url.href(), &how)).await;
    let response: Response =
        response.ok().and_then(|response| response.dyn_into().ok()).ok_or_else(unreachable)?;
    if !response.ok() {
        return Err(SourceError::Status { origin, status: response.status() });
    }
    let length = response.headers().get("content-length").ok().flatten();
    if length.and_then(|length| length.parse().ok()) > Some(LONGEST_DOCUMENT) {
        return Err(SourceError::TooLarge);
    }
    let text = JsFuture::from(response.text().map_err(|_| unreachable())?).await;
    let text = text.map_err(|_| unreachable())?.as_string().ok_or_else(unreachable)?;
    if text.len() > LONGEST_DOCUMENT {
        return Err(SourceError::TooLarge);
    }
    Scenario::parse(&text).map_err(SourceError::NoScenario)
}
