//! Drives the simulation for the page: commands in, frames out.

mod command;
pub mod lesson;
mod view;

use std::rc::Rc;

pub use command::{Command, Export, File};
use lesson::{Learn, Learning};
pub use view::{
    Foreseen, Frame, Journey, Opened, Outcome, ParameterView, ProgramView, Promise, RibbonCell,
};

use crate::layout::instant;
use crate::link::{self, LinkError};
use crate::scenario::{Scenario, StrategyUse, What};
use crate::simulate::timeline::{Stop, Timeline};
use crate::time::Micros;
use crate::ui::drive::engine::{self, Advance, Simulation};
use crate::ui::drive::pace::{Run, SPEEDS, Transport, nearest_speed};
use crate::ui::drive::picture::{ARROWS, Part, Picture, ROWS, Said, TASKS, Turns};
use crate::ui::drive::state::LOG_LINES;
use crate::ui::drive::window::Window;
use crate::view::RibbonSpan;
use crate::view::ribbon::Ribbons;

/// How long the engine may work in one frame, so that the page stays fluid.
const WORK_MS: f64 = 5.0;
/// How many events are run before the clock is looked at again.
const EVENTS: u32 = 2_000;
/// How long a jump may take before a frame is drawn in between.
const AT_ONCE_MS: f64 = 40.0;
/// Intervals of a key that it lists.
const INTERVALS: usize = 100;
/// Log lines taken in one frame while the run goes on; of more, the latest.
const LINES: usize = 8;
/// … and after a jump.
const JUMP_LINES: usize = 30;
/// Arrows of a sequence diagram that is taken along.
const TOLD: usize = 2_000;
/// What a person is told who acts in the past.
const ANOTHER_RUN: &str = "You acted in the past: from here on this is another run. What you did \
    later happens again in it. Undo takes this back.";

pub struct Player {
    line: Timeline,
    /// What a reset goes back to: the scenario without what the person did.
    scenario: Scenario,
    preset: String,
    transport: Transport,
    /// The first line of the log that was not handed out yet.
    next_line: u64,
    /// Whether lines were left out since it last stood still.
    skipped: bool,
    complaint: Option<String>,
    turns: Turns,
    /// Where a person has jumped to, while the run is on its way there.
    going: Option<Going>,
    jumped: bool,
    /// What is still to be drawn of the instant that it stands at.
    due: Vec<Part>,
    foreseen: Option<Rc<Foreseen>>,
    remark: Option<String>,
    /// Of the run that was the timeline's after so many forks.
    ribbons: (u64, Ribbons),
    window: Window,
    promise: Option<Promise>,
    /// How many actions that could not be done a person was told of.
    told_undone: usize,
    learning: Option<Learning>,
    /// What has a lesson is played without it.
    lessons_hidden: bool,
    /// Real milliseconds.
    clock: fn() -> f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Going {
    To(Micros),
    /// To whatever of this kind comes first.
    Until(Stop),
    /// To the end of the lesson's step.
    StepEnd,
}

impl Player {
    /// A preset, from its start. The clock gives real milliseconds.
    pub fn new(preset: &str, clock: fn() -> f64) -> Result<Player, String> {
        let scenario =
            engine::preset(preset).ok_or_else(|| format!("There is no preset “{preset}”."))?;
        Player::of(preset, scenario, clock)
    }

    /// What a link holds, standing where it says.
    ///
    /// # Errors
    /// Why it does not open. What a preset that has changed comes to now is opened
    /// all the same, and that is said.
    pub fn linked(link: &str, clock: fn() -> f64) -> Result<Player, String> {
        let (scenario, outcome, preset, remark) = match link::decode(link) {
            Ok(opened) => (opened.scenario, opened.outcome, opened.preset, None),
            Err(why) => {
                let said = why.to_string();
                let LinkError::PresetChanged { id, now: Some(scenario) } = why else {
                    return Err(said);
                };
                (*scenario, None, Some(id), Some(said))
            }
        };
        let untouched = preset.filter(|id| engine::preset(id).as_ref() == Some(&scenario));
        let at_us = scenario.view.at_us;
        let of = Rc::new(scenario.clone());
        let promise = outcome.map(|outcome| Promise { scenario: of, outcome });
        let mut player = Player::of(&untouched.unwrap_or_default(), scenario, clock)?;
        player.promise = promise;
        player.complaint = remark;
        // A lesson begins at its beginning.
        if let Some(at_us) = at_us.filter(|_| player.learning.is_none()) {
            player.command(Command::SeekTo(at_us));
        }
        Ok(player)
    }

    /// What is played, with all that was done in it; where asked for, standing at
    /// this moment.
    pub fn shared(&self, at_moment: bool) -> Scenario {
        let at_us = at_moment.then(|| self.line.now().now_us());
        let mut scenario = match (&self.learning, at_us) {
            // From its start a lesson is a lesson; from there on, a run.
            (Some(_), None) => self.scenario.clone(),
            _ => self.line.session(at_us),
        };
        if nearest_speed(scenario.view.speed_us_per_ms) != self.transport.speed {
            scenario.view.speed_us_per_ms = self.transport.us_per_ms();
        }
        scenario
    }

    fn of(preset: &str, scenario: Scenario, clock: fn() -> f64) -> Result<Player, String> {
        let transport = Transport::new(scenario.view.speed_us_per_ms);
        let (line, learning, complaint) = lesson::begin(&scenario, clock)?;
        let mut player = Player {
            line,
            learning,
            lessons_hidden: false,
            remark: None,
            ribbons: (0, Ribbons::new(scenario.duration_us)),
            scenario,
            preset: preset.to_owned(),
            transport,
            next_line: 0,
            skipped: false,
            complaint,
            turns: Turns::default(),
            going: None,
            jumped: false,
            due: Vec::new(),
            foreseen: None,
            window: Window::default(),
            promise: None,
            told_undone: 0,
            clock,
        };
        player.pass_by();
        Ok(player)
    }

    pub fn opened(&self) -> Rc<Opened> {
        let promise = self.promise.clone();
        let now = self.line.now();
        // A lesson's run has the strategies of its step.
        let scenario = if self.learning.is_some() { now.scenario() } else { &self.scenario };
        let opened = engine::opened(&self.preset, scenario, now);
        Rc::new(Opened { promise, ..opened })
    }

    /// What is on now: all of it, or after a jump what is looked at first. Where a
    /// person drags through time, the rest would be out of date before it is drawn.
    pub fn frame(&mut self) -> Frame {
        let (first, rest) =
            if self.jumped { Part::looked_at_first() } else { (&Part::ALL[..], &[][..]) };
        self.due = rest.iter().rev().copied().collect();
        self.frame_of(first, false)
    }

    /// What is on now: these parts of it.
    fn frame_of(&mut self, parts: &[Part], rush: bool) -> Frame {
        self.foresee();
        self.tell_undone();
        let furthest_us = self.line.furthest().now_us();
        Frame {
            picture: Picture { rush, ..self.picture(parts) },
            transport: self.transport,
            complaint: self.complaint.take(),
            remark: self.remark.take(),
            jumped: std::mem::take(&mut self.jumped),
            settling: !self.due.is_empty(),
            foreseen: self.foreseen.clone(),
            journey: Journey {
                furthest_us,
                end_us: furthest_us.max(self.scenario.duration_us),
                can_undo: self.line.can_undo(),
                can_redo: self.line.can_redo(),
            },
            lesson: self.lesson_view(),
        }
    }

    /// What was recorded and cannot be done in this run, a person is told.
    fn tell_undone(&mut self) {
        let undone = self.line.now().undone();
        let (known, all) = (self.told_undone, undone.len());
        self.told_undone = all;
        let new: Vec<String> = undone
            .skip(known)
            .map(|(at_us, why)| format!("At {} not done: {why}.", instant(at_us)))
            .collect();
        if let Some(last) = new.last() {
            self.complaint = Some(match new.len() {
                1 => last.clone(),
                more => format!("{last} So were {} before it.", more - 1),
            });
        }
    }

    fn picture(&mut self, parts: &[Part]) -> Picture {
        let now = self.line.now();
        let mut picture = Picture {
            at_us: now.now_us(),
            parts: parts.to_vec(),
            counters: now.view().counters(),
            ..Picture::default()
        };
        for part in parts {
            let now = self.line.now();
            match part {
                Part::Work | Part::Flights => {
                    picture.activity.get_or_insert_with(|| now.view().activity(TASKS));
                }
                Part::Log => picture.said = Some(self.said()),
                Part::Answers => picture.answers = Some(now.view().results()),
                Part::Diagram => {
                    let stretch = self.window.stretch(now.now_us(), self.transport.us_per_ms());
                    let diagram = now.view().diagram(stretch.from_us, stretch.to_us, ARROWS);
                    picture.diagram = Some((stretch, diagram));
                }
                Part::Ribbons => {
                    self.draw_ribbons();
                    let ribbons = &self.ribbons.1;
                    picture.ribbons =
                        Some((ribbons.step_us(), ribbons.drawn(self.line.furthest().view())));
                }
                Part::Figures => {
                    picture.figures = Some((now.view().problems(), now.view().charts()))
                }
                Part::FirstRows | Part::SecondRows | Part::ThirdRows | Part::FourthRows => {
                    picture.stores.get_or_insert_with(|| now.view().stores(ROWS));
                }
            }
        }
        picture
    }

    fn said(&mut self) -> Said {
        let now = self.line.now();
        let moving = self.transport.moving();
        // Of what goes by in a rush, the end is shown; who stops can read it all.
        let anew = self.jumped || self.skipped && !moving;
        let most = match (self.jumped, moving) {
            (true, _) => JUMP_LINES,
            (false, true) => LINES,
            (false, false) => LOG_LINES,
        };
        let from = if anew { 0 } else { self.next_line };
        let skips = now.history().len() - from > most as u64;
        let mut log = match skips {
            true => now.view().log_tail(most),
            false => now.view().log_from(from, most),
        };
        log.retain(|line| line.seq >= from);
        self.skipped = moving && (skips || self.skipped);
        self.next_line = now.history().len();
        Said { anew, log }
    }

    /// How much went wrong; where a person has jumped back, what is known to.
    pub fn violations(&self) -> u64 {
        self.line.furthest().history().ledger().went_wrong()
    }

    /// The worst that a key was in within a cell of its ribbon, and how many other states.
    pub fn worst_within(&self, cell: &RibbonCell) -> Option<(RibbonSpan, usize)> {
        self.line.furthest().view().worst_within(&cell.key, cell.from_us, cell.until_us)
    }

    /// The last intervals of a key, and how many there were.
    pub fn intervals(&self, key: &str) -> (Vec<RibbonSpan>, u64) {
        self.line.furthest().view().intervals(key, INTERVALS)
    }

    pub fn command(&mut self, command: Command) -> Outcome {
        let paces = matches!(
            command,
            Command::Speed(_)
                | Command::Slower
                | Command::Faster
                | Command::SkipIdle(_)
                | Command::Window(_)
                | Command::Export(_)
        );
        // All else leaves a jump that has not arrived, where it has got to.
        let was_going = !paces && self.going.take().is_some();
        if was_going {
            self.arrive();
        }
        match command {
            Command::Toggle => {
                self.transport.run = match self.transport.run {
                    Run::Paused if !was_going => Run::Playing,
                    _ => Run::Paused,
                };
                self.set_going();
            }
            Command::Play(on) => {
                self.transport.run = if on { Run::Playing } else { Run::Paused };
                self.transport.rethink();
                self.set_going();
            }
            Command::Step => {
                self.transport.run = Run::Paused;
                self.transport.rethink();
                if !self.line.is_past() {
                    self.begin_step();
                }
                if self.next_us().is_none() {
                    return Outcome::Refused("Nothing is left to happen. Fire a read.".to_owned());
                }
                let advance = self.step();
                self.heed(advance);
            }
            Command::Speed(speed) => {
                self.transport.speed = speed.min(SPEEDS.len() - 1);
                self.transport.rethink();
            }
            Command::Slower => {
                return self.command(Command::Speed(self.transport.speed.saturating_sub(1)));
            }
            Command::Faster => return self.command(Command::Speed(self.transport.speed + 1)),
            Command::SkipIdle(skip) => {
                self.transport.skip_idle = skip;
                self.transport.rethink();
            }
            Command::Do(what) => {
                if let Err(why) = self.may_act() {
                    return Outcome::Refused(why);
                }
                let forks = self.line.forks();
                // A hand that holds a message back does not set the rest going.
                let starts = !matches!(what, What::Hold { .. } | What::Delay { .. });
                if let Err(why) = self.line.act(what) {
                    return Outcome::Refused(why);
                }
                self.set_front();
                if self.line.forks() > forks {
                    self.remark = Some(ANOTHER_RUN.to_owned());
                }
                self.transport.rethink();
                if starts && self.transport.run == Run::Paused {
                    self.transport.run = Run::UntilQuiet;
                }
            }
            Command::Seek(at_us) => {
                self.line.turn_before(at_us);
                match at_us.checked_sub(1) {
                    Some(to_us) => self.go(Going::To(to_us)),
                    None => self.arrive(),
                }
            }
            Command::SeekTo(at_us) => {
                self.line.turn_to(at_us);
                self.go(Going::To(at_us));
            }
            Command::StepBack => {
                if !self.line.step_back() {
                    return Outcome::Refused("This is the start.".to_owned());
                }
                self.arrive();
            }
            Command::Next(stop) => match self.line.next_us(stop) {
                Some(at_us) => return self.command(Command::SeekTo(at_us)),
                None => {
                    if let Err(why) = self.may_search() {
                        return Outcome::Refused(why);
                    }
                    let furthest_us = self.line.furthest().now_us();
                    self.line.turn_to(furthest_us);
                    self.go(Going::Until(stop));
                }
            },
            Command::Previous(stop) => match self.line.previous_us(stop) {
                Some(at_us) => return self.command(Command::SeekTo(at_us)),
                None => {
                    let what = match stop {
                        Stop::Request => "No request began before this.",
                        Stop::Violation => "Nothing went wrong before this.",
                    };
                    return Outcome::Refused(what.to_owned());
                }
            },
            Command::Undo => match self.line.undo() {
                Some((what, at_us)) => {
                    self.remark = Some(format!("Taken back: {}.", what.words()));
                    self.go(Going::To(at_us));
                }
                None => return Outcome::Refused("There is nothing to take back.".to_owned()),
            },
            Command::Redo => match self.line.redo() {
                Some((what, at_us)) => {
                    self.remark = Some(format!("Done again: {}.", what.words()));
                    self.go(Going::To(at_us));
                }
                None => return Outcome::Refused("There is nothing to do again.".to_owned()),
            },
            Command::Window(turn) => {
                let now_us = self.line.now().now_us();
                self.window.turn(turn, now_us, self.transport.us_per_ms());
            }
            Command::Export(export) => return self.export(export),
            Command::Learn(learn) => return self.learn(learn),
            Command::Reset if self.learning.is_some() => return self.learn(Learn::Again),
            Command::Reset => {
                let scenario = self.scenario.clone();
                return self.open(self.preset.clone(), scenario, None);
            }
            Command::Preset(id) => {
                let Some(scenario) = engine::preset(&id) else {
                    return Outcome::Refused(format!("There is no preset “{id}”."));
                };
                return self.open(id, scenario, None);
            }
            Command::Open(scenario) => {
                let at_us = scenario.view.at_us;
                let outcome = self.open(String::new(), *scenario, None);
                return match (outcome, at_us) {
                    (Outcome::Opened(opened, _, remark), Some(at_us))
                        if self.learning.is_none() =>
                    {
                        self.command(Command::SeekTo(at_us));
                        Outcome::Opened(opened, self.frame(), remark)
                    }
                    (outcome, _) => outcome,
                };
            }
            Command::Link(link) => match Player::linked(&link, self.clock) {
                Err(why) => return Outcome::Refused(why),
                Ok(new) => {
                    self.begin(new);
                    return Outcome::Opened(self.opened(), self.frame(), None);
                }
            },
            Command::Strategy(at, id) => {
                let used = StrategyUse { strategy: id, ..StrategyUse::default() };
                return self.serve(at, used, "");
            }
            Command::Serve(at, used, besides) => return self.serve(at, *used, &besides),
            Command::Parameter(at, name, value) => {
                let (preset, mut scenario, why) = self.own_run();
                let Some(place) = scenario.strategies.get_mut(at) else {
                    return Outcome::Refused("That strategy is not part of this run.".to_owned());
                };
                let remark = format!("Restarted with {name} = {}.{why}", engine::literal(&value));
                place.parameters.insert(name.to_string(), value);
                if let Err(problems) = Simulation::new(&scenario) {
                    let said: Vec<&str> =
                        problems.iter().map(|problem| problem.message.as_str()).collect();
                    return Outcome::Refused(format!("{name} {}.", said.join("; ")));
                }
                return self.open(preset, scenario, Some(remark));
            }
        }
        Outcome::Went(self.frame())
    }

    /// Let a frame's worth of time pass. `clock` gives real milliseconds.
    /// `None` where there is nothing new to see.
    pub fn pass(&mut self, elapsed_ms: f64, clock: impl Fn() -> f64) -> Option<Frame> {
        let began = clock();
        if self.going.is_some() {
            let arrived = self.get_on(|| clock() - began < WORK_MS);
            return arrived.then(|| self.frame());
        }
        if !self.transport.moving() {
            let part = self.due.pop()?;
            return Some(self.frame_of(&[part], false));
        }
        self.due.clear();
        Some(self.play_on(elapsed_ms, || clock() - began < WORK_MS))
    }

    fn play_on(&mut self, elapsed_ms: f64, time_left: impl Fn() -> bool) -> Frame {
        let next = self.next_us();
        let until = self.transport.after(self.line.now().now_us(), next, elapsed_ms);
        while self.transport.moving() {
            let advance = self.advance(until, EVENTS);
            let go_on = matches!(advance, Advance::Budget);
            self.heed(advance);
            if !go_on || !time_left() {
                break;
            }
        }
        if self.transport.run == Run::UntilQuiet && self.line.now().is_quiet() {
            self.transport.run = Run::Paused;
            self.transport.rethink();
        }
        if !self.transport.moving() {
            return self.frame();
        }
        let (parts, rush) = self.turns.take(self.line.now().events());
        self.frame_of(&parts, rush)
    }

    /// Sets out for somewhere, and gets there at once if it is not far.
    fn go(&mut self, going: Going) {
        self.transport.rethink();
        self.going = Some(going);
        let (clock, began) = (self.clock, (self.clock)());
        if !self.get_on(|| clock() - began < AT_ONCE_MS) {
            self.transport.run = match going {
                Going::To(at_us) => Run::GoingTo(at_us),
                Going::Until(_) | Going::StepEnd => Run::Searching,
            };
        }
    }

    /// Goes on towards where a person jumped to; whether it has arrived.
    fn get_on(&mut self, time_left: impl Fn() -> bool) -> bool {
        while let Some(going) = self.going {
            let arrived = match going {
                Going::To(at_us) => {
                    let advance = self.advance(at_us, EVENTS);
                    let arrived = !matches!(advance, Advance::Budget);
                    self.heed(advance);
                    arrived
                }
                Going::StepEnd => {
                    let advance = self.advance(Micros::MAX, EVENTS);
                    let arrived = !matches!(advance, Advance::Budget);
                    self.heed(advance);
                    arrived
                }
                Going::Until(stop) => match self.line.advance_to(stop, EVENTS / 10) {
                    Ok(found) => found,
                    Err(advance) => {
                        let nothing = match stop {
                            Stop::Request => "No request is to come.",
                            Stop::Violation => "Nothing goes wrong any more.",
                        };
                        self.complaint = Some(nothing.to_owned());
                        self.heed(advance);
                        true
                    }
                },
            };
            if arrived {
                self.arrive();
                self.pass_by();
            } else if !time_left() {
                return false;
            }
        }
        true
    }

    /// Stands still where it is, which does not follow what was shown.
    fn arrive(&mut self) {
        self.going = None;
        self.transport.run = Run::Paused;
        self.transport.rethink();
        self.next_line = 0;
        self.jumped = true;
    }

    /// Knows what went wrong later, where the run stands before it.
    fn foresee(&mut self) {
        if !self.line.is_past() {
            self.foreseen = None;
            return;
        }
        let furthest = self.line.furthest();
        let until_us = furthest.now_us();
        if self.foreseen.as_ref().is_none_or(|known| known.until_us != until_us) {
            let problems = Rc::new(furthest.view().problems());
            self.foreseen = Some(Rc::new(Foreseen { until_us, problems }));
        }
    }

    /// Looks at what is new of the ribbons, or at all where the run is another one.
    fn draw_ribbons(&mut self) {
        if self.ribbons.0 != self.line.forks() {
            self.ribbons = (self.line.forks(), Ribbons::new(self.scenario.duration_us));
        }
        self.ribbons.1.keep_up(self.line.furthest().view(), ROWS);
    }

    /// Start over. On a bad scenario the present run stays as it is.
    fn open(&mut self, preset: String, scenario: Scenario, remark: Option<String>) -> Outcome {
        match Player::of(&preset, scenario, self.clock) {
            Err(why) => Outcome::Refused(why),
            Ok(mut new) => {
                if preset == self.preset {
                    new.transport.speed = self.transport.speed;
                }
                new.transport.skip_idle = self.transport.skip_idle;
                new.window = self.window.restarted();
                self.begin(new);
                Outcome::Opened(self.opened(), self.frame(), remark)
            }
        }
    }

    fn begin(&mut self, new: Player) {
        let hidden = self.lessons_hidden;
        *self = new;
        if hidden {
            self.hide_lessons();
        }
    }

    /// From now on, what has a lesson is played without it.
    pub fn hide_lessons(&mut self) {
        self.lessons_hidden = true;
        self.learning = None;
    }

    /// Serves keys by another strategy, in a run from its start.
    fn serve(&mut self, at: usize, used: StrategyUse, besides: &str) -> Outcome {
        let (preset, mut scenario, why) = self.own_run();
        let Some(place) = scenario.strategies.get_mut(at) else {
            return Outcome::Refused("That strategy is not part of this run.".to_owned());
        };
        let title = match used.source {
            Some(_) => "your own text",
            None => engine::title(&used.strategy),
        };
        let remark = format!("Restarted with {title}.{besides}{why}");
        *place = StrategyUse { prefix: std::mem::take(&mut place.prefix), ..used };
        self.open(preset, scenario, Some(remark))
    }

    fn export(&self, export: Export) -> Outcome {
        let now = self.line.now();
        let (ending, media_type, text) = match export {
            Export::Mermaid => {
                let diagram = now.view().diagram(0, now.now_us(), TOLD);
                ("mmd", "text/vnd.mermaid", diagram.mermaid())
            }
            Export::Csv => ("csv", "text/csv", now.view().csv()),
            Export::Json => {
                let rows: Vec<_> = now.view().rows().collect();
                match serde_json::to_string(&rows) {
                    Ok(text) => ("json", "application/json", text),
                    Err(why) => return Outcome::Refused(why.to_string()),
                }
            }
        };
        let name = format!("stalemate-{}.{ending}", self.preset);
        Outcome::Made(File { name, media_type, text })
    }

    fn heed(&mut self, advance: Advance) {
        if let Advance::Stopped(why) = advance {
            self.transport.run = Run::Paused;
            self.complaint = Some(format!("The run was stopped. {why}"));
        }
    }
}

fn timeline(scenario: &Scenario) -> Result<Timeline, String> {
    Timeline::new(scenario).map_err(|problems| {
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("This scenario does not run. {}", said.join(" · "))
    })
}

#[cfg(test)]
mod tests;
