//! The address of this page, and the page that embeds it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Url, Window};
use yew::Callback;

use crate::embed::{self, BadParameter, MessageError, Options};
use crate::lesson::Attribution;

/// The longest message that is read, in characters; a scenario's text has the same bound.
const LONGEST: u32 = 1 << 20;

/// The options in the address, and what is wrong with them.
pub fn options() -> (Options, Vec<String>) {
    let query = address().map(|address| address.search()).unwrap_or_default();
    let (options, problems) = Options::parse(&query);
    (options, problems.iter().map(BadParameter::to_string).collect())
}

/// The page's own address, without query and fragment; empty where nobody else can open it.
pub fn page() -> String {
    let address = address().map(|address| address.href()).unwrap_or_default();
    let address = address.split(['?', '#']).next().unwrap_or_default();
    if address == NOWHERE {
        return String::new();
    }
    address.strip_suffix("index.html").unwrap_or(address).to_owned()
}

/// The fragment of the address, if it is meant as a link.
pub fn fragment() -> Option<String> {
    let fragment = address()?.hash();
    crate::link::is_meant(&fragment).then_some(fragment)
}

/// The address of a page that has none, and whose host knows of no copy that others can open.
const NOWHERE: &str = "about:blank";

/// Where this page stands. One that its host has made of the files themselves, as a notebook does,
/// has no address that says anything: the host writes one into it.
fn address() -> Option<Url> {
    let window = web_sys::window()?;
    Url::new(&told().or_else(|| window.location().href().ok())?).ok()
}

/// The address that the host has written into the page.
fn told() -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.query_selector("meta[name=stalemate-address]").ok()??.get_attribute("content")
}

/// Whether other files of the site are beside this page: a host that has made the page itself has
/// the page's own files only.
pub fn has_neighbours() -> bool {
    told().is_none()
}

/// The host: the page that embeds this one.
#[derive(Clone, PartialEq)]
pub struct HostPage {
    window: Window,
    /// What the host has said of its learner.
    pub attribution: Rc<RefCell<Attribution>>,
}

impl HostPage {
    /// `None` if no page embeds this one.
    pub fn find(options: &Options) -> Option<HostPage> {
        let own = web_sys::window()?;
        let window = own.parent().ok().flatten()?;
        let attribution = Rc::default();
        (options.embed && window != own).then_some(HostPage { window, attribution })
    }

    /// Posts plain data to the host, as JSON. Messages contain nothing secret.
    pub fn post(&self, json: &str) {
        if let Ok(data) = js_sys::JSON::parse(json) {
            // It only fails for what cannot be copied, and this is plain data.
            let _ = self.window.post_message(&data, "*");
        }
    }

    /// Listens to the host only, to messages that are meant for the playground; passes them on as
    /// JSON.
    pub fn listen(&self, hear: Callback<Result<String, MessageError>>) -> Option<EventListener> {
        let own = web_sys::window()?;
        let host = self.window.clone();
        Some(EventListener::new(&own, "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let from_host = event.source().is_some_and(|source| {
                let (source, host): (&JsValue, &JsValue) = (source.as_ref(), host.as_ref());
                source == host
            });
            if !from_host {
                return;
            }
            let data = event.data();
            if is_meant(&data) {
                hear.emit(plain(&data));
            }
        }))
    }
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    let json = js_sys::JSON::stringify(&JsValue::from_str(text)).map(String::from);
    json.unwrap_or_else(|_| "\"\"".to_owned())
}

/// A message as JSON.
fn plain(data: &JsValue) -> Result<String, MessageError> {
    let text = js_sys::JSON::stringify(data).map_err(|_| MessageError::NotPlain)?;
    if text.length() > LONGEST {
        return Err(MessageError::TooLong(LONGEST));
    }
    // What JSON leaves out altogether, such as `undefined`, is no text.
    text.as_string().ok_or(MessageError::NotPlain)
}

/// Whether a message is meant for the playground, and not for another script.
fn is_meant(data: &JsValue) -> bool {
    let context = js_sys::Reflect::get(data, &JsValue::from_str("context"));
    context.is_ok_and(|context| context.as_string().as_deref() == Some(embed::CONTEXT))
}
