//! Runs, one after another, in portions between frames.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::refusal;
use crate::compare::Run;
use crate::scenario::Problem;
use crate::ui::browser::frames::clock;
use crate::ui::browser::work::IdleWork;

/// Events between two checks of the clock.
const EVENTS: u32 = 500;
/// Real milliseconds between two updates.
const REPORT_MS: f64 = 200.0;

/// A run to be done.
pub struct Job<T> {
    pub name: String,
    pub begin: Box<dyn FnOnce() -> Result<Run, Vec<Problem>>>,
    /// What to keep of the finished run.
    pub end: Box<dyn FnOnce(&Run) -> T>,
}

/// The progress of the runs.
#[derive(Clone)]
pub struct Runs<T> {
    /// The results of the finished runs.
    pub done: Rc<Vec<Rc<T>>>,
    /// Why runs could not begin.
    pub refused: Rc<Vec<String>>,
    /// The number of runs, if known.
    of: Option<usize>,
    /// The progress of the current run, in thousandths; `None`: all runs are done.
    permille: Option<u64>,
}

impl<T> Runs<T> {
    pub fn is_over(&self) -> bool {
        self.permille.is_none()
    }
}

/// Runs started by a view, which it can stop.
pub struct RunsHandle<T: 'static> {
    state: UseStateHandle<Option<Runs<T>>>,
    work: Rc<RefCell<Option<IdleWork>>>,
}

impl<T> Clone for RunsHandle<T> {
    fn clone(&self) -> RunsHandle<T> {
        RunsHandle { state: self.state.clone(), work: self.work.clone() }
    }
}

/// The runs stop when the view is removed.
#[hook]
pub fn use_runs<T: 'static>() -> RunsHandle<T> {
    RunsHandle { state: use_state(|| None), work: use_mut_ref(|| None) }
}

impl<T: 'static> RunsHandle<T> {
    pub fn get(&self) -> Option<&Runs<T>> {
        self.state.as_ref()
    }

    pub fn is_running(&self) -> bool {
        self.get().is_some_and(|runs| !runs.is_over())
    }

    /// Stops the runs; finished ones are kept.
    pub fn stop(&self) {
        *self.work.borrow_mut() = None;
        self.state.set(self.get().map(|runs| Runs {
            done: runs.done.clone(),
            refused: runs.refused.clone(),
            of: runs.of,
            permille: None,
        }));
    }

    pub fn start(&self, jobs: Vec<Job<T>>) {
        let of = jobs.len();
        let mut jobs = jobs.into_iter();
        self.start_each(Some(of), move |_| jobs.next());
    }

    /// Starts runs as long as `next` returns one, given the results so far.
    pub fn start_each(
        &self,
        of: Option<usize>,
        mut next: impl FnMut(&[Rc<T>]) -> Option<Job<T>> + 'static,
    ) {
        let set = self.state.setter();
        let (mut done, mut refused) = (Rc::<Vec<Rc<T>>>::default(), Rc::<Vec<String>>::default());
        let (mut under_way, mut told) = (None, 0.0);
        let tell = move |done: &Rc<Vec<Rc<T>>>, refused: &Rc<Vec<String>>, permille| {
            let (done, refused) = (done.clone(), refused.clone());
            set.set(Some(Runs { done, refused, of, permille }));
        };
        tell(&done, &refused, Some(0));
        *self.work.borrow_mut() = Some(IdleWork::start(move || {
            let Some((run, end)) = under_way.take() else {
                let Some(Job { name, begin, end }) = next(&done) else {
                    tell(&done, &refused, None);
                    return true;
                };
                match begin() {
                    Ok(run) => under_way = Some((run, end)),
                    Err(why) => Rc::make_mut(&mut refused).push(refusal(&name, &why)),
                }
                return false;
            };
            let mut run: Run = run;
            if run.advance(EVENTS) {
                let end: Box<dyn FnOnce(&Run) -> T> = end;
                Rc::make_mut(&mut done).push(Rc::new(end(&run)));
                tell(&done, &refused, Some(0));
                return false;
            }
            if clock() - told > REPORT_MS {
                told = clock();
                let (now_us, until_us) = run.progress();
                tell(&done, &refused, Some(now_us.saturating_mul(1_000) / until_us.max(1)));
            }
            under_way = Some((run, end));
            false
        }));
    }

    /// The button that starts and stops the runs, and their progress.
    pub fn controls(
        &self,
        id: &'static str,
        label: &'static str,
        disabled: bool,
        start: Callback<MouseEvent>,
    ) -> Html {
        let stop = {
            let runs = self.clone();
            Callback::from(move |_: MouseEvent| runs.stop())
        };
        html! {
            <p class="buttons">
                if self.is_running() {
                    <button type="button" class="button" id={format!("{id}-stop")} onclick={stop}>{ "Stop" }</button>
                } else {
                    <button type="button" class="button primary" id={format!("{id}-start")} {disabled} onclick={start}>{ label }</button>
                }
                if let Some(runs) = self.get() {
                    if let Some(permille) = runs.permille {
                        <span class="quiet">{ said(runs.done.len() + runs.refused.len() + 1, runs.of, permille) }</span>
                    }
                }
            </p>
        }
    }
}

fn said(number: usize, of: Option<usize>, permille: u64) -> String {
    let percent = permille / 10;
    match of {
        Some(of) => format!("Run {} of {of}: {percent} %", number.min(of)),
        None => format!("Run {number}: {percent} %"),
    }
}
