//! Animation frames, until a guard is dropped.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

type Tick = Closure<dyn FnMut(f64)>;

/// Calls a function once per frame, with the milliseconds since the last one.
pub struct Frames {
    request: Rc<Cell<Option<i32>>>,
    /// Kept alive while the browser may call it.
    _tick: Rc<RefCell<Option<Tick>>>,
}

impl Frames {
    pub fn start(mut on_frame: impl FnMut(f64) + 'static) -> Frames {
        let request = Rc::new(Cell::new(None));
        let tick: Rc<RefCell<Option<Tick>>> = Rc::default();
        let mut last = None;
        let (again, next) = (Rc::downgrade(&tick), request.clone());
        *tick.borrow_mut() = Some(Closure::new(move |now: f64| {
            let elapsed = last.map_or(0.0, |last| now - last);
            last = Some(now);
            next.set(None);
            on_frame(elapsed);
            // Ask last: a frame that panics is the last one, and one that has led to this
            // guard being dropped as well.
            if let Some(tick) = again.upgrade() {
                next.set(tick.borrow().as_ref().and_then(ask));
            }
        }));
        request.set(tick.borrow().as_ref().and_then(ask));
        Frames { request, _tick: tick }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(request), Some(window)) = (self.request.take(), web_sys::window()) {
            // It only fails where there is no such request.
            let _ = window.cancel_animation_frame(request);
        }
    }
}

/// Calls a function once, at the next animation frame, unless dropped before.
pub struct NextFrame {
    request: Option<i32>,
    _call: Closure<dyn FnMut(f64)>,
}

impl NextFrame {
    pub fn ask(call: impl FnOnce() + 'static) -> NextFrame {
        let call = Closure::once(move |_: f64| call());
        let function = call.as_ref().unchecked_ref();
        let request =
            web_sys::window().and_then(|window| window.request_animation_frame(function).ok());
        NextFrame { request, _call: call }
    }
}

impl Drop for NextFrame {
    fn drop(&mut self) {
        if let (Some(request), Some(window)) = (self.request, web_sys::window()) {
            // It only fails where there is no such request, as after the frame.
            let _ = window.cancel_animation_frame(request);
        }
    }
}

fn ask(tick: &Tick) -> Option<i32> {
    web_sys::window()?.request_animation_frame(tick.as_ref().unchecked_ref()).ok()
}

#[wasm_bindgen]
extern "C" {
    /// The present time in real milliseconds, for measuring; a worker has it, too.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub fn clock() -> f64;
}

/// Whether the person prefers reduced motion.
pub fn prefers_stillness() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}
