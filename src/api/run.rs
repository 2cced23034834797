//! The handle: a run at an instant, and the calls that a program can make on it.

use super::argument::{self, LinkOptions};
use super::change::Mark;
use super::{Activity, Change, Error, ErrorCode, HistoryEvent, Stores};
use crate::history::{Report, ViolationReport};
use crate::link::{self, Outcome, Rerun};
use crate::scenario::{Scenario, What};
use crate::simulate::timeline::{Stop, Timeline};
use crate::simulate::{ActError, Advance, Simulation};
use crate::time::{LONGEST_US, Micros};
use crate::view::LogLine;

/// The most events that one call runs, which takes a fraction of a second.
pub const EVENTS: u32 = 200_000;

/// The most keys, lines or events that one call returns.
const MOST: u64 = 100_000;

/// A run of a scenario. See [the module](super) for the rules of every call.
pub struct Run {
    line: Timeline,
    /// The destination of the last call, until it is reached.
    destination: Option<Destination>,
    pub(super) mark: Mark,
    promise: Option<Promise>,
}

#[derive(Clone, Copy)]
enum Destination {
    At(Micros),
    /// The next violation or request.
    Next(Stop),
}

/// The result that a link holds, and the rerun to compare with it.
struct Promise {
    outcome: Outcome,
    rerun: Rerun,
}

/// Whether a run has the result that its link holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LinkCheck {
    /// The run was replayed as far as the link's result goes. If false, call again.
    pub done: bool,
    /// How the results differ; `null`: they do not.
    pub mismatch: Option<String>,
}

impl Run {
    /// Loads a scenario, at its first instant. A lesson in it is ignored.
    ///
    /// # Errors
    /// [`ErrorCode::Scenario`], with everything that is wrong.
    pub fn new(scenario: &Scenario) -> Result<Run, Error> {
        let line =
            Timeline::new(scenario).map_err(|problems| Error::of(ErrorCode::Scenario, problems))?;
        let mark = Mark::of(&line);
        Ok(Run { line, destination: None, mark, promise: None })
    }

    /// Loads a scenario from its JSON text.
    ///
    /// # Errors
    /// [`ErrorCode::Scenario`], with what is wrong and where.
    pub fn of_text(json: &str) -> Result<Run, Error> {
        Run::new(&Scenario::parse(json)?)
    }

    /// Loads the scenario of a link: a whole address, or its fragment. The destination is the
    /// instant at which the link opens.
    ///
    /// # Errors
    /// [`ErrorCode::Link`]: the link does not open.
    pub fn of_link(link: &str) -> Result<Run, Error> {
        let wrong = |message: String| Error::new(ErrorCode::Link, message);
        let opened = link::decode(link).map_err(|error| match error {
            link::LinkError::Invalid { ref problems, .. } => {
                let problems = problems.clone();
                Error { problems, ..wrong(error.to_string()) }
            }
            other => wrong(other.to_string()),
        })?;
        // a strategy's source is compiled here, not where the link is opened
        let own = |error: Error| Error { code: ErrorCode::Link, ..error };
        let mut run = Run::new(&opened.scenario).map_err(own)?;
        if let Some(outcome) = opened.outcome {
            let rerun = Rerun::new(&opened.scenario);
            let rerun = rerun.map_err(|problems| Error::of(ErrorCode::Link, problems))?;
            run.promise = Some(Promise { outcome, rerun });
        }
        if let Some(at_us) = opened.scenario.view.at_us {
            // a run that stops on its way says so in the next call
            let _ = run.go(Destination::At(at_us));
            run.mark();
        }
        Ok(run)
    }

    /// Does an action now. If now is in the past, this changes everything that follows.
    ///
    /// # Errors
    /// [`ErrorCode::Action`]: it is not an action, or cannot be done;
    /// [`ErrorCode::Stopped`].
    pub fn act(&mut self, json: &str) -> Result<(), Error> {
        let what = argument::action(json, self.now_us())?;
        let forks = self.line.forks();
        let done = self.line.act(what).map_err(|error| match error {
            ActError::Stopped(why) => Error::new(ErrorCode::Stopped, why),
            error => Error::new(ErrorCode::Action, error.to_string()),
        });
        self.mark.forked |= self.line.forks() != forks;
        self.destination = None;
        done
    }

    /// Runs for a duration, in microseconds. Returns whether it got there.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`]; [`ErrorCode::Stopped`]: the run cannot go on.
    pub fn advance(&mut self, for_us: f64) -> Result<bool, Error> {
        let now_us = self.now_us();
        let left_us = LONGEST_US.saturating_sub(now_us);
        let for_us = argument::whole("forUs", for_us, left_us, " microseconds")?;
        self.go(Destination::At(now_us + for_us))
    }

    /// Goes to an instant, past or future, in microseconds. Returns whether it got there.
    ///
    /// # Errors
    /// See [`advance`](Run::advance).
    pub fn seek(&mut self, at_us: f64) -> Result<bool, Error> {
        let at_us = argument::whole("atUs", at_us, LONGEST_US, " microseconds")?;
        self.seek_to(at_us)
    }

    fn seek_to(&mut self, at_us: Micros) -> Result<bool, Error> {
        self.mark.went_back |= at_us < self.now_us();
        self.line.turn_to(at_us);
        self.go(Destination::At(at_us))
    }

    /// Continues towards the destination of the last call. Returns whether it is reached.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`]: the run cannot go on.
    pub fn go_on(&mut self) -> Result<bool, Error> {
        match self.destination {
            Some(destination) => self.go(destination),
            None => Ok(true),
        }
    }

    /// Whether the last call reached its destination.
    pub fn has_arrived(&self) -> bool {
        self.destination.is_none()
    }

    fn go(&mut self, destination: Destination) -> Result<bool, Error> {
        self.destination = Some(destination);
        let arrived = match destination {
            Destination::At(at_us) => match self.line.advance(at_us, EVENTS) {
                Advance::Reached => true,
                Advance::Budget => return Ok(false),
                Advance::Stopped(why) => return Err(self.stopped(why)),
            },
            Destination::Next(stop) => match self.line.advance_to(stop, EVENTS) {
                Ok(true) => true,
                Ok(false) => return Ok(false),
                Err(Advance::Stopped(why)) => return Err(self.stopped(why)),
                // nothing is left to happen
                Err(_) => false,
            },
        };
        self.destination = None;
        Ok(arrived)
    }

    fn stopped(&mut self, why: String) -> Error {
        self.destination = None;
        Error::new(ErrorCode::Stopped, why)
    }

    /// Runs the next event. Returns false if there is none.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`]: the run cannot go on.
    pub fn step(&mut self) -> Result<bool, Error> {
        self.destination = None;
        if self.line.next_at_us().is_some_and(|at_us| at_us > LONGEST_US) {
            return Ok(false);
        }
        match self.line.step() {
            Advance::Reached => Ok(false),
            Advance::Budget => Ok(true),
            Advance::Stopped(why) => Err(self.stopped(why)),
        }
    }

    /// Goes back by one event. Returns false at the start.
    pub fn back(&mut self) -> bool {
        self.destination = None;
        let went = self.line.step_back();
        self.mark.went_back |= went;
        went
    }

    /// Goes to the next violation or request; runs on if none is known yet. Returns whether it
    /// found one.
    ///
    /// # Errors
    /// See [`advance`](Run::advance).
    pub fn next(&mut self, stop: &str) -> Result<bool, Error> {
        let stop = argument::stop(stop)?;
        if let Some(at_us) = self.line.next_us(stop) {
            return self.seek_to(at_us);
        }
        let furthest_us = self.line.furthest().now_us();
        self.line.turn_to(furthest_us);
        self.go(Destination::Next(stop))
    }

    /// Goes back to the last violation or request before now. Returns whether there is one.
    ///
    /// # Errors
    /// See [`advance`](Run::advance).
    pub fn previous(&mut self, stop: &str) -> Result<bool, Error> {
        let stop = argument::stop(stop)?;
        self.destination = None;
        match self.line.previous_us(stop) {
            Some(at_us) => self.seek_to(at_us),
            None => Ok(false),
        }
    }

    /// Undoes the last action that is not from the scenario, and goes to the same instant of the
    /// run without it. `None`: there is none.
    ///
    /// # Errors
    /// See [`go_on`](Run::go_on); the action is undone all the same.
    pub fn undo(&mut self) -> Result<Option<What>, Error> {
        let undone = self.line.undo();
        self.rewritten(undone)
    }

    /// Redoes the last undone action. `None`: there is none.
    ///
    /// # Errors
    /// See [`go_on`](Run::go_on); the action is redone all the same.
    pub fn redo(&mut self) -> Result<Option<What>, Error> {
        let redone = self.line.redo();
        self.rewritten(redone)
    }

    fn rewritten(&mut self, done: Option<(What, Micros)>) -> Result<Option<What>, Error> {
        self.destination = None;
        let Some((what, at_us)) = done else { return Ok(None) };
        self.mark.forked = true;
        self.mark.went_back = true;
        self.go(Destination::At(at_us))?;
        Ok(Some(what))
    }

    /// Whether there is an action to undo.
    pub fn can_undo(&self) -> bool {
        self.line.can_undo()
    }

    /// Whether there is an action to redo.
    pub fn can_redo(&self) -> bool {
        self.line.can_redo()
    }

    /// The present instant.
    pub fn now_us(&self) -> Micros {
        self.line.now().now_us()
    }

    /// The latest instant that this run has reached.
    pub fn furthest_us(&self) -> Micros {
        self.line.furthest().now_us().max(self.now_us())
    }

    /// The number of events up to now.
    pub fn events_so_far(&self) -> u64 {
        self.line.now().events()
    }

    fn now(&self) -> &Simulation {
        self.line.now()
    }

    /// The totals so far, as `stalemate run --json` writes them.
    pub fn report(&self) -> Report {
        self.now().report()
    }

    /// The violations so far, in order of time; at most the first thousand of each kind.
    pub fn violations(&self) -> Vec<ViolationReport> {
        self.now().history().violations()
    }

    /// Both stores, key by key, in the order of first use; at most `most` keys.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn stores(&self, most: f64) -> Result<Stores, Error> {
        Ok(Stores::of(self.now(), amount("most", most)? as usize))
    }

    /// At most `most` current tasks, and the first sixty messages.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn activity(&self, most: f64) -> Result<Activity, Error> {
        Ok(Activity::of(self.now(), amount("most", most)? as usize))
    }

    /// The last `most` lines of the log, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn log(&self, most: f64) -> Result<Vec<LogLine>, Error> {
        Ok(self.now().view().log_tail(amount("most", most)? as usize))
    }

    /// At most `most` events from number `from` on, oldest first. A long run forgets its oldest
    /// events to stay within 256 MB in all.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn events(&self, from: f64, most: f64) -> Result<Vec<HistoryEvent>, Error> {
        let from = argument::whole("from", from, 1 << 53, "")?;
        Ok(HistoryEvent::from(self.now(), from, amount("most", most)? as usize))
    }

    /// The scenario with every action that was done. Played from its start, it gives the same run.
    pub fn scenario(&self) -> Scenario {
        self.line.session(None)
    }

    /// A link to the scenario with every action that was done. It also holds the run's result if
    /// the run has at most [`EVENTS`] events.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`]; [`ErrorCode::Link`]: it would be too long.
    pub fn link(&self, options: &str) -> Result<String, Error> {
        let LinkOptions { base, now, whole } = LinkOptions::read(options)?;
        let scenario = self.line.session(now.then(|| self.now_us()));
        let outcome = Rerun::new(&scenario).ok().and_then(|mut rerun| rerun.advance(EVENTS));
        let encode = if whole { link::encode_whole } else { link::encode };
        let link = encode(&scenario, outcome);
        let link = link.map_err(|error| Error::new(ErrorCode::Link, error.to_string()))?;
        Ok(base.map_or_else(|| link.text().to_owned(), |base| link.on(&base)))
    }

    /// Replays a run from a link and compares the result with the link's. `None`: the run is not
    /// from a link, or the link holds no result.
    pub fn check_link(&mut self) -> Option<LinkCheck> {
        let Promise { outcome, rerun } = self.promise.as_mut()?;
        let here = rerun.advance(EVENTS);
        let mismatch = here.and_then(|here| rerun.compare(*outcome, here).err());
        Some(LinkCheck { done: here.is_some(), mismatch: mismatch.map(|it| it.to_string()) })
    }

    /// Sets the point from which [`change`](Run::change) counts.
    pub fn mark(&mut self) {
        self.mark = Mark::of(&self.line);
    }

    /// The changes since the last call, if any.
    pub fn change(&mut self) -> Option<Change> {
        self.mark.change(&self.line)
    }
}

fn amount(name: &str, given: f64) -> Result<u64, Error> {
    argument::whole(name, given, MOST, "")
}
