//! Zooming: by the keys + and -, and by the wheel with Ctrl.

use web_sys::{KeyboardEvent, WheelEvent};
use yew::prelude::*;

use crate::ui::drive::scale::Magnify;

/// The least time between two zoom steps of the wheel, which fires many events a second.
const BETWEEN_TURNS_MS: f64 = 90.0;

/// Listeners for the wheel and for keys of an element that can be zoomed.
#[hook]
pub fn use_magnify(magnify: Callback<Magnify>) -> (Callback<WheelEvent>, Callback<KeyboardEvent>) {
    let last_ms = use_mut_ref(|| 0.0_f64);
    let onwheel = {
        let magnify = magnify.clone();
        Callback::from(move |event: WheelEvent| {
            if !event.ctrl_key() || event.delta_y() == 0.0 {
                return;
            }
            // The page keeps its size.
            event.prevent_default();
            let now_ms = event.time_stamp();
            if now_ms - last_ms.borrow().max(0.0) < BETWEEN_TURNS_MS {
                return;
            }
            *last_ms.borrow_mut() = now_ms;
            magnify.emit(if event.delta_y() < 0.0 { Magnify::Closer } else { Magnify::Wider });
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let how = match event.key().as_str() {
            "+" | "=" => Magnify::Closer,
            "-" | "_" => Magnify::Wider,
            _ => return,
        };
        event.prevent_default();
        magnify.emit(how);
    });
    (onwheel, onkeydown)
}
