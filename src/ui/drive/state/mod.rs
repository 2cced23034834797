//! The state of the page, as one value that actions change.

mod form;
mod log;
mod notices;
mod read_rate;
mod shown;

use std::rc::Rc;

pub use form::Form;
use log::{Arrival, ShownLog};
pub use notices::Notice;
use notices::Notices;
use read_rate::ReadRate;
use shown::Shown;

use crate::embed::Theme;
use crate::time;
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::pace::Transport;
use crate::ui::drive::player::learning::LessonView;
use crate::ui::drive::player::{Frame, Journey, OpenedRun};
use crate::view::{FlightView, ProcessView, TaskView};
use crate::vocabulary::Role;

#[derive(Clone, Debug, PartialEq)]
pub struct PageState {
    pub opened: Rc<OpenedRun>,
    pub shown: Shown,
    pub log: ShownLog,
    /// How often a person has gone to a problem.
    pub visits: u32,
    /// Whether a person is on the way to a problem.
    visiting: bool,
    pub journey: Journey,
    pub transport: Transport,
    /// The other parts of the picture are still to come.
    pub settling: bool,
    pub form: Form,
    /// The task that a person chose to follow, with its name.
    chosen_task: Option<(u64, String)>,
    /// The strategy whose code is shown.
    pub program: usize,
    pub notices: Notices,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// The theme requested by the address or by the host.
    pub theme: Option<Theme>,
    pub lesson: Option<Rc<LessonView>>,
    /// Whether single keys are shortcuts; a person can turn that off.
    pub shortcuts: bool,
    /// What is highlighted.
    pub lit: Option<Rc<Kin>>,
    read_rate: ReadRate,
}

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    Help,
    Share,
    Lessons,
    Editor,
    Explore,
    Compare,
    Find,
}

pub enum Action {
    /// A run was opened from its start.
    Opened(Rc<OpenedRun>, Frame),
    /// The run advanced.
    Went(Frame),
    Key(String),
    /// A key whose row is to be shown after the next jump.
    Visit(String),
    Client(String),
    Value(String),
    Times(u32),
    Follow(u64),
    ShowProgram(usize),
    Say(String),
    Complain(String),
    Dismiss(u64),
    Open(Dialog),
    Close(Dialog),
    Theme(Theme),
    Shortcuts(bool),
    Light(Option<Kin>),
}

impl PageState {
    pub fn new(opened: Rc<OpenedRun>, frame: Frame) -> PageState {
        let mut state = PageState {
            form: Form::of(&opened),
            opened,
            shown: Shown::default(),
            log: ShownLog::default(),
            visits: 0,
            visiting: false,
            journey: frame.journey,
            transport: frame.transport,
            settling: false,
            chosen_task: None,
            program: 0,
            notices: Notices::default(),
            dialog: None,
            theme: None,
            lesson: None,
            shortcuts: true,
            lit: None,
            read_rate: ReadRate::default(),
        };
        state.take(frame);
        state
    }

    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Opened(opened, frame) => self.open(opened, frame),
            Action::Went(frame) => self.take(frame),
            Action::Key(key) => self.form.key = key,
            Action::Visit(key) => (self.form.key, self.visiting) = (key, true),
            Action::Client(client) => self.form.client = client,
            Action::Value(value) => self.form.value = value,
            Action::Times(times) => self.form.set_times(times),
            Action::Follow(task) => self.follow(task),
            Action::ShowProgram(program) => self.program = program,
            Action::Say(text) => self.notices.remark(text),
            Action::Complain(text) => self.notices.complain(text),
            Action::Dismiss(id) => self.notices.dismiss(id),
            Action::Open(dialog) => self.dialog = Some(dialog),
            // One that was closed by opening another has nothing more to close.
            Action::Close(dialog) => self.dialog.take_if(|open| *open == dialog).map_or((), drop),
            Action::Theme(theme) => self.theme = Some(theme),
            Action::Shortcuts(on) => self.shortcuts = on,
            Action::Light(kin) => self.lit = kin.map(Rc::new),
        }
    }

    /// The task that the code panel follows: the chosen one while it runs, else the youngest that a
    /// client waits for, else any.
    pub fn followed(&self) -> Option<&TaskView> {
        let tasks = &self.shown.tasks;
        tasks
            .iter()
            .find(|task| self.chosen_task.as_ref().is_some_and(|(id, _)| task.id == *id))
            .or_else(|| tasks.iter().rev().find(|task| task.client.is_some()))
            .or_else(|| tasks.last())
    }

    /// The outcome of the task that a person chose to follow, once it has ended.
    pub fn ended(&self) -> Option<String> {
        let (id, label) = self.chosen_task.as_ref()?;
        if self.shown.tasks.iter().any(|task| task.id == *id) {
            return None;
        }
        let result = self.shown.results.iter().find(|result| result.label == *label);
        Some(match result {
            Some(result) => {
                format!(
                    "{label} has ended at {}: {}.",
                    time::instant(result.ended_us),
                    result.verdict
                )
            }
            None => format!("{label} is not running at this instant."),
        })
    }

    /// The call for which a task waits, with the message that can be held.
    pub fn awaited(&self) -> Option<&FlightView> {
        let label = self.followed().map(|task| task.label.as_str());
        let mut flights = self.shown.flights.iter();
        flights.find(|flight| label.is_some_and(|label| flight.label == label))
    }

    /// The oldest message in flight of the followed request, or of all requests if none is
    /// followed: its name, and whether it is held.
    pub fn in_hand(&self) -> Option<(String, bool)> {
        let label = self.followed().filter(|task| task.client.is_some()).map(|task| &task.label);
        let mut flights = self.shown.flights.iter();
        flights.find_map(|flight| {
            let fits = label.is_none_or(|label| flight.label == *label);
            let message = flight.message.clone().filter(|_| fits)?;
            Some((message, flight.held))
        })
    }

    /// Database reads in the last second of virtual time.
    pub fn database_reads_per_second(&self) -> u64 {
        self.read_rate.per_second(self.shown.counters.database_reads)
    }

    pub fn process(&self, kind: Role) -> impl Iterator<Item = &ProcessView> {
        self.shown.processes.iter().filter(move |process| process.kind == kind)
    }

    fn follow(&mut self, task: u64) {
        let mut tasks = self.shown.tasks.iter();
        if let Some(task) = tasks.find(|each| each.id == task) {
            self.chosen_task = Some((task.id, task.label.clone()));
            self.program = task.strategy;
        }
    }

    fn open(&mut self, opened: Rc<OpenedRun>, frame: Frame) {
        if !opened.keys.contains(&self.form.key) && opened.title != self.opened.title {
            self.form.key = opened.keys.first().cloned().unwrap_or_default();
        }
        self.program = self.program.min(opened.programs.len().saturating_sub(1));
        self.opened = opened;
        // What was said is about the run before.
        self.notices.clear();
        self.log.clear();
        self.chosen_task = None;
        self.read_rate.clear();
        self.take(frame);
    }

    fn take(&mut self, frame: Frame) {
        self.transport = frame.transport;
        self.journey = frame.journey;
        self.settling = frame.settling;
        let visited = frame.jumped && std::mem::take(&mut self.visiting);
        if frame.jumped {
            self.read_rate.clear();
            self.visits += u32::from(visited);
        }
        let at_us = frame.picture.at_us;
        let said = self.shown.take(frame.picture).unwrap_or_default();
        self.log.take(said, frame.jumped.then_some(Arrival { at_us, just_before: visited }));
        self.shown.foreseen = frame.foreseen;
        self.learn(frame.lesson);
        self.read_rate.sample(self.shown.at_us, self.shown.counters.database_reads);
        if let Some(text) = frame.complaint {
            self.notices.complain(text);
        }
        if let Some(text) = frame.remark {
            self.notices.remark(text);
        }
    }

    /// When a lesson reaches another step, its watched key is put into the form.
    fn learn(&mut self, lesson: Option<Rc<LessonView>>) {
        let turn = |lesson: &Rc<LessonView>| (Rc::as_ptr(&lesson.course), lesson.at, lesson.turns);
        if self.lesson.as_ref().map(turn) != lesson.as_ref().map(turn) {
            let watched = lesson.as_ref().and_then(|lesson| lesson.step().watch.keys.first());
            if let Some(key) = watched {
                self.form.key.clone_from(key);
            }
        }
        self.lesson = lesson;
    }
}

#[cfg(test)]
mod tests;
