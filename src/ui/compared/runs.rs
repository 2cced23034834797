//! Runs in workers, as many at once as there are.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use yew::prelude::*;

use super::refusal;
use crate::compare::job::{Job, SoFar};
use crate::scenario::Problem;
use crate::ui::browser::frames::clock;
use crate::ui::browser::workers::{Heard, Order, Ordered, Pool};
use crate::ui::jobs::Kind;

/// Real milliseconds between two updates.
const REPORT_MS: f64 = 200.0;
/// Orders that wait at the workers, so that none is idle while the page draws.
const AHEAD: usize = 2;
/// The most workers.
const WORKERS: usize = 8;

thread_local! {
    /// All views share their workers.
    static POOL: RefCell<Option<Weak<Pool>>> = const { RefCell::new(None) };
}

fn pool() -> Rc<Pool> {
    POOL.with_borrow_mut(|shared| {
        shared.as_ref().and_then(Weak::upgrade).unwrap_or_else(|| {
            let pool = Rc::new(Pool::new(Kind::Runs.name(), || Kind::Runs.load(), WORKERS));
            *shared = Some(Rc::downgrade(&pool));
            pool
        })
    })
}

type Read<T> = Box<dyn FnOnce(&str) -> Option<T>>;
type Early<T> = Box<dyn Fn(SoFar) -> T>;
type ChooseNext<T> = Box<dyn FnMut(usize, &[Rc<T>]) -> Next<T>>;

/// A run to be done, and how its result is read.
pub struct Asked<T> {
    pub name: String,
    /// The job, or why there is none.
    pub job: Result<Job, Vec<Problem>>,
    /// The bytes of its trace.
    pub bytes: Option<Rc<[u8]>>,
    pub read: Read<T>,
    /// What is shown of a run that is under way.
    pub early: Option<Early<T>>,
}

/// What comes after the runs that were started.
pub enum Next<T> {
    Run(Asked<T>),
    /// It depends on runs that are not over.
    Wait,
    Nothing,
}

/// The progress of the runs.
pub struct Runs<T> {
    /// The results of the finished runs, in the order in which they were asked for.
    pub done: Rc<Vec<Rc<T>>>,
    /// The same with those that are under way.
    pub so_far: Rc<Vec<Rc<T>>>,
    /// Why runs could not begin, or did not end.
    pub refused: Rc<Vec<String>>,
    /// The number of runs, if known.
    of: Option<usize>,
    /// The progress of the runs that are under way, in thousandths of one run; `None`: all are
    /// over.
    permille: Option<u64>,
    /// The number of workers; none: the page's own thread.
    workers: usize,
}

impl<T> Runs<T> {
    pub fn is_over(&self) -> bool {
        self.permille.is_none()
    }
}

/// Runs that were asked for. What is under way ends when dropped.
struct Going<T> {
    pool: Rc<Pool>,
    next: ChooseNext<T>,
    is_last: bool,
    of: Option<usize>,
    each: Vec<Each<T>>,
    set: UseStateSetter<Option<Runs<T>>>,
    told_ms: f64,
    /// What was told last.
    done: Rc<Vec<Rc<T>>>,
    so_far: Rc<Vec<Rc<T>>>,
}

/// One run.
enum Each<T> {
    UnderWay {
        name: String,
        permille: u64,
        read: Option<Read<T>>,
        early: Option<Early<T>>,
        shown: Option<Rc<T>>,
        _ordered: Option<Ordered>,
    },
    Done(Rc<T>),
    Refused(String),
}

/// Runs started by a view, which it can stop.
pub struct RunsHandle<T: 'static> {
    state: UseStateHandle<Option<Runs<T>>>,
    pool: Rc<Pool>,
    going: Rc<RefCell<Option<GoingCell<T>>>>,
}

type GoingCell<T> = Rc<RefCell<Going<T>>>;

impl<T> Clone for RunsHandle<T> {
    fn clone(&self) -> RunsHandle<T> {
        let RunsHandle { state, pool, going } = self;
        RunsHandle { state: state.clone(), pool: pool.clone(), going: going.clone() }
    }
}

/// The runs stop when the view is removed.
#[hook]
pub fn use_runs<T: 'static>() -> RunsHandle<T> {
    let pool = use_memo((), |()| pool());
    use_effect_with((), {
        let pool = pool.clone();
        move |()| pool.warm()
    });
    RunsHandle { state: use_state(|| None), pool: (*pool).clone(), going: use_mut_ref(|| None) }
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
        *self.going.borrow_mut() = None;
        self.state.set(self.get().map(|runs| Runs {
            done: runs.done.clone(),
            so_far: runs.done.clone(),
            refused: runs.refused.clone(),
            permille: None,
            ..*runs
        }));
    }

    pub fn start(&self, asked: Vec<Asked<T>>) {
        let of = asked.len();
        let mut asked = asked.into_iter();
        self.start_each(Some(of), move |_, _| asked.next().map_or(Next::Nothing, Next::Run));
    }

    /// Starts runs as long as `next` returns one, given its number and the results of the first
    /// runs, up to the first that is not over.
    pub fn start_each(
        &self,
        of: Option<usize>,
        next: impl FnMut(usize, &[Rc<T>]) -> Next<T> + 'static,
    ) {
        let going = Rc::new(RefCell::new(Going {
            pool: self.pool.clone(),
            next: Box::new(next),
            is_last: false,
            of,
            each: Vec::new(),
            set: self.state.setter(),
            told_ms: clock(),
            done: Rc::default(),
            so_far: Rc::default(),
        }));
        *self.going.borrow_mut() = Some(going.clone());
        go_on(&going, true);
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
        let workers = self.get().map(|runs| runs.workers.to_string());
        html! {
            <p class="buttons" data-workers={workers}>
                if self.is_running() {
                    <button type="button" class="button" id={format!("{id}-stop")} onclick={stop}>{ "Stop" }</button>
                } else {
                    <button type="button" class="button primary" id={format!("{id}-start")} {disabled} onclick={start}>{ label }</button>
                }
                if let Some(runs) = self.get() {
                    if let Some(permille) = runs.permille {
                        <span class="quiet">{ said(runs.done.len() + runs.refused.len(), runs.of, permille) }</span>
                    }
                }
            </p>
        }
    }
}

/// Orders what is next, and tells the view.
fn go_on<T: 'static>(going: &GoingCell<T>, is_news: bool) {
    let mut own = going.borrow_mut();
    let width = own.pool.width() + AHEAD;
    while !own.is_last && own.each.iter().filter(|each| each.is_under_way()).count() < width {
        let number = own.each.len();
        let first = own.each.iter().map_while(Each::done).cloned().collect::<Vec<_>>();
        match (own.next)(number, &first) {
            Next::Run(asked) => {
                let each = order(going, &own.pool, number, asked);
                own.each.push(each);
            }
            Next::Wait => break,
            Next::Nothing => own.is_last = true,
        }
    }
    // nor does anything come of waiting for nothing
    let is_over = !own.each.iter().any(Each::is_under_way);
    if is_over || is_news || clock() - own.told_ms > REPORT_MS {
        own.told_ms = clock();
        own.tell(is_over);
    }
}

fn order<T: 'static>(
    going: &GoingCell<T>,
    pool: &Rc<Pool>,
    number: usize,
    asked: Asked<T>,
) -> Each<T> {
    let Asked { name, job, bytes, read, early } = asked;
    let job = match job {
        Ok(job) => job,
        Err(why) => return Each::Refused(refusal(&name, &why)),
    };
    let weak = Rc::downgrade(going);
    let hear = Callback::from(move |heard| {
        if let Some(going) = weak.upgrade() {
            let is_first = going.borrow_mut().hear(number, heard);
            go_on(&going, is_first);
        }
    });
    let order = Order { text: job.text().into(), bytes };
    let read = Some(read);
    // it answers later, so that this is in its place by then
    let _ordered = Some(pool.order(order, hear));
    Each::UnderWay { name, permille: 0, read, early, shown: None, _ordered }
}

impl<T> Each<T> {
    fn is_under_way(&self) -> bool {
        matches!(self, Each::UnderWay { .. })
    }

    fn done(&self) -> Option<&Rc<T>> {
        match self {
            Each::Done(done) => Some(done),
            _ => None,
        }
    }
}

impl<T> Going<T> {
    /// Takes what is heard of a run. Returns true if it is the first that there is to show of it.
    fn hear(&mut self, number: usize, heard: Heard) -> bool {
        let Some(each) = self.each.get_mut(number) else { return false };
        let Each::UnderWay { name, permille, read, early, shown, .. } = each else { return false };
        let unreadable = || "its result could not be read".to_owned();
        let lost = || "it was not finished: two workers ended in the middle of it".to_owned();
        let over = match heard {
            Heard::SoFar(text) => {
                let Some(so_far) = SoFar::read(&text) else { return false };
                *permille = so_far.permille;
                let Some(early) = early.as_ref().filter(|_| so_far.values.is_some()) else {
                    return false;
                };
                return shown.replace(Rc::new(early(so_far))).is_none();
            }
            Heard::Done(text) => read.take().and_then(|read| read(&text)).ok_or_else(unreadable),
            Heard::Refused(why) => Err(why),
            Heard::Lost => Err(lost()),
        };
        *each = match over {
            Ok(done) => Each::Done(Rc::new(done)),
            Err(why) => Each::Refused(format!("{name}: {why}")),
        };
        false
    }

    fn tell(&mut self, is_over: bool) {
        let mut permille = 0;
        let (mut done, mut so_far, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for each in &self.each {
            match each {
                Each::Done(result) => {
                    done.push(result.clone());
                    so_far.push(result.clone());
                }
                Each::Refused(why) => refused.push(why.clone()),
                Each::UnderWay { permille: own, shown, .. } => {
                    permille += own;
                    so_far.extend(shown.clone());
                }
            }
        }
        keep_up(&mut self.done, done);
        keep_up(&mut self.so_far, so_far);
        self.set.set(Some(Runs {
            done: self.done.clone(),
            so_far: self.so_far.clone(),
            refused: Rc::new(refused),
            of: self.of,
            permille: (!is_over).then_some(permille),
            workers: self.pool.at_work(),
        }));
    }
}

/// Takes new results; those that are the same stay the same list, which is not drawn again.
fn keep_up<T>(list: &mut Rc<Vec<Rc<T>>>, new: Vec<Rc<T>>) {
    let is_same = |(one, other): (&Rc<T>, &Rc<T>)| Rc::ptr_eq(one, other);
    if list.len() != new.len() || !list.iter().zip(&new).all(is_same) {
        *list = Rc::new(new);
    }
}

fn said(over: usize, of: Option<usize>, permille: u64) -> String {
    match of {
        Some(of) => {
            let all = (over as u64 * 1_000 + permille) / (of.max(1) as u64 * 10);
            format!("{over} of {of} runs are done: {all} %")
        }
        None => format!("{over} runs are done"),
    }
}
