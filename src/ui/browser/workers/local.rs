//! Work on the page's own thread, between frames, where no worker can start.

use std::cell::RefCell;
use std::rc::Rc;

use super::Work;
use crate::ui::browser::frames::clock;
use crate::ui::browser::work::IdleWork;

/// Real milliseconds between two reports.
const REPORT_MS: f64 = 200.0;

/// What work on the page's thread says.
pub enum Said {
    SoFar(String),
    Done(String),
}

/// Work under way. It ends when dropped.
pub struct Local {
    work: Rc<RefCell<Box<dyn Work>>>,
    on: Rc<dyn Fn(Said)>,
    idle: Option<IdleWork>,
}

impl Local {
    pub fn start(work: Box<dyn Work>, on: impl Fn(Said) + 'static) -> Local {
        let mut local = Local { work: Rc::new(RefCell::new(work)), on: Rc::new(on), idle: None };
        local.go_on();
        local
    }

    pub fn go_on(&mut self) {
        let (work, on, mut told) = (self.work.clone(), self.on.clone(), clock());
        self.idle = Some(IdleWork::start(move || {
            let mut work = work.borrow_mut();
            if work.advance() {
                let result = work.result();
                drop(work);
                on(Said::Done(result));
                return true;
            }
            if clock() - told > REPORT_MS {
                told = clock();
                let so_far = work.so_far();
                drop(work);
                on(Said::SoFar(so_far));
            }
            false
        }));
    }

    pub fn pause(&mut self) {
        self.idle = None;
    }

    /// The result so far.
    pub fn result(&self) -> String {
        self.work.borrow_mut().result()
    }
}
