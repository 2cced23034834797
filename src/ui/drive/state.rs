//! What the page shows, as one value that actions change.
//!
//! Parts that did not change keep their pointer, so that the panels which show
//! them are not drawn again.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::embed::Theme;
use crate::scenario::{Literal, What};
use crate::time::{Micros, SECOND_US};
use crate::ui::drive::kinship::Kin;
use crate::ui::drive::pace::Transport;
use crate::ui::drive::picture::{Part, Picture, Said};
use crate::ui::drive::player::lesson::LessonView;
use crate::ui::drive::player::{Foreseen, Frame, Journey, Opened};
use crate::ui::drive::rows::{self, ShownRow};
use crate::ui::drive::window::Stretch;
use crate::ui::wording;
use crate::view::*;
use crate::vocabulary::Role;

/// The lines of the log that are kept.
pub const LOG_LINES: usize = 200;

/// What a person has typed into the request form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub key: String,
    pub client: String,
    /// Blank: the engine makes up a value that no other write has.
    pub value: String,
    pub times: u32,
}

/// A message above the panels: what happened, and what a person can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub error: bool,
    pub text: String,
}

/// The picture, in parts that change apart from each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panels {
    pub at_us: Micros,
    /// The instant that each part shows: in a rush it is one of the last frames'.
    shown_us: [Micros; Part::ALL.len()],
    pub rows: Rc<Vec<ShownRow>>,
    pub keys_total: usize,
    pub processes: Rc<Vec<ProcessView>>,
    pub tasks: Rc<Vec<TaskView>>,
    pub tasks_total: usize,
    pub flights: Rc<Vec<FlightView>>,
    pub flights_total: usize,
    pub queues: Rc<Vec<QueueView>>,
    pub links: Rc<Vec<LinkView>>,
    pub results: Rc<Vec<RequestResult>>,
    pub workloads: Rc<Vec<WorkloadView>>,
    pub counters: Rc<Counters>,
    pub problems: Rc<Problems>,
    /// What went wrong later, where a person has jumped back.
    pub foreseen: Option<Rc<Foreseen>>,
    pub step_us: Micros,
    pub charts: Rc<Vec<Rc<Chart>>>,
    pub ribbons: Rc<Vec<Rc<Ribbon>>>,
    pub ribbon_step_us: Micros,
    pub stretch: Stretch,
    pub diagram: Rc<Diagram>,
}

impl Panels {
    /// The instant that a part shows.
    pub fn shown_us(&self, part: Part) -> Micros {
        self.shown_us[part as usize]
    }

    /// What went wrong so far; where a person has jumped back, what is known to.
    pub fn known_problems(&self) -> &Rc<Problems> {
        self.foreseen.as_ref().map_or(&self.problems, |foreseen| &foreseen.problems)
    }

    /// Where a person has jumped back: what is known to go wrong after this
    /// instant is still ahead. It only changes when something of it comes.
    pub fn ahead_of_us(&self) -> Micros {
        let Some(foreseen) = &self.foreseen else { return Micros::MAX };
        let come = foreseen.problems.shown.iter().map(|problem| problem.at_us);
        come.filter(|at_us| *at_us <= self.at_us).max().unwrap_or(0)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub opened: Rc<Opened>,
    pub panels: Panels,
    pub log: Rc<VecDeque<Rc<LogLine>>>,
    /// How many lines there were before those, since the log began.
    pub before_log: u64,
    /// The latest thing that is worth saying.
    pub latest: Option<Rc<LogLine>>,
    /// How many lines were worth saying so far.
    pub worth_saying: u64,
    /// How often a person went to see a problem.
    pub visits: u32,
    /// A person is on the way to see one.
    visiting: bool,
    pub journey: Journey,
    pub transport: Transport,
    /// The rest of the picture is on its way.
    pub settling: bool,
    pub form: Form,
    /// The task that a person chose to follow.
    pub chosen_task: Option<u64>,
    /// … and what it is called.
    chosen_label: String,
    /// The strategy whose code is shown.
    pub program: usize,
    pub notices: Rc<Vec<Notice>>,
    pub help: bool,
    pub share: bool,
    /// Asked for by the address or the page around this one.
    pub theme: Option<Theme>,
    /// Whether the list of lessons is open.
    pub lessons: bool,
    /// Whether the strategy's editor is open.
    pub editor: bool,
    pub lesson: Option<Rc<LessonView>>,
    /// Whether single keys do something; a person can turn that off.
    pub shortcuts: bool,
    /// What is lit, with all that belongs to it.
    pub lit: Option<Rc<Kin>>,
    /// Database reads by virtual time, over the last second of it.
    load: VecDeque<(Micros, u64)>,
    notices_made: u64,
}

pub enum Action {
    /// A run was opened from its start.
    Opened(Rc<Opened>, Frame),
    /// The run went on.
    Went(Frame),
    Key(String),
    /// A key, whose row a person will want to see after the jump that follows.
    Visit(String),
    Client(String),
    Value(String),
    Times(u32),
    Follow(Option<u64>),
    ShowProgram(usize),
    Say(String),
    Complain(String),
    Dismiss(u64),
    Help(bool),
    Share(bool),
    Theme(Theme),
    Lessons(bool),
    Editor(bool),
    Shortcuts(bool),
    Light(Option<Kin>),
}

impl State {
    pub fn new(opened: Rc<Opened>, frame: Frame) -> State {
        let transport = frame.transport;
        let form = Form {
            key: opened.keys.first().cloned().unwrap_or_else(|| "user:1".to_owned()),
            client: opened.clients.first().cloned().unwrap_or_else(|| "ann".to_owned()),
            value: String::new(),
            times: 1,
        };
        let mut state = State {
            opened,
            panels: Panels::default(),
            log: Rc::default(),
            before_log: 0,
            latest: None,
            worth_saying: 0,
            visits: 0,
            visiting: false,
            journey: frame.journey,
            transport,
            settling: false,
            form,
            chosen_task: None,
            chosen_label: String::new(),
            program: 0,
            notices: Rc::default(),
            help: false,
            share: false,
            theme: None,
            lessons: false,
            editor: false,
            lesson: None,
            shortcuts: true,
            lit: None,
            load: VecDeque::new(),
            notices_made: 0,
        };
        state.take(frame);
        state
    }

    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Opened(opened, frame) => {
                if !opened.keys.contains(&self.form.key) && opened.title != self.opened.title {
                    self.form.key = opened.keys.first().cloned().unwrap_or_default();
                }
                self.program = self.program.min(opened.programs.len().saturating_sub(1));
                self.opened = opened;
                // What was said is about the run before.
                self.notices = Rc::default();
                self.log = Rc::default();
                self.latest = None;
                self.chosen_task = None;
                self.load.clear();
                self.take(frame);
            }
            Action::Went(frame) => self.take(frame),
            Action::Key(key) => self.form.key = key,
            Action::Visit(key) => (self.form.key, self.visiting) = (key, true),
            Action::Client(client) => self.form.client = client,
            Action::Value(value) => self.form.value = value,
            Action::Times(times) => self.form.times = times.clamp(1, MOST_TIMES),
            Action::Follow(task) => {
                self.chosen_task = task;
                if let Some((program, label)) =
                    self.followed().map(|task| (task.strategy, task.label.clone()))
                {
                    (self.program, self.chosen_label) = (program, label);
                }
            }
            Action::ShowProgram(program) => self.program = program,
            Action::Say(text) => self.notice(text, false),
            Action::Complain(text) => self.notice(text, true),
            Action::Dismiss(id) => Rc::make_mut(&mut self.notices).retain(|notice| notice.id != id),
            Action::Help(open) => self.help = open,
            Action::Share(open) => self.share = open,
            Action::Theme(theme) => self.theme = Some(theme),
            Action::Lessons(open) => self.lessons = open,
            Action::Editor(open) => self.editor = open,
            Action::Shortcuts(on) => self.shortcuts = on,
            Action::Light(kin) => self.lit = kin.map(Rc::new),
        }
    }

    /// The task that the code panel follows: the chosen one while it lives, else
    /// the youngest that a client waits for, else any.
    pub fn followed(&self) -> Option<&TaskView> {
        let tasks = &self.panels.tasks;
        tasks
            .iter()
            .find(|task| Some(task.id) == self.chosen_task)
            .or_else(|| tasks.iter().rev().find(|task| task.client.is_some()))
            .or_else(|| tasks.last())
    }

    /// Where a person chose a task to follow and it is no more: what came of it.
    pub fn ended(&self) -> Option<String> {
        let chosen = self.chosen_task?;
        if self.panels.tasks.iter().any(|task| task.id == chosen) {
            return None;
        }
        let label = &self.chosen_label;
        let result = self.panels.results.iter().find(|result| result.label == *label);
        Some(match result {
            Some(result) => {
                format!(
                    "{label} has ended at {}: {}.",
                    wording::moment(result.ended_us),
                    result.verdict
                )
            }
            None => format!("{label} does not run at this instant."),
        })
    }

    /// Where the call is that a task waits for, and the message that a hand can hold.
    pub fn awaited(&self) -> Option<&FlightView> {
        let label = self.followed().map(|task| task.label.as_str());
        let mut flights = self.panels.flights.iter();
        flights.find(|flight| label.is_some_and(|label| flight.label == label))
    }

    /// The oldest message in flight of the followed request, or of all where none
    /// is followed: what it is called, and whether it is held.
    pub fn in_hand(&self) -> Option<(String, bool)> {
        let label = self.followed().filter(|task| task.client.is_some()).map(|task| &task.label);
        let mut flights = self.panels.flights.iter();
        flights.find_map(|flight| {
            let fits = label.is_none_or(|label| flight.label == *label);
            let message = flight.message.clone().filter(|_| fits)?;
            Some((message, flight.held))
        })
    }

    /// Database reads in the last second of virtual time.
    pub fn database_reads_per_second(&self) -> u64 {
        let first = self.load.front().map_or(0, |(_, reads)| *reads);
        self.panels.counters.database_reads - first.min(self.panels.counters.database_reads)
    }

    pub fn process(&self, kind: Role) -> impl Iterator<Item = &ProcessView> {
        self.panels.processes.iter().filter(move |process| process.kind == kind)
    }

    fn notice(&mut self, text: String, error: bool) {
        let notices = Rc::make_mut(&mut self.notices);
        // Remarks replace each other; errors stay until they are dismissed.
        notices.retain(|notice| notice.error && notice.text != text);
        self.notices_made += 1;
        notices.push(Notice { id: self.notices_made, error, text });
        if notices.len() > MOST_NOTICES {
            notices.remove(0);
        }
    }

    fn take(&mut self, frame: Frame) {
        self.transport = frame.transport;
        self.journey = frame.journey;
        self.settling = frame.settling;
        let visited = frame.jumped && std::mem::take(&mut self.visiting);
        if frame.jumped {
            self.log = Rc::default();
            self.load.clear();
            self.visits += u32::from(visited);
        }
        let at_us = frame.picture.at_us;
        let said = self.paint(frame.picture).unwrap_or_default();
        let is_loud = |line: &&LogLine| line.tone != Tone::Plain;
        self.worth_saying += match frame.jumped {
            true => 1,
            false if said.anew => 0,
            false => said.log.iter().filter(is_loud).count() as u64,
        };
        if said.anew {
            self.log = Rc::default();
            self.before_log = 0;
        }
        if !said.log.is_empty() {
            let log = Rc::make_mut(&mut self.log);
            log.extend(said.log.into_iter().map(Rc::new));
            let surplus = log.len().saturating_sub(LOG_LINES);
            log.drain(..surplus);
            self.before_log += surplus as u64;
        }
        let loud = self.log.iter().rev().find(|line| line.tone != Tone::Plain);
        self.latest = match (frame.jumped, &self.latest) {
            (true, _) => Some(Rc::new(self.arrival(at_us, visited))),
            (false, Some(known)) if loud.is_none_or(|line| line.seq < known.seq) => {
                self.latest.take()
            }
            _ => loud.cloned(),
        };
        self.panels.foreseen = frame.foreseen;
        self.learn(frame.lesson);
        self.sample_load();
        if let Some(text) = frame.complaint {
            self.notice(text, true);
        }
        if let Some(text) = frame.remark {
            self.notice(text, false);
        }
    }

    /// Where a lesson comes to another step, the key to watch is the form's.
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

    /// Takes over the parts that are new, but for the log, which it gives.
    fn paint(&mut self, picture: Picture) -> Option<Said> {
        let panels = &mut self.panels;
        panels.at_us = picture.at_us;
        for part in Part::ALL.into_iter().filter(|part| picture.is_now(*part)) {
            panels.shown_us[part as usize] = picture.at_us;
        }
        let rows = rows::after(&panels.rows, &picture);
        keep(&mut panels.rows, rows);
        if picture.is_now(Part::Work) {
            keep(&mut panels.counters, picture.counters);
        }
        if let Some(stores) = picture.stores {
            panels.keys_total = stores.keys_total;
        }
        if let Some(activity) = picture.activity {
            if picture.parts.contains(&Part::Work) {
                keep(&mut panels.processes, activity.processes);
                keep(&mut panels.tasks, activity.tasks);
                keep(&mut panels.queues, activity.queues);
                keep(&mut panels.links, activity.links);
                keep(&mut panels.workloads, activity.workloads);
                panels.tasks_total = activity.tasks_total;
            }
            if picture.parts.contains(&Part::Flights) {
                keep(&mut panels.flights, activity.flights);
                panels.flights_total = activity.flights_total;
            }
        }
        if let Some((stretch, diagram)) = picture.diagram {
            keep(&mut panels.diagram, diagram);
            panels.stretch = stretch;
        }
        if let Some((step_us, ribbons)) = picture.ribbons {
            keep_each(&mut panels.ribbons, ribbons);
            panels.ribbon_step_us = step_us;
        }
        if let Some((problems, charts)) = picture.figures {
            keep(&mut panels.problems, problems);
            keep_each(&mut panels.charts, charts.charts);
            panels.step_us = charts.step_us;
        }
        if let Some(answers) = picture.answers {
            keep(&mut panels.results, answers);
        }
        picture.said
    }

    /// Says where a jump has led to.
    fn arrival(&self, at_us: Micros, before: bool) -> LogLine {
        let seq = self.log.back().map_or(0, |line| line.seq + 1);
        let text = match before {
            true => format!("Paused just before {}.", wording::moment(at_us + 1)),
            false => format!("Paused at {}.", wording::moment(at_us)),
        };
        LogLine { seq, at_us, tone: Tone::Notice, text }
    }

    fn sample_load(&mut self) {
        let (now, reads) = (self.panels.at_us, self.panels.counters.database_reads);
        // Ten samples a second are enough for a figure that people read.
        if self.load.back().is_none_or(|(at, _)| now >= at + SECOND_US / 10) {
            self.load.push_back((now, reads));
        }
        while self.load.len() > 1 && self.load[1].0 + SECOND_US <= now {
            self.load.pop_front();
        }
    }
}

/// The largest burst that the form offers.
pub const MOST_TIMES: u32 = 1_000;

const MOST_NOTICES: usize = 4;

/// Put the new value there unless it equals the old one.
fn keep<T: PartialEq>(place: &mut Rc<T>, new: T) {
    if **place != new {
        *place = Rc::new(new);
    }
}

/// The same for a list, each apart: what did not change keeps its pointer.
fn keep_each<T: PartialEq>(place: &mut Rc<Vec<Rc<T>>>, new: Vec<T>) {
    let same = place.len() == new.len() && place.iter().zip(&new).all(|(old, new)| **old == *new);
    if same {
        return;
    }
    let all = new.into_iter().enumerate().map(|(at, new)| match place.get(at) {
        Some(old) if **old == new => old.clone(),
        _ => Rc::new(new),
    });
    *place = Rc::new(all.collect());
}

impl Form {
    /// The value that was typed: a number where it reads as one.
    pub fn literal(&self) -> Option<Literal> {
        let text = self.value.trim();
        if text.is_empty() {
            return None;
        }
        if let Ok(number) = text.parse() {
            return Some(Literal::Int(number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Literal::Float(number)),
            _ => Some(Literal::Text(text.to_owned())),
        }
    }

    fn client(&self) -> Option<String> {
        let client = self.client.trim();
        (!client.is_empty()).then(|| client.to_owned())
    }

    fn key(&self) -> String {
        self.key.trim().to_owned()
    }

    pub fn read(&self) -> What {
        What::Read { key: self.key(), client: self.client(), times: self.times }
    }

    pub fn write(&self) -> What {
        let (value, client) = (self.literal(), self.client());
        What::Write { key: self.key(), value, client, times: self.times }
    }

    pub fn delete(&self) -> What {
        What::Delete { key: self.key(), client: self.client() }
    }

    /// By the number that was typed, else by one.
    pub fn increment(&self) -> What {
        let by = self.value.trim().parse().unwrap_or(1);
        What::Increment { key: self.key(), by, client: self.client(), times: self.times }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(picture: Picture) -> Frame {
        Frame {
            picture,
            transport: Transport::new(10),
            complaint: None,
            jumped: false,
            settling: false,
            foreseen: None,
            journey: Journey::default(),
            remark: None,
            lesson: None,
        }
    }

    fn state() -> State {
        State::new(Rc::new(Opened::default()), frame(Picture::default()))
    }

    fn said(log: Vec<LogLine>) -> Picture {
        Picture { said: Some(Said { log, ..Said::default() }), ..Picture::default() }
    }

    fn stores(at_us: Micros, rows: Vec<KeyRow>) -> Picture {
        let stores = Some(Stores { keys_total: rows.len(), rows });
        Picture { at_us, stores, ..Picture::default() }
    }

    fn tasks(tasks: Vec<TaskView>) -> Picture {
        let activity = Some(Activity { tasks, ..Activity::default() });
        Picture { activity, parts: vec![Part::Work], ..Picture::default() }
    }

    fn row(key: &str, state: KeyState) -> KeyRow {
        KeyRow { key: key.into(), state, ..KeyRow::default() }
    }

    fn task(id: u64, client: Option<&str>) -> TaskView {
        TaskView {
            id,
            label: format!("R{id}"),
            client: client.map(Into::into),
            process: "app 1".to_owned(),
            strategy: id as usize % 2,
            function: "read".into(),
            line: 5,
            waiting: String::new(),
            started_us: 0,
            variables: Vec::new(),
        }
    }

    fn line(seq: u64) -> LogLine {
        LogLine { seq, at_us: seq, tone: Tone::Plain, text: seq.to_string() }
    }

    #[test]
    fn what_did_not_change_keeps_its_pointer() {
        let mut state = state();
        let rows = vec![row("a", KeyState::Cold), row("b", KeyState::InSync)];
        state.apply(Action::Went(frame(stores(0, rows.clone()))));
        let before = state.panels.clone();
        for same in [stores(0, rows.clone()), said(Vec::new())] {
            state.apply(Action::Went(frame(same)));
            assert!(Rc::ptr_eq(&state.panels.rows, &before.rows));
        }
        let changed = vec![row("a", KeyState::Stale), rows[1].clone()];
        state.apply(Action::Went(frame(stores(9, changed))));
        assert!(!Rc::ptr_eq(&state.panels.rows[0].row, &before.rows[0].row));
        assert!(Rc::ptr_eq(&state.panels.rows[1].row, &before.rows[1].row));
    }

    #[test]
    fn in_a_rush_a_part_shows_the_instant_of_its_last_turn() {
        let mut state = state();
        let rush = |at_us, rush| Picture {
            rush,
            parts: Part::ALL[..4].to_vec(),
            ..stores(at_us, Vec::new())
        };
        for (at_us, in_rush, others_us) in [(5, true, 0), (7, false, 7), (9, true, 7)] {
            state.apply(Action::Went(frame(rush(at_us, in_rush))));
            let shown = [Part::SecondRows, Part::Flights, Part::Diagram];
            let shown = shown.map(|part| state.panels.shown_us(part));
            assert_eq!((state.panels.at_us, shown), (at_us, [at_us, others_us, others_us]));
        }
    }

    #[test]
    fn the_log_keeps_its_last_lines() {
        let mut state = state();
        let lines = (0..LOG_LINES as u64 + 5).map(line).collect();
        state.apply(Action::Went(frame(said(lines))));
        assert_eq!((state.log.len(), state.log[0].seq), (LOG_LINES, 5));
    }

    #[test]
    fn a_chosen_task_is_followed_while_it_lives() {
        let mut state = state();
        let three = vec![task(1, Some("ann")), task(2, Some("ben")), task(3, None)];
        state.apply(Action::Went(frame(tasks(three))));
        assert_eq!(state.followed().map(|task| task.id), Some(2));
        state.apply(Action::Follow(Some(1)));
        assert_eq!((state.followed().map(|task| task.id), state.program), (Some(1), 1));
        state.apply(Action::Went(frame(tasks(vec![task(3, None)]))));
        assert_eq!(state.followed().map(|task| task.id), Some(3));
        assert_eq!(state.ended().as_deref(), Some("R1 does not run at this instant."));
        state.apply(Action::Follow(Some(3)));
        assert_eq!(state.ended(), None);
    }

    #[test]
    fn errors_stay_and_remarks_replace_each_other() {
        let mut state = state();
        state.apply(Action::Complain("The cache is down already.".to_owned()));
        state.apply(Action::Say("Restarted with TTL = 10.".to_owned()));
        state.apply(Action::Say("Restarted with TTL = 20.".to_owned()));
        let texts: Vec<&str> = state.notices.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(texts, ["The cache is down already.", "Restarted with TTL = 20."]);
        let id = state.notices[0].id;
        state.apply(Action::Dismiss(id));
        assert_eq!(state.notices.len(), 1);
    }

    #[test]
    fn the_load_is_that_of_the_last_second() {
        let mut state = state();
        for tenth in 0..=30 {
            let database_reads = tenth * 2;
            let counters = Counters { database_reads, ..Default::default() };
            let at_us = tenth * SECOND_US / 10;
            state.apply(Action::Went(frame(Picture { at_us, counters, ..Default::default() })));
        }
        assert_eq!(state.database_reads_per_second(), 20);
    }

    #[test]
    fn what_is_typed_becomes_the_value_it_reads_as() {
        let mut form = state().form;
        let mut typed = |text: &str| {
            form.value = text.to_owned();
            form.literal()
        };
        assert_eq!(typed("  "), None);
        assert_eq!(typed("42"), Some(Literal::Int(42)));
        assert_eq!(typed("1.5"), Some(Literal::Float(1.5)));
        assert_eq!(typed("inf"), Some(Literal::Text("inf".to_owned())));
    }

    #[test]
    fn a_burst_has_bounds() {
        let mut state = state();
        for (asked, given) in [(0, 1), (7, 7), (9_999, MOST_TIMES)] {
            state.apply(Action::Times(asked));
            assert_eq!(state.form.times, given);
        }
    }

    #[test]
    fn a_jump_begins_the_log_anew_and_says_so_until_something_happens() {
        let loud = |seq| LogLine { tone: Tone::Bad, ..line(seq) };
        let went = |log: Vec<LogLine>, jumped| Action::Went(Frame { jumped, ..frame(said(log)) });
        let mut state = state();
        state.apply(went(vec![line(0), loud(1), loud(2), line(3)], false));
        assert_eq!(state.latest.as_ref().map(|line| line.seq), Some(2));
        state.apply(went(vec![line(0), loud(1)], true));
        assert_eq!((state.log.len(), state.visits), (2, 0));
        state.apply(went(vec![line(2)], false));
        assert_eq!(state.latest.as_ref().unwrap().text, "Paused at 0 ms.");
        state.apply(went(vec![loud(3)], false));
        assert_eq!(state.latest.as_ref().unwrap().text, "3");
        assert_eq!(state.worth_saying, 4);
        state.apply(Action::Visit("b".to_owned()));
        state.apply(went(vec![], true));
        assert_eq!((state.visits, state.form.key.as_str()), (1, "b"));
        assert_eq!(state.latest.as_ref().unwrap().text, "Paused just before 0 ms.");
    }

    #[test]
    fn after_a_jump_back_what_is_known_is_listed_and_what_has_come_is_not_ahead() {
        let problem = |id: u64, at_us| ProblemView {
            id,
            kind: "stale read",
            what: String::new(),
            key: "a".into(),
            at_us,
            cause: Vec::new(),
        };
        let problems =
            Problems { totals: vec![("stale read", 2)], shown: vec![problem(0, 5), problem(1, 9)] };
        let mut state = state();
        assert_eq!(state.panels.ahead_of_us(), Micros::MAX);
        let foreseen = Rc::new(Foreseen { until_us: 12, problems: Rc::new(problems.clone()) });
        for (at_us, ahead_of_us) in [(4, 0), (5, 5), (8, 5), (9, 9)] {
            let picture = Picture { at_us, ..Default::default() };
            let foreseen = Some(foreseen.clone());
            state.apply(Action::Went(Frame { foreseen, jumped: at_us == 4, ..frame(picture) }));
            assert_eq!(**state.panels.known_problems(), problems);
            assert_eq!(state.panels.ahead_of_us(), ahead_of_us, "at {at_us}");
        }
        state.apply(Action::Went(frame(Picture::default())));
        assert_eq!(**state.panels.known_problems(), Problems::default());
    }
}
