//! Finished runs as plain data, which crosses between threads as text.
//!
//! Tuples in place of named fields: nobody reads the text, and the page would carry the names.

use std::sync::Arc;

use super::distribution::Distribution;
use super::row::Cell;
use super::{Candidate, Difference, Facts, Holdings, Measured, Moment, RunPicture};
use crate::simulate::example;
use crate::time::Micros;
use crate::view::ribbon::Steps;
use crate::view::{Charts, KeyState, LogLine, Ribbon};

type PlainMoment = (Micros, Option<String>);
type PlainCell = (Option<u64>, Option<PlainMoment>);

/// A [`Measured`] without its candidate.
pub(super) type PlainMeasured =
    (u64, Facts, Vec<PlainCell>, [Option<PlainMoment>; 2], Option<String>);

/// Values over time, and the value for the whole run.
type PlainLine = (Vec<Option<u64>>, Option<u64>);

/// A [`RunPicture`]: the charts' steps and lines, ribbons with a letter for each cell, the steps of
/// ribbons, the distributions of latencies.
pub(super) type PlainPicture =
    (Micros, Vec<Vec<PlainLine>>, Vec<(Arc<str>, String)>, (Micros, Micros), [Vec<u64>; 2]);

fn plain_moment(moment: &Moment) -> PlainMoment {
    (moment.at_us, moment.op.clone())
}

fn moment((at_us, op): PlainMoment) -> Moment {
    Moment { at_us, op }
}

impl Measured {
    pub(super) fn plain(self) -> PlainMeasured {
        let cell = |cell: &Cell| (cell.value, cell.moment.as_ref().map(plain_moment));
        let cells = self.cells.iter().map(cell).collect();
        let reads = [&self.own_write_missed, &self.stalest_read];
        let reads = reads.map(|read| read.as_ref().map(plain_moment));
        (self.seed, self.facts, cells, reads, self.stopped)
    }

    pub(super) fn of_plain(candidate: Candidate, plain: PlainMeasured) -> Measured {
        let (seed, facts, cells, reads, stopped) = plain;
        let cell = |(value, at): PlainCell| Cell { value, moment: at.map(moment) };
        let cells = cells.into_iter().map(cell).collect();
        let [own_write_missed, stalest_read] = reads.map(|read| read.map(moment));
        Measured { candidate, seed, facts, cells, own_write_missed, stalest_read, stopped }
    }
}

impl RunPicture {
    pub(super) fn plain(self) -> PlainPicture {
        let RunPicture { charts, ribbons, steps, latencies } = self;
        let chart = |chart: crate::view::Chart| {
            chart.lines.into_iter().map(|line| (line.values, line.overall)).collect()
        };
        let ribbon = |ribbon: Ribbon| {
            let letter = |state: &KeyState| char::from(b'a' + *state as u8);
            (ribbon.key, ribbon.cells.iter().map(letter).collect())
        };
        let lines = charts.charts.into_iter().map(chart).collect();
        let ribbons = ribbons.into_iter().map(ribbon).collect();
        let steps = (steps.from_us, steps.step_us);
        (charts.step_us, lines, ribbons, steps, latencies.map(|each| each.counts))
    }

    pub(super) fn of_plain(plain: PlainPicture) -> RunPicture {
        let (step_us, lines, ribbons, (from_us, ribbon_us), latencies) = plain;
        // every run has the same charts, in the same order
        let Charts { mut charts, .. } = example().view().charts();
        for (chart, lines) in charts.iter_mut().zip(lines) {
            for (line, (values, overall)) in chart.lines.iter_mut().zip(lines) {
                (line.values, line.overall) = (values, overall);
            }
        }
        let state = |letter: u8| {
            KeyState::ALL.get(usize::from(letter.wrapping_sub(b'a'))).copied().unwrap_or_default()
        };
        let ribbon =
            |(key, cells): (_, String)| Ribbon { key, cells: cells.bytes().map(state).collect() };
        RunPicture {
            charts: Charts { step_us, charts },
            ribbons: ribbons.into_iter().map(ribbon).collect(),
            steps: Steps { from_us, step_us: ribbon_us },
            latencies: latencies.map(|counts| Distribution { counts }),
        }
    }
}

/// An event of the log.
type PlainLogLine = (Micros, String);

/// What a store holds of a key, as a person reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    pub state: KeyState,
    pub cache: String,
    pub database: String,
}

/// The differences between two runs, as a person reads them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Apart {
    /// The last event common to both, and the next of each; `None`: every event is the same.
    pub parting: Option<[Option<PlainLogLine>; 3]>,
    /// Keys that ended differently, each with its cache, at most [`Apart::KEYS`].
    pub keys: Vec<(Arc<str>, Held, Held)>,
    /// The number of keys that ended differently, and of all.
    pub differ: usize,
    pub of: usize,
}

type PlainHeld = (usize, String, String);
pub(super) type PlainApart =
    (Option<[Option<PlainLogLine>; 3]>, Vec<(Arc<str>, PlainHeld, PlainHeld)>, usize, usize);

impl Apart {
    /// The most keys listed.
    pub const KEYS: usize = 30;

    pub(super) fn plain(difference: Difference) -> PlainApart {
        let line = |line: Option<LogLine>| line.map(|line| (line.at_us, line.text));
        let parting = difference.parting;
        let parting = parting.map(|it| [line(it.before), line(it.one), line(it.other)]);
        let held =
            |it: &Holdings| (it.state as usize, it.cache.to_string(), it.database.to_string());
        let differ = difference.keys.iter().filter(|key| key.differs());
        let keys = differ.clone().take(Apart::KEYS);
        let keys = keys.map(|key| (key.label(), held(&key.one), held(&key.other))).collect();
        (parting, keys, differ.count(), difference.keys.len())
    }

    pub(super) fn of_plain((parting, keys, differ, of): PlainApart) -> Apart {
        let held = |(state, cache, database): PlainHeld| Held {
            state: KeyState::ALL.get(state).copied().unwrap_or_default(),
            cache,
            database,
        };
        let keys = keys.into_iter().map(|(key, one, other)| (key, held(one), held(other)));
        Apart { parting, keys: keys.collect(), differ, of }
    }
}
