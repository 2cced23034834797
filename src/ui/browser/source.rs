//! `?src=`: loads a scenario from a file beside this page, or from elsewhere by https.

use std::future::Future;
use std::pin::Pin;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStreamDefaultReader, RequestCredentials, RequestInit, Response, Url,
    Window,
};

use yew::prelude::*;

use crate::link::source::{Address, SourceError, allow};
use crate::scenario::{LONGEST_DOCUMENT, Scenario};
use crate::ui::browser::chunk::{chunks, not_loaded};

/// The timeout of the request.
const PATIENCE_MS: u32 = 20_000;

/// A scenario with its origin, or why there is none.
pub type Found = Result<(Scenario, String), String>;

/// Loads the scenario that the page's address names, once, and passes it on with its origin, or says
/// why there is none.
#[hook]
pub fn use_source(address: Option<String>, take: Callback<Found>) {
    use_effect_with((), move |()| {
        let Some(address) = address else { return };
        wasm_bindgen_futures::spawn_local(async move {
            take.emit(match load(Elsewhere).await {
                Ok(read) => read(address).await,
                Err(_) => Err(not_loaded("The scenario")),
            });
        });
    });
}

/// Loads a scenario, and says where it is from.
type Load = fn(String) -> Pin<Box<dyn Future<Output = Found>>>;

/// The key of that function, which is no part of the first chunk, because it reads a document.
struct Elsewhere;

chunks! { Elsewhere => Load:
    Elsewhere => the_source from_elsewhere, in documents;
}

fn from_elsewhere(src: String) -> Pin<Box<dyn Future<Output = Found>>> {
    Box::pin(async move { fetch(&src).await.map_err(|why| why.to_string()) })
}

/// The text of a file beside this page; `None`: it could not be loaded.
pub async fn beside(file: &str) -> Option<String> {
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str(file)).await.ok()?;
    let answer: Response = answer.unchecked_into();
    let text = answer.text().ok().filter(|_| answer.ok())?;
    JsFuture::from(text).await.ok()?.as_string()
}

/// Loads a scenario. Returns it with its origin.
async fn fetch(src: &str) -> Result<(Scenario, String), SourceError> {
    let window = web_sys::window().ok_or(SourceError::NotAnAddress)?;
    let page = window.location().href().map_err(|_| SourceError::NotAnAddress)?;
    let url = Url::new_with_base(src, &page).map_err(|_| SourceError::NotAnAddress)?;
    let origin = permitted(&window, &url)?;
    let unreachable = |_| SourceError::Unreachable { origin: origin.clone() };
    // The request does not say who asks: no cookies, and the page sends no referrer.
    let request = RequestInit::new();
    request.set_credentials(RequestCredentials::Omit);
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let answer = JsFuture::from(window.fetch_with_str_and_init(&url.href(), &request));
    let answer: Response = answer.await.map_err(unreachable)?.unchecked_into();
    // Where it was sent on to may be less trusted than what was asked.
    if let Ok(final_url) = Url::new(&answer.url()) {
        permitted(&window, &final_url)?;
    }
    if !answer.ok() {
        return Err(SourceError::Status { origin, status: answer.status() });
    }
    let bytes = read(&answer).await.map_err(|end| match end {
        End::TooLarge => SourceError::TooLarge,
        End::Broken => SourceError::Unreachable { origin: origin.clone() },
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let scenario = Scenario::parse(&text).map_err(SourceError::NoScenario)?;
    Ok((scenario, origin))
}

fn permitted(window: &Window, url: &Url) -> Result<String, SourceError> {
    let (protocol, origin) = (url.protocol(), url.origin());
    let (username, password) = (url.username(), url.password());
    let own = window.location().origin().unwrap_or_default();
    let address =
        Address { protocol: &protocol, origin: &origin, username: &username, password: &password };
    allow(&address, &own)?;
    Ok(origin)
}

enum End {
    TooLarge,
    Broken,
}

/// The body, up to the length of a scenario.
async fn read(answer: &Response) -> Result<Vec<u8>, End> {
    let broken = |_: JsValue| End::Broken;
    let body = answer.body().ok_or(End::Broken)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(broken)?;
        let done = Reflect::get(&piece, &"done".into()).map_err(broken)?;
        if done.is_truthy() {
            return Ok(bytes);
        }
        let piece = Reflect::get(&piece, &"value".into()).map_err(broken)?;
        let piece: Uint8Array = piece.dyn_into().map_err(broken)?;
        if bytes.len() + piece.length() as usize > LONGEST_DOCUMENT {
            // What it still sends is not wanted; that it may fail to stop is its own affair.
            let _ = reader.cancel();
            return Err(End::TooLarge);
        }
        bytes.extend(piece.to_vec());
    }
}
