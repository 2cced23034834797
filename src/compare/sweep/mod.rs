//! Sweeps: the same run over a range of a parameter, a capacity, a rate, with several seeds.
//!
//! - [`Axis`]: a parameter or setting and its values: `TTL=1..60`, `capacity=10..1000*2`
//! - [`Sweep`]: a scenario, one or two axes, and seeds; each of its runs has a number
//! - [`SweepLine`]: the result of one run, as a line of JSON; shards are files of these
//! - [`Points`]: means over seeds, with confidence intervals and knees
//! - [`Bisection`]: where along an axis a claim begins or ceases to hold

mod axis;
mod bisection;
mod line;
mod merge;
mod point;

pub use axis::{Axis, AxisError, axis_names};
pub use bisection::{Answer, Bisection};
pub use line::{LineError, SweepLine};
pub use merge::{MergeError, merge};
pub use point::{Mean, Point, Points};

use std::hash::{Hash, Hasher};

use super::Candidate;
use super::run::Run;
use crate::digest::Checksum;
use crate::scenario::{Literal, Problem, Scenario};

/// A scenario, the axes along which it is varied, and the number of seeds.
#[derive(Clone, Debug)]
pub struct Sweep {
    scenario: Scenario,
    axes: Vec<Axis>,
    seeds: u32,
}

/// The most runs of one sweep.
pub const MOST_RUNS: u64 = 1_000_000;

/// The most axes.
pub const MOST_AXES: usize = 2;

impl Sweep {
    /// Every combination of the axes' values, each with the seeds `seed`, `seed + 1`, …; an axis
    /// with one value sets it.
    pub fn new(scenario: Scenario, axes: Vec<Axis>, seeds: u32) -> Sweep {
        // what it expects is expected of the scenario as it is
        let scenario = Scenario { expect: Vec::new(), lesson: None, ..scenario };
        Sweep { scenario, axes, seeds: seeds.max(1) }
    }

    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    pub fn seeds(&self) -> u32 {
        self.seeds
    }

    /// The number of runs.
    pub fn runs(&self) -> u64 {
        let values = self.axes.iter().map(|axis| axis.values.len() as u64);
        values.fold(u64::from(self.seeds), u64::saturating_mul)
    }

    /// The values of a run, one for each axis.
    pub fn values(&self, run: u64) -> Vec<&Literal> {
        let mut rest = run / u64::from(self.seeds);
        let mut values: Vec<&Literal> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let count = axis.values.len().max(1) as u64;
                let value = &axis.values[(rest % count) as usize];
                rest /= count;
                value
            })
            .collect();
        values.reverse();
        values
    }

    /// The scenario of one run.
    ///
    /// # Errors
    /// What is wrong with a value, with the name of its axis as the path.
    pub fn scenario(&self, run: u64) -> Result<Scenario, Vec<Problem>> {
        let mut scenario = self.scenario.clone();
        scenario.seed += run % u64::from(self.seeds);
        for (axis, value) in self.axes.iter().zip(self.values(run)) {
            scenario = axis.set(scenario, value).map_err(|problem| vec![problem])?;
        }
        Ok(scenario)
    }

    /// Makes one run, at its first instant.
    ///
    /// # Errors
    /// All problems.
    pub fn start(&self, run: u64) -> Result<Run, Vec<Problem>> {
        Run::of(&self.scenario(run)?)
    }

    /// The results of a run so far.
    pub fn line(&self, number: u64, run: &Run) -> SweepLine {
        let stopped = run.stopped().map(str::to_owned);
        self.line_of(number, run.simulation().scenario(), run.values(), stopped)
    }

    /// The same, of a run that was done elsewhere.
    pub fn line_of(
        &self,
        number: u64,
        scenario: &Scenario,
        values: Vec<Option<u64>>,
        stopped: Option<String>,
    ) -> SweepLine {
        let each = self.axes.iter().zip(self.values(number));
        let mut set: Vec<_> =
            each.map(|(axis, value)| (axis.name.clone(), value.clone())).collect();
        // as they come back from a line
        set.sort_by(|one, other| one.0.cmp(&other.0));
        SweepLine {
            set,
            sweep: self.digest(),
            run: number,
            runs: self.runs(),
            strategy: Candidate::of(scenario).strategy,
            seed: scenario.seed,
            values,
            stopped,
        }
    }

    /// Sixteen hexadecimal digits that identify the sweep's runs.
    fn digest(&self) -> String {
        let mut sum = Checksum::default();
        self.scenario.to_json().hash(&mut sum);
        self.seeds.hash(&mut sum);
        for axis in &self.axes {
            axis.name.hash(&mut sum);
            axis.values.iter().for_each(|value| value.plain().hash(&mut sum));
        }
        format!("{:016x}", sum.finish())
    }
}

#[cfg(test)]
mod tests;
