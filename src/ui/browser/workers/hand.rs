//! One worker, as the page sees it.

use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Event, WorkerOptions, WorkerType};

use super::Order;

/// A worker; it ends when dropped.
pub struct Hand {
    worker: web_sys::Worker,
    _listeners: [EventListener; 3],
}

impl Hand {
    /// Starts a worker of a kind. It says when it is ready. `None`: the browser refuses one.
    pub fn start(kind: &str, on: impl Fn(Option<&Event>) + Clone + 'static) -> Option<Hand> {
        let document = web_sys::window()?.document()?;
        // what the build says of the page's files; without chunks there is no script for workers
        let files = document.get_element_by_id("module")?.text_content()?;
        let names: serde_json::Value = serde_json::from_str(&files).ok()?;
        let base = document.base_uri().ok()??;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(kind);
        let script = names["runner"].as_str()?;
        let worker = web_sys::Worker::new_with_options(script, &options).ok()?;
        let (message, error, unreadable) = (on.clone(), on.clone(), on);
        let listeners = [
            EventListener::new(&worker, "message", move |event| message(Some(event))),
            EventListener::new(&worker, "error", move |_| error(None)),
            EventListener::new(&worker, "messageerror", move |_| unreadable(None)),
        ];
        let hand = Hand { worker, _listeners: listeners };
        let first = Array::of3(&files.into(), &base.into(), &wasm_bindgen::module());
        hand.worker.post_message(&first).ok()?;
        Some(hand)
    }

    pub fn order(&self, order: &Order) {
        let bytes = order
            .bytes
            .as_ref()
            .map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(&bytes[..]).into());
        self.post(&Array::of2(&JsValue::from_str(&order.text), &bytes));
    }

    pub fn tell(&self, word: &str) {
        self.post(&JsValue::from_str(word));
    }

    fn post(&self, message: &JsValue) {
        // strings and bytes can be sent; what a worker does not get, it does not answer, and that
        // is noticed
        let _ = self.worker.post_message(message);
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
