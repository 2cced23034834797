//! Compares the result that a link promises with the run's result here.

use yew::prelude::*;

use crate::ui::browser::frames::clock;
use crate::ui::browser::work::IdleWork;
use crate::ui::drive::documents;
use crate::ui::drive::player::Promise;
use crate::ui::drive::state::Action;

/// How long the replay may take before the comparison is dropped.
const PATIENCE_MS: f64 = 80_000.0;

/// Reports if a link's run has another result here.
#[hook]
pub fn use_promise(promise: Option<Promise>, act: &Callback<Action>) {
    let act = act.clone();
    use_effect_with(promise, move |promise| {
        // A promise comes with a link, and so after what reads links.
        let rerun = promise.as_ref().zip(documents::get());
        let work = rerun.and_then(|(promise, documents)| {
            let mut rerun = (documents.rerun)(promise)?;
            let began = clock();
            Some(IdleWork::start(move || match rerun() {
                Some(compared) => {
                    if let Err(why) = compared {
                        act.emit(Action::Complain(why));
                    }
                    true
                }
                None => clock() - began > PATIENCE_MS,
            }))
        });
        move || drop(work)
    });
}
