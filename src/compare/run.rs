//! One run of a comparison.

use super::Candidate;
use super::claim::Facts;
use super::measure::{MEASURES, Source};
use super::moment::{Moment, moments, own_write_missed, stalest_read};
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
    /// The source of requests besides the scenario.
    replay: Option<Replay<Requests>>,
    stopped: Option<String>,
}

/// The result of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    pub candidate: Candidate,
    pub seed: u64,
    /// The numbers of the report: all but its lists, which can be long.
    pub facts: Facts,
    /// The values of [`MEASURES`], in their order.
    pub cells: Vec<Cell>,
    /// When a client first missed its own write.
    pub own_write_missed: Option<Moment>,
    /// The read that was furthest out of date.
    pub stalest_read: Option<Moment>,
    /// Why the run stopped early, if it did.
    pub stopped: Option<String>,
}

impl Measured {
    /// The values of a run that is under way, without their moments.
    pub fn early(candidate: Candidate, values: Vec<Option<u64>>) -> Measured {
        let cell = |value| Cell { value, moment: None };
        Measured {
            candidate,
            seed: 0,
            facts: Facts::default(),
            cells: values.into_iter().map(cell).collect(),
            own_write_missed: None,
            stalest_read: None,
            stopped: None,
        }
    }
}

impl Run {
    /// Makes a run, at its first instant.
    ///
    /// # Errors
    /// All problems; those of the candidate have a path below `strategies[0]`.
    pub fn new(scenario: &Scenario, candidate: &Candidate) -> Result<Run, Vec<Problem>> {
        Run::begin(&candidate.under(scenario), candidate.clone())
    }

    /// Makes a run whose requests come from a trace instead of the workloads; `keys` are all keys
    /// that it requests, and each gets a row.
    ///
    /// # Errors
    /// See [`Run::new`].
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

    /// Makes a run of an unchanged scenario; the candidate is the strategy of all keys that no
    /// other strategy serves.
    ///
    /// # Errors
    /// All problems.
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

    /// Forgets its oldest events, so that the rest takes at most this many bytes. Counts stay;
    /// values that come from forgotten events have no moment.
    pub fn keep_within(&mut self, bytes: u64) {
        self.simulation.keep_within(bytes);
    }

    pub fn candidate(&self) -> &Candidate {
        &self.candidate
    }

    /// Why the run cannot continue, if so.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Runs at most `most_events` events. Returns true once the run is over.
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

    /// The progress: the present instant, and the instant of the end.
    pub fn progress(&self) -> (Micros, Micros) {
        (self.simulation.now_us(), self.until_us)
    }

    /// The simulation, to be read.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The values of [`MEASURES`] so far, in their order.
    pub fn values(&self) -> Vec<Option<u64>> {
        self.values_of(&self.simulation.report())
    }

    /// The results so far, each value with its moment.
    pub fn measured(&self) -> Measured {
        self.measured_with(self.simulation.report())
    }

    /// The results so far, from the report of the simulation as it is.
    pub fn measured_with(&self, report: Report) -> Measured {
        let values = self.values_of(&report);
        let moments = moments(MEASURES, &values, &self.simulation, &report);
        let own_write_missed = own_write_missed(&report);
        let stalest_read = stalest_read(&self.simulation);
        let facts = Facts::numbers(report, &values);
        let cells = values.into_iter().zip(moments);
        Measured {
            candidate: self.candidate.clone(),
            seed: self.simulation.scenario().seed,
            facts,
            cells: cells.map(|(value, moment)| Cell { value, moment }).collect(),
            own_write_missed,
            stalest_read,
            stopped: self.stopped.clone(),
        }
    }

    fn values_of(&self, report: &Report) -> Vec<Option<u64>> {
        let source = Source { report, text: self.candidate.text() };
        MEASURES.iter().map(|measure| (measure.value)(&source)).collect()
    }
}
