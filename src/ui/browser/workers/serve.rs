//! The side of the worker.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::{Begin, CONTINUE, DONE, Doer, Order, PAUSE, READY, REFUSED, SO_FAR, STOP, Work};
use crate::ui::browser::frames::clock;

/// The duration of a portion, between which messages are heard.
const PORTION_MS: f64 = 100.0;
/// The first one is shorter, so that first results come soon.
const FIRST_MS: f64 = 30.0;
/// How long a rehearsal is, and for how long an order waits for it.
const REHEARSAL_MS: f64 = 400.0;
const PIECE_MS: f64 = 10.0;

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// What this worker was started for. `None`: this is no worker, but the page.
pub fn kind() -> Option<String> {
    scope().map(|scope| scope.name())
}

/// Carries out the orders that the page sends, for as long as the page lets this worker live.
pub fn serve(doer: Doer) {
    let Some(scope) = scope() else { return };
    let desk = Rc::new(RefCell::new(Desk::default()));
    let own = desk.clone();
    EventListener::new(&scope, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        hear(&own, &event.data(), doer.begin);
    })
    .forget();
    say(READY, "");
    if let Some(work) = (doer.rehearsal)() {
        rehearse(&desk, work, clock() + REHEARSAL_MS);
    }
}

/// Does a piece of a rehearsal, of which nobody hears. An order takes its place at the desk.
fn rehearse(desk: &Rc<RefCell<Desk>>, mut work: Box<dyn Work>, until_ms: f64) {
    let began = clock();
    while clock() - began < PIECE_MS {
        if work.advance() {
            return;
        }
    }
    if began < until_ms {
        let next = desk.clone();
        desk.borrow_mut().next = Some(Timeout::new(0, move || rehearse(&next, work, until_ms)));
    }
}

/// The work of a worker.
#[derive(Default)]
struct Desk {
    work: Option<Box<dyn Work>>,
    next: Option<Timeout>,
}

fn hear(desk: &Rc<RefCell<Desk>>, message: &JsValue, begin: Begin) {
    match message.as_string().as_deref() {
        Some(PAUSE) => desk.borrow_mut().next = None,
        Some(CONTINUE) => go_on(desk, 0.0),
        Some(STOP) => {
            let Desk { work, .. } = desk.take();
            if let Some(mut work) = work {
                say(DONE, &work.result());
            }
        }
        Some(_) => {}
        None => {
            let parts: &Array = message.unchecked_ref();
            let bytes = parts.get(1).dyn_into::<Uint8Array>().ok();
            let order = Order {
                text: parts.get(0).as_string().unwrap_or_default().into(),
                bytes: bytes.map(|bytes| bytes.to_vec().into()),
            };
            match begin(order) {
                Ok(work) => {
                    desk.replace(Desk { work: Some(work), next: None });
                    go_on(desk, FIRST_MS);
                }
                Err(why) => say(REFUSED, &why),
            }
        }
    }
}

/// Does a portion, tells how far the work is, and does the next one once messages are heard.
fn go_on(desk: &Rc<RefCell<Desk>>, portion_ms: f64) {
    let mut held = desk.borrow_mut();
    let Some(work) = &mut held.work else { return };
    let began = clock();
    while clock() - began < portion_ms {
        if work.advance() {
            say(DONE, &work.result());
            held.work = None;
            return;
        }
    }
    say(SO_FAR, &work.so_far());
    let next = desk.clone();
    held.next = Some(Timeout::new(0, move || go_on(&next, PORTION_MS)));
}

fn say(sign: &str, text: &str) {
    if let Some(scope) = scope() {
        // a string can always be sent
        let _ = scope.post_message(&JsValue::from_str(&format!("{sign}{text}")));
    }
}
