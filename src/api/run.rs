//! The handle: a run, where it stands, and what can be done with it.

use super::argument::{self, LinkOptions};
use super::change::Mark;
use super::{Activity, Change, Error, ErrorCode, HistoryEvent, Stores};
use crate::history::{Report, ViolationReport};
use crate::link::{self, Outcome, Rerun};
use crate::scenario::{Scenario, What};
use crate::simulate::timeline::{Stop, Timeline};
use crate::simulate::{Advance, Simulation};
use crate::time::{LONGEST_US, Micros};
use crate::view::LogLine;

/// The most events that one call runs: a fraction of a second.
pub const EVENTS: u32 = 200_000;

/// What may be asked for at once, of keys, of lines and of events.
const MOST: u64 = 100_000;

/// A run of a scenario. See [the module](super) for what holds for each call.
pub struct Run {
    line: Timeline,
    /// Where the last call should have got to, and has not yet.
    going: Option<Going>,
    pub(super) mark: Mark,
    promise: Option<Promise>,
}

#[derive(Clone, Copy)]
enum Going {
    To(Micros),
    /// To whatever of this kind comes first.
    Until(Stop),
}

/// What a link says that its run comes to, and the run that will show it.
struct Promise {
    outcome: Outcome,
    rerun: Rerun,
}

/// Whether a run comes to what its link says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LinkCheck {
    /// The run was played as far as the link says; otherwise call again.
    pub done: bool,
    /// The difference, in words; `null`: there is none.
    pub mismatch: Option<String>,
}

impl Run {
    /// A run of a scenario, at its first instant. A lesson in it is left aside.
    ///
    /// # Errors
    /// [`ErrorCode::Scenario`]: everything that is wrong with it.
    pub fn new(scenario: &Scenario) -> Result<Run, Error> {
        let line =
            Timeline::new(scenario).map_err(|problems| Error::of(ErrorCode::Scenario, problems))?;
        let mark = Mark::of(&line);
        Ok(Run { line, going: None, mark, promise: None })
    }

    /// … of a scenario's JSON text.
    ///
    /// # Errors
    /// [`ErrorCode::Scenario`]: what is wrong with it, and where.
    pub fn of_text(json: &str) -> Result<Run, Error> {
        Run::new(&Scenario::parse(json)?)
    }

    /// … of a link: a whole address, or its fragment. It sets out for the
    /// instant at which the link opens.
    ///
    /// # Errors
    /// [`ErrorCode::Link`]: why it does not open.
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
            // a run that stops on its way stands where it stopped, and says so when asked to go on
            let _ = run.go(Going::To(at_us));
            run.mark();
        }
        Ok(run)
    }

    /// Does something now. In the past, it makes another run of what comes after.
    ///
    /// # Errors
    /// [`ErrorCode::Action`]: it is no action, or can't be done.
    pub fn act(&mut self, json: &str) -> Result<(), Error> {
        let what = argument::action(json, self.now_us())?;
        let forks = self.line.forks();
        let done = self.line.act(what).map_err(|why| match self.line.now().stopped().is_some() {
            true => Error::new(ErrorCode::Stopped, why),
            false => Error::new(ErrorCode::Action, why),
        });
        self.mark.forked |= self.line.forks() != forks;
        self.going = None;
        done
    }

    /// Runs on for so long; whether it got there.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`], and [`ErrorCode::Stopped`]: it can't go on.
    pub fn advance(&mut self, for_us: f64) -> Result<bool, Error> {
        let now_us = self.now_us();
        let left_us = LONGEST_US.saturating_sub(now_us);
        let for_us = argument::whole("forUs", for_us, left_us, " microseconds")?;
        self.go(Going::To(now_us + for_us))
    }

    /// Stands at an instant, of the past or of the future; whether it got there.
    ///
    /// # Errors
    /// As of [`advance`](Run::advance).
    pub fn seek(&mut self, at_us: f64) -> Result<bool, Error> {
        let at_us = argument::whole("atUs", at_us, LONGEST_US, " microseconds")?;
        self.seek_to(at_us)
    }

    fn seek_to(&mut self, at_us: Micros) -> Result<bool, Error> {
        self.mark.went_back |= at_us < self.now_us();
        self.line.turn_to(at_us);
        self.go(Going::To(at_us))
    }

    /// Goes on to where the last call has not got; whether it is there now.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`]: it can't go on.
    pub fn go_on(&mut self) -> Result<bool, Error> {
        match self.going {
            Some(going) => self.go(going),
            None => Ok(true),
        }
    }

    /// Whether the last call got to where it should.
    pub fn has_arrived(&self) -> bool {
        self.going.is_none()
    }

    fn go(&mut self, going: Going) -> Result<bool, Error> {
        self.going = Some(going);
        let arrived = match going {
            Going::To(at_us) => match self.line.advance(at_us, EVENTS) {
                Advance::Reached => true,
                Advance::Budget => return Ok(false),
                Advance::Stopped(why) => return Err(self.stopped(why)),
            },
            Going::Until(stop) => match self.line.advance_to(stop, EVENTS) {
                Ok(true) => true,
                Ok(false) => return Ok(false),
                Err(Advance::Stopped(why)) => return Err(self.stopped(why)),
                // nothing is left to happen
                Err(_) => false,
            },
        };
        self.going = None;
        Ok(arrived)
    }

    fn stopped(&mut self, why: String) -> Error {
        self.going = None;
        Error::new(ErrorCode::Stopped, why)
    }

    /// Runs the next event; false where there is none.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`]: it can't go on.
    pub fn step(&mut self) -> Result<bool, Error> {
        self.going = None;
        if self.line.next_at_us().is_some_and(|at_us| at_us > LONGEST_US) {
            return Ok(false);
        }
        match self.line.step() {
            Advance::Reached => Ok(false),
            Advance::Budget => Ok(true),
            Advance::Stopped(why) => Err(self.stopped(why)),
        }
    }

    /// Goes back by one event; false at the start.
    pub fn back(&mut self) -> bool {
        self.going = None;
        let went = self.line.step_back();
        self.mark.went_back |= went;
        went
    }

    /// Goes to the next violation, or the next request: whether it stands there.
    /// What is not known yet is looked for by running on.
    ///
    /// # Errors
    /// As of [`advance`](Run::advance).
    pub fn next(&mut self, stop: &str) -> Result<bool, Error> {
        let stop = argument::stop(stop)?;
        if let Some(at_us) = self.line.next_us(stop) {
            return self.seek_to(at_us);
        }
        let furthest_us = self.line.furthest().now_us();
        self.line.turn_to(furthest_us);
        self.go(Going::Until(stop))
    }

    /// Goes back to the last violation before now, or the last request: whether
    /// it stands there.
    ///
    /// # Errors
    /// As of [`advance`](Run::advance).
    pub fn previous(&mut self, stop: &str) -> Result<bool, Error> {
        let stop = argument::stop(stop)?;
        self.going = None;
        match self.line.previous_us(stop) {
            Some(at_us) => self.seek_to(at_us),
            None => Ok(false),
        }
    }

    /// Takes the last action back that was not in the scenario, and stands at
    /// the same instant of the run without it. `None`: there is none.
    ///
    /// # Errors
    /// As of [`go_on`](Run::go_on): the action is taken back all the same.
    pub fn undo(&mut self) -> Result<Option<What>, Error> {
        let undone = self.line.undo();
        self.rewritten(undone)
    }

    /// Does the last action again that was taken back. `None`: there is none.
    ///
    /// # Errors
    /// As of [`go_on`](Run::go_on): the action is done all the same.
    pub fn redo(&mut self) -> Result<Option<What>, Error> {
        let redone = self.line.redo();
        self.rewritten(redone)
    }

    fn rewritten(&mut self, done: Option<(What, Micros)>) -> Result<Option<What>, Error> {
        self.going = None;
        let Some((what, at_us)) = done else { return Ok(None) };
        self.mark.forked = true;
        self.mark.went_back = true;
        self.go(Going::To(at_us))?;
        Ok(Some(what))
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        self.line.can_undo()
    }

    /// Whether something was taken back.
    pub fn can_redo(&self) -> bool {
        self.line.can_redo()
    }

    /// The present instant.
    pub fn now_us(&self) -> Micros {
        self.line.now().now_us()
    }

    /// The furthest instant that this run has been at.
    pub fn furthest_us(&self) -> Micros {
        self.line.furthest().now_us().max(self.now_us())
    }

    /// How many events there were up to now.
    pub fn events_so_far(&self) -> u64 {
        self.line.now().events()
    }

    fn now(&self) -> &Simulation {
        self.line.now()
    }

    /// The totals so far: what `stalemate run --json` writes.
    pub fn report(&self) -> Report {
        self.now().report()
    }

    /// What went wrong so far, in the order of time; of each kind the first thousand.
    pub fn violations(&self) -> Vec<ViolationReport> {
        self.now().history().violations()
    }

    /// Both stores, key by key, in the order of first use.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn stores(&self, most: f64) -> Result<Stores, Error> {
        Ok(Stores::of(self.now(), amount("most", most)? as usize))
    }

    /// What is under way; of tasks at most so many, of messages the first sixty.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn activity(&self, most: f64) -> Result<Activity, Error> {
        Ok(Activity::of(self.now(), amount("most", most)? as usize))
    }

    /// The log's last lines, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn log(&self, most: f64) -> Result<Vec<LogLine>, Error> {
        Ok(self.now().view().log_tail(amount("most", most)? as usize))
    }

    /// What happened, from the event of a number on: at most so many events.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`].
    pub fn events(&self, from: f64, most: f64) -> Result<Vec<HistoryEvent>, Error> {
        let from = argument::whole("from", from, 1 << 53, "")?;
        Ok(HistoryEvent::from(self.now(), from, amount("most", most)? as usize))
    }

    /// The scenario with all that was done: played from its start, it comes to the same.
    pub fn scenario(&self) -> Scenario {
        self.line.session(None)
    }

    /// A link to the scenario with all that was done. It takes along what the run
    /// comes to where that takes no more than [`EVENTS`] events.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`], and [`ErrorCode::Link`]: it would be too long.
    pub fn link(&self, options: &str) -> Result<String, Error> {
        let LinkOptions { base, now, whole } = LinkOptions::read(options)?;
        let scenario = self.line.session(now.then(|| self.now_us()));
        let outcome = Rerun::new(&scenario).ok().and_then(|mut rerun| rerun.advance(EVENTS));
        let encode = if whole { link::encode_whole } else { link::encode };
        let link = encode(&scenario, outcome);
        let link = link.map_err(|error| Error::new(ErrorCode::Link, error.to_string()))?;
        Ok(base.map_or_else(|| link.text().to_owned(), |base| link.on(&base)))
    }

    /// Whether it comes to what its link says, by playing it once more. `None`
    /// where it is not from a link, or from one that does not say.
    pub fn check_link(&mut self) -> Option<LinkCheck> {
        let Promise { outcome, rerun } = self.promise.as_mut()?;
        let here = rerun.advance(EVENTS);
        let mismatch = here.and_then(|here| rerun.compare(*outcome, here).err());
        Some(LinkCheck { done: here.is_some(), mismatch: mismatch.map(|it| it.to_string()) })
    }

    /// From here on, changes are told.
    pub fn mark(&mut self) {
        self.mark = Mark::of(&self.line);
    }

    /// What has changed since the last time that this was asked, if anything has.
    pub fn change(&mut self) -> Option<Change> {
        self.mark.change(&self.line)
    }
}

fn amount(name: &str, given: f64) -> Result<u64, Error> {
    argument::whole(name, given, MOST, "")
}
