//! The workers of a page, and the orders that they carry out.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent};
use yew::Callback;
use yew::platform::spawn_local;

use super::hand::Hand;
use super::local::{Local, Said};
use super::{CONTINUE, DONE, Doer, Load, Order, PAUSE, READY, REFUSED, SO_FAR, STOP};
use crate::ui::browser::chunk::not_loaded;

/// The most workers, however many cores there are.
const MOST: usize = 8;
/// A worker that says nothing for this many checks, a second apart, is dead. Checks are counted, not
/// seconds: while a machine sleeps, neither side does anything.
const SILENT: u32 = 15;
/// The most bytes beside all orders under way: each worker has a copy of its own.
const MOST_BYTES: usize = 128 << 20;
/// An order during which this many workers died is given up: it may be what kills them.
const DEATHS: u32 = 2;

/// What is heard of an order.
pub enum Heard {
    SoFar(String),
    Done(String),
    /// It cannot be carried out, for this reason.
    Refused(String),
    /// The workers that tried it ended in the middle.
    Lost,
}

/// Workers of one kind. They end when the last copy of this is dropped.
#[derive(Clone)]
pub struct Pool(Rc<RefCell<Inner>>);

struct Inner {
    kind: &'static str,
    load: Load,
    most: usize,
    hands: Vec<Employed>,
    waiting: VecDeque<Rc<Task>>,
    /// No worker can start here.
    refused: bool,
    local: Option<(Rc<Task>, Local)>,
    hired: u32,
    watch: Option<Interval>,
}

struct Employed {
    number: u32,
    hand: Hand,
    is_ready: bool,
    task: Option<Rc<Task>>,
    silent: u32,
}

/// An order, and who waits for it.
struct Task {
    order: Order,
    hear: Callback<Heard>,
    deaths: Cell<u32>,
    is_paused: Cell<bool>,
    is_stopped: Cell<bool>,
}

impl Task {
    /// What a worker is told that begins it.
    fn word(&self) -> Option<&'static str> {
        match (self.is_stopped.get(), self.is_paused.get()) {
            (true, _) => Some(STOP),
            (_, true) => Some(PAUSE),
            _ => None,
        }
    }
}

/// An order under way. It ends when dropped.
pub struct Ordered {
    task: Rc<Task>,
    pool: Weak<RefCell<Inner>>,
}

impl Pool {
    /// Workers that are started with this name, and how the page does such work itself.
    pub fn new(kind: &'static str, load: Load, most: usize) -> Pool {
        let cores = web_sys::window().map_or(1.0, |it| it.navigator().hardware_concurrency());
        let most = most.min(MOST).min(cores as usize).max(1);
        Pool(Rc::new(RefCell::new(Inner {
            kind,
            load,
            most,
            hands: Vec::new(),
            waiting: VecDeque::new(),
            refused: false,
            local: None,
            hired: 0,
            watch: None,
        })))
    }

    /// How many orders can be under way at once.
    pub fn width(&self) -> usize {
        self.0.borrow().most
    }

    /// Workers that are ready; none where the page does the work itself.
    pub fn at_work(&self) -> usize {
        self.0.borrow().hands.iter().filter(|each| each.is_ready).count()
    }

    /// Starts all workers, so that they are ready when an order comes.
    pub fn warm(&self) {
        while !self.0.borrow().refused && self.0.borrow().hands.len() < self.width() {
            hire(&self.0);
        }
    }

    pub fn order(&self, order: Order, hear: Callback<Heard>) -> Ordered {
        let (deaths, is_paused, is_stopped) = Default::default();
        let task = Rc::new(Task { order, hear, deaths, is_paused, is_stopped });
        self.0.borrow_mut().waiting.push_back(task.clone());
        fill(&self.0);
        Ordered { task, pool: Rc::downgrade(&self.0) }
    }
}

impl Ordered {
    /// Asks for the result so far, and ends the work with it.
    pub fn stop(&self) {
        self.task.is_stopped.set(true);
        self.tell(STOP);
    }

    pub fn pause(&self, pause: bool) {
        self.task.is_paused.set(pause);
        self.tell(if pause { PAUSE } else { CONTINUE });
    }

    fn tell(&self, word: &str) {
        let Some(pool) = self.pool.upgrade() else { return };
        let mut inner = pool.borrow_mut();
        if let Some(at) = inner.at(&self.task) {
            return inner.hands[at].hand.tell(word);
        }
        let Some((_, local)) = inner.local.as_mut().filter(|(own, _)| Rc::ptr_eq(own, &self.task))
        else {
            return;
        };
        match word {
            PAUSE => local.pause(),
            CONTINUE => local.go_on(),
            _ => {
                let result = local.result();
                inner.local = None;
                drop(inner);
                self.task.hear.emit(Heard::Done(result));
                fill(&pool);
            }
        }
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        let Some(pool) = self.pool.upgrade() else { return };
        // what is dropped here may be what calls this
        let Ok(mut inner) = pool.try_borrow_mut() else { return };
        inner.waiting.retain(|task| !Rc::ptr_eq(task, &self.task));
        let local = inner.local.take_if(|(own, _)| Rc::ptr_eq(own, &self.task));
        // in the middle of it, a worker hears nothing
        let ended = inner.at(&self.task).map(|at| inner.hands.swap_remove(at));
        let is_free = local.is_some() || ended.is_some();
        drop(inner);
        drop((local, ended));
        if is_free {
            fill(&pool);
        }
    }
}

impl Inner {
    /// Whether the next order can be under way beside the others.
    fn has_room(&self) -> bool {
        let of = |task: &Rc<Task>| task.order.bytes.as_ref().map_or(0, |bytes| bytes.len());
        let busy: usize = self.hands.iter().filter_map(|each| each.task.as_ref()).map(of).sum();
        busy == 0 || busy + self.waiting.front().map_or(0, of) <= MOST_BYTES
    }

    /// The worker that has an order.
    fn at(&self, task: &Rc<Task>) -> Option<usize> {
        let has = |own: &Rc<Task>| Rc::ptr_eq(own, task);
        self.hands.iter().position(|each| each.task.as_ref().is_some_and(has))
    }
}

/// Gives orders to whoever is free.
fn fill(pool: &Rc<RefCell<Inner>>) {
    loop {
        let mut inner = pool.borrow_mut();
        if inner.waiting.is_empty() {
            return;
        }
        let free = inner.hands.iter().position(|each| each.is_ready && each.task.is_none());
        if free.is_some() && !inner.has_room() {
            return;
        }
        let starting = inner.hands.iter().filter(|each| !each.is_ready).count();
        if let Some(free) = free {
            let task = inner.waiting.pop_front();
            let employed = &mut inner.hands[free];
            if let Some(task) = &task {
                employed.hand.order(&task.order);
                task.word().into_iter().for_each(|word| employed.hand.tell(word));
            }
            employed.task = task;
            employed.silent = 0;
        } else if inner.refused && inner.hands.is_empty() {
            let (weak, loading) = (Rc::downgrade(pool), (inner.load)());
            return spawn_local(async move {
                let doer = loading.await;
                if let Some(pool) = weak.upgrade() {
                    do_it_here(&pool, doer.ok());
                }
            });
        } else if !inner.refused && inner.hands.len() < inner.most && starting < inner.waiting.len()
        {
            drop(inner);
            hire(pool);
        } else {
            return;
        }
    }
}

fn hire(pool: &Rc<RefCell<Inner>>) {
    let (number, kind) = {
        let mut inner = pool.borrow_mut();
        inner.hired += 1;
        (inner.hired, inner.kind)
    };
    let weak = Rc::downgrade(pool);
    let hand = Hand::start(kind, move |event: Option<&Event>| {
        let Some(pool) = weak.upgrade() else { return };
        let message = event.and_then(|event| event.dyn_ref::<MessageEvent>());
        match message.and_then(|message| message.data().as_string()) {
            Some(text) => hear(&pool, number, &text),
            None => lose(&pool, number),
        }
    });
    let mut inner = pool.borrow_mut();
    let Some(hand) = hand else {
        inner.refused = true;
        return;
    };
    inner.hands.push(Employed { number, hand, is_ready: false, task: None, silent: 0 });
    if inner.watch.is_none() {
        let weak = Rc::downgrade(pool);
        inner.watch = Some(Interval::new(1_000, move || {
            if let Some(pool) = weak.upgrade() {
                look_after(&pool);
            }
        }));
    }
}

/// Takes what a worker says.
fn hear(pool: &Rc<RefCell<Inner>>, number: u32, text: &str) {
    let mut inner = pool.borrow_mut();
    let Some(at) = inner.hands.iter().position(|each| each.number == number) else { return };
    let employed = &mut inner.hands[at];
    employed.silent = 0;
    let (sign, text) = text.split_at_checked(1).unwrap_or_default();
    let heard = match sign {
        READY => {
            employed.is_ready = true;
            None
        }
        SO_FAR => employed.task.clone().map(|task| (task, Heard::SoFar(text.to_owned()))),
        DONE => employed.task.take().map(|task| (task, Heard::Done(text.to_owned()))),
        REFUSED => employed.task.take().map(|task| (task, Heard::Refused(text.to_owned()))),
        _ => None,
    };
    drop(inner);
    // the next order goes out before the page draws what has come
    fill(pool);
    if let Some((task, heard)) = heard {
        task.hear.emit(heard);
    }
}

/// A worker has ended: another does its order.
fn lose(pool: &Rc<RefCell<Inner>>, number: u32) {
    let mut inner = pool.borrow_mut();
    let Some(at) = inner.hands.iter().position(|each| each.number == number) else { return };
    let Employed { hand, is_ready, task, .. } = inner.hands.swap_remove(at);
    // one that never began says that none can
    inner.refused |= !is_ready;
    let given_up = task.and_then(|task| {
        task.deaths.set(task.deaths.get() + 1);
        if task.deaths.get() >= DEATHS {
            return Some(task);
        }
        inner.waiting.push_front(task);
        None
    });
    drop(inner);
    drop(hand);
    fill(pool);
    if let Some(task) = given_up {
        task.hear.emit(Heard::Lost);
    }
}

/// Finds workers that have ended without a word.
fn look_after(pool: &Rc<RefCell<Inner>>) {
    let mut dead = Vec::new();
    for each in &mut pool.borrow_mut().hands {
        let waits = match &each.task {
            Some(task) => !task.is_paused.get(),
            None => !each.is_ready,
        };
        each.silent = if waits { each.silent + 1 } else { 0 };
        if each.silent > SILENT {
            dead.push(each.number);
        }
    }
    for number in dead {
        lose(pool, number);
    }
}

/// Carries out the next order on the page's thread, if the code for it has come.
fn do_it_here(pool: &Rc<RefCell<Inner>>, doer: Option<Doer>) {
    loop {
        let mut inner = pool.borrow_mut();
        if inner.local.is_some() {
            return;
        }
        let Some(task) = inner.waiting.pop_front() else { return };
        drop(inner);
        let begun = doer.map(|doer| (doer.begin)(task.order.clone()));
        let work = match begun.unwrap_or_else(|| Err(not_loaded("What does it"))) {
            Ok(work) => work,
            Err(why) => {
                task.hear.emit(Heard::Refused(why));
                continue;
            }
        };
        let (weak, own) = (Rc::downgrade(pool), task.clone());
        let mut local = Local::start(work, move |said| {
            let Said::Done(result) = said else {
                let Said::SoFar(text) = said else { return };
                return own.hear.emit(Heard::SoFar(text));
            };
            let Some(pool) = weak.upgrade() else { return };
            let done = pool.borrow_mut().local.take();
            own.hear.emit(Heard::Done(result));
            drop(done);
            fill(&pool);
        });
        let word = task.word();
        if word == Some(PAUSE) {
            local.pause();
        }
        pool.borrow_mut().local = Some((task.clone(), local));
        if word == Some(STOP) {
            Ordered { task, pool: Rc::downgrade(pool) }.tell(STOP);
        }
        return;
    }
}
