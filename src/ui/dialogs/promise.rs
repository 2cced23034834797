//! Compares the result that a link promises with the run's result here.

use yew::prelude::*;

use crate::link::Rerun;
use crate::ui::browser::frames::clock;
use crate::ui::browser::work::IdleWork;
use crate::ui::drive::player::Promise;
use crate::ui::drive::state::Action;

/// How long the replay may take before the comparison is dropped.
const PATIENCE_MS: f64 = 80_000.0;
/// Events per portion.
const EVENTS: u32 = 1_000;

/// Reports if a link's run has another result here.
#[hook]
pub fn use_promise(promise: Option<Promise>, act: &Callback<Action>) {
    let act = act.clone();
    use_effect_with(promise, move |promise| {
        let work = promise.clone().and_then(|Promise { scenario, outcome }| {
            let mut rerun = Rerun::new(&scenario).ok()?;
            let began = clock();
            Some(IdleWork::start(move || match rerun.advance(EVENTS) {
                Some(here) => {
                    if let Err(why) = rerun.compare(outcome, here) {
                        act.emit(Action::Complain(why.to_string()));
                    }
                    true
                }
                None => clock() - began > PATIENCE_MS,
            }))
        });
        move || drop(work)
    });
}
