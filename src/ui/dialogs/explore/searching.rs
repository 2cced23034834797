//! The search of the dialog, in a worker.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::Stage;
use crate::explore::job::{Found, Job, SoFar};
use crate::ui::browser::frames::clock;
use crate::ui::browser::workers::{Heard, Order, Ordered, Pool};
use crate::ui::jobs::Kind;

/// The search of a view. It ends when the view is removed.
#[derive(Clone)]
pub struct SearchHandle {
    pool: Pool,
    stage: UseStateSetter<Stage>,
    under_way: Rc<RefCell<Option<UnderWay>>>,
}

struct UnderWay {
    ordered: Rc<Ordered>,
    so_far: SoFar,
    per_second: u64,
    is_stopped: bool,
    /// Real time that was not spent in pauses, up to `since_ms`.
    worked_ms: f64,
    /// When it began, or continued; `None`: it pauses.
    since_ms: Option<f64>,
}

#[hook]
pub fn use_search(stage: &UseStateHandle<Stage>) -> SearchHandle {
    let pool = use_memo((), |()| Pool::new(Kind::Search.name(), || Kind::Search.load(), 1));
    use_effect_with((), {
        let pool = pool.clone();
        move |()| pool.warm()
    });
    SearchHandle { pool: (*pool).clone(), stage: stage.setter(), under_way: use_mut_ref(|| None) }
}

impl SearchHandle {
    pub fn start(&self, job: &Job) {
        // the one before ends first
        self.under_way.replace(None);
        let own = self.clone();
        let hear = Callback::from(move |heard| own.hear(heard));
        let ordered = self.pool.order(Order { text: job.text().into(), bytes: None }, hear);
        let so_far = SoFar { states: 0, waiting: 0, effects: 0 };
        self.under_way.replace(Some(UnderWay {
            ordered: Rc::new(ordered),
            so_far,
            per_second: 0,
            is_stopped: false,
            worked_ms: 0.0,
            since_ms: Some(clock()),
        }));
        self.tell();
    }

    /// Ends the search with what it has found.
    pub fn stop(&self) {
        if let Some(under_way) = &mut *self.under_way.borrow_mut() {
            under_way.is_stopped = true;
        }
        self.with(|ordered| ordered.stop());
    }

    pub fn pause(&self, pause: bool) {
        self.with(|ordered| ordered.pause(pause));
        if let Some(under_way) = &mut *self.under_way.borrow_mut() {
            let since_ms = if pause { None } else { Some(clock()) };
            if let Some(began) = std::mem::replace(&mut under_way.since_ms, since_ms) {
                under_way.worked_ms += clock() - began;
            }
        }
        self.tell();
    }

    /// The number of workers; none: the page's own thread.
    pub fn workers(&self) -> usize {
        self.pool.at_work()
    }

    /// What it does may call back at once.
    fn with(&self, act: impl FnOnce(&Ordered)) {
        let own = self.under_way.borrow();
        let Some(ordered) = own.as_ref().map(|it| it.ordered.clone()) else { return };
        drop(own);
        act(&ordered);
    }

    fn tell(&self) {
        if let Some(it) = &*self.under_way.borrow() {
            let UnderWay { so_far, per_second, .. } = *it;
            self.stage.set(Stage::At { so_far, per_second, is_paused: it.since_ms.is_none() });
        }
    }

    fn hear(&self, heard: Heard) {
        if let Heard::SoFar(text) = heard {
            if let (Some(it), Some(so_far)) =
                (&mut *self.under_way.borrow_mut(), SoFar::read(&text))
            {
                let worked_ms = it.worked_ms + it.since_ms.map_or(0.0, |since| clock() - since);
                it.per_second = (so_far.states as f64 * 1_000.0 / worked_ms.max(1.0)) as u64;
                it.so_far = so_far;
            }
            return self.tell();
        }
        let over = self.under_way.take();
        let is_stopped = over.as_ref().is_some_and(|it| it.is_stopped);
        self.stage.set(match heard {
            Heard::Done(text) => match Found::read(&text) {
                Ok(found) => Stage::Done { found: Rc::new(found), is_stopped },
                Err(why) => Stage::Refused(why),
            },
            Heard::Refused(why) => Stage::Refused(why),
            Heard::Lost | Heard::SoFar(_) => Stage::Refused(
                "The search was not finished: two workers ended in the middle of it. Allow fewer \
                 failures, or check fewer properties, so that it takes less memory."
                    .to_owned(),
            ),
        });
    }
}
