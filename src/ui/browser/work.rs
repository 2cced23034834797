//! Work that takes longer than a frame, done in portions between frames.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use crate::ui::browser::frames::clock;

/// The duration of a portion.
const PORTION_MS: f64 = 6.0;
/// The pause between two portions, in which the page draws.
const PAUSE_MS: u32 = 12;

/// Work that continues until its step returns true, or until it is dropped.
pub struct IdleWork {
    _timer: Rc<RefCell<Option<Timeout>>>,
}

impl IdleWork {
    /// `step` does a small part of the work, and returns whether all is done.
    pub fn start(step: impl FnMut() -> bool + 'static) -> IdleWork {
        let timer = Rc::new(RefCell::new(None));
        go_on(&timer, Box::new(step));
        IdleWork { _timer: timer }
    }
}

fn go_on(timer: &Rc<RefCell<Option<Timeout>>>, mut step: Box<dyn FnMut() -> bool>) {
    let weak = Rc::downgrade(timer);
    let next = Timeout::new(PAUSE_MS, move || {
        // The last step may lead to this being dropped.
        let Some(timer) = weak.upgrade() else { return };
        let began = clock();
        while clock() - began < PORTION_MS {
            if step() {
                return;
            }
        }
        go_on(&timer, step);
    });
    timer.replace(Some(next));
}
