//! One run of a comparison.

use super::Candidate;
use super::measure::{MEASURES, Source};
use super::moment::moments;
use super::row::Cell;
use crate::history::Report;
use crate::scenario::{Problem, Scenario};
use crate::simulate::trace::{Replay, Requests};
use crate::simulate::{Advance, Simulation};
use crate::time::Micros;

/// One run of a comparison: a candidate under a scenario, up to some instant.
pub struct Run {
    candidate: Candidate,
    simulation: Simulation,
    until_us: Micros,
    /// Where requests come from besides the scenario.
    replay: Option<Replay<Requests>>,
    stopped: Option<String>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Measured {
    pub candidate: Candidate,
    pub seed: u64,
    pub report: Report,
    /// The values of [`MEASURES`], in their order.
    pub cells: Vec<Cell>,
    /// Why it did not run to its end, if it did not.
    pub stopped: Option<String>,
}

impl Run {
    /// A run at its first instant.
    ///
    /// # Errors
    /// All that is wrong; what is about the candidate has a path below `strategies[0]`.
    pub fn new(scenario: &Scenario, candidate: &Candidate) -> Result<Run, Vec<Problem>> {
        Run::begin(&candidate.under(scenario), candidate.clone())
    }

    /// A run whose requests are those of a trace, instead of the workloads'; `keys` are all that
    /// it asks for, and have rows.
    ///
    /// # Errors
    /// As of [`Run::new`].
    pub fn of_trace<'k>(
        scenario: &Scenario,
        candidate: &Candidate,
        keys: impl IntoIterator<Item = &'k str>,
        requests: Requests,
    ) -> Result<Run, Vec<Problem>> {
        let simulation = Simulation::for_trace(&candidate.under(scenario), keys)?;
        let until_us = scenario.duration_us;
        let replay = Some(Replay::new(requests, until_us));
        Ok(Run { candidate: candidate.clone(), simulation, until_us, replay, stopped: None })
    }

    /// A run of a scenario as it is; its candidate is the strategy that serves all other keys.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn of(scenario: &Scenario) -> Result<Run, Vec<Problem>> {
        Run::begin(scenario, Candidate::of(scenario))
    }

    fn begin(scenario: &Scenario, candidate: Candidate) -> Result<Run, Vec<Problem>> {
        let simulation = Simulation::new(scenario)?;
        Ok(Run {
            candidate,
            simulation,
            until_us: scenario.duration_us,
            replay: None,
            stopped: None,
        })
    }

    /// Forgets its oldest events, so that the rest takes at most so many bytes. What is counted
    /// stays; what came before has no moment to lead to.
    pub fn keep_within(&mut self, bytes: u64) {
        self.simulation.keep_within(bytes);
    }

    pub fn candidate(&self) -> &Candidate {
        &self.candidate
    }

    /// Why it can't go on, if it can't.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Goes on for at most so many events. True: it is over.
    pub fn advance(&mut self, most_events: u32) -> bool {
        let advance = match &mut self.replay {
            None => self.simulation.advance(self.until_us, most_events),
            Some(replay) => {
                let advance = replay.advance(&mut self.simulation, most_events);
                self.until_us = replay.until_us();
                advance.unwrap_or_else(|error| Advance::Stopped(error.to_string()))
            }
        };
        match advance {
            Advance::Budget => false,
            Advance::Reached => true,
            Advance::Stopped(why) => {
                self.stopped = Some(why);
                true
            }
        }
    }

    /// How far it is: the present instant, and that of its end.
    pub fn progress(&self) -> (Micros, Micros) {
        (self.simulation.now_us(), self.until_us)
    }

    /// The run itself, to be looked at.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The values of [`MEASURES`] so far, in their order.
    pub fn values(&self) -> Vec<Option<u64>> {
        self.values_of(&self.simulation.report())
    }

    /// What it came to so far, each value with the moment that made it.
    pub fn measured(&self) -> Measured {
        let report = self.simulation.report();
        let values = self.values_of(&report);
        let moments = moments(MEASURES, &values, &self.simulation, &report);
        let cells = values.into_iter().zip(moments);
        Measured {
            candidate: self.candidate.clone(),
            seed: self.simulation.scenario().seed,
            cells: cells.map(|(value, moment)| Cell { value, moment }).collect(),
            report,
            stopped: self.stopped.clone(),
        }
    }

    fn values_of(&self, report: &Report) -> Vec<Option<u64>> {
        let source = Source { report, text: self.candidate.text() };
        MEASURES.iter().map(|measure| (measure.value)(&source)).collect()
    }
}
