//! What a run came to, as a number that a link takes along.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use crc::{CRC_32_ISCSI, Crc, Digest, NoTable};

use crate::history::duration;
use crate::identity::OpId;
use crate::scenario::{Problem, Scenario};
use crate::simulate::{Advance, Simulation};
use crate::store::database::Row;
use crate::strategy::value::{Datum, Origin};
use crate::time::Micros;

/// What a run came to: a checksum of what the stores hold and of what became of
/// all reads and writes. It speaks of nothing that only the engine knows, so
/// that it changes only where a person would see something else.
///
/// Its lines are frozen: links that were made have it in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome(pub(super) u32);

const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);

impl Outcome {
    /// What a run has come to by now.
    ///
    /// In the middle of an instant that is something else than at its end:
    /// [`Rerun`] knows the whole of each instant.
    pub fn of(run: &Simulation) -> Outcome {
        let mut sum = Sum(CRC.digest());
        // a checksum can be written to without end
        let _ = tell(run, &mut sum);
        Outcome(sum.0.finalize())
    }
}

/// Eight hexadecimal digits.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

struct Sum(Digest<'static, u32, NoTable>);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

fn tell(run: &Simulation, out: &mut impl Write) -> fmt::Result {
    let names = run.names();
    let value = |datum: Datum| {
        format!("{} by {:?}", datum.scalar.display(names), OpId::of(datum.origin).label())
    };
    // rows that nobody wrote are in the scenario already
    let is_written =
        |row: &Row| row.version > 1 || row.committed_us > 0 || row.value.origin != Origin::INITIAL;
    let rows = run.world().database().rows().filter(|(_, row)| is_written(row));
    let rows = rows.map(|(key, row)| {
        format!("row {} = {}, version {}\n", names.text(key), value(row.value), row.version)
    });
    let entries = run.world().cache().entries().map(|(key, entry)| {
        let until = entry.expires_us.map_or("the end".to_owned(), |us| us.to_string());
        format!("entry {} = {}, until {until}\n", names.text(key), value(entry.value))
    });
    // by text: the order of keys is the engine's own
    let mut lines = BTreeSet::new();
    for line in rows.chain(entries) {
        lines.insert(line);
    }
    lines.iter().try_for_each(|line| out.write_str(line))?;
    let ledger = run.history().ledger();
    let (metrics, fates) = (ledger.metrics(), ledger.writes().fates());
    let mut tell = |about: &str, counts: &[u64]| {
        out.write_str(about)?;
        counts.iter().try_for_each(|count| write!(out, " {count}"))?;
        out.write_str("\n")
    };
    tell("rows", &[run.world().database().len() as u64])?;
    tell("reads", &[metrics.reads, metrics.hits, metrics.misses, metrics.failed_reads])?;
    tell("verdicts", &[metrics.stale, fates.dirty_reads, fates.phantom_reads])?;
    tell("writes", &[metrics.writes, metrics.acknowledged, metrics.committed])?;
    tell("fates", &[fates.pending, fates.lost, metrics.overtaken])?;
    tell("failures", &[metrics.failed_writes, metrics.unknown_writes])?;
    tell("load", &[metrics.database_reads, metrics.database_writes])?;
    let broken = [metrics.not_own_writes, metrics.not_monotonic, metrics.not_linearizable];
    tell("broken", &broken)?;
    tell("stale", &[metrics.longest_stale_us, metrics.stale_us])
}

/// The run that a link's outcome is of, played again in portions.
///
/// It goes to the instant at which the scenario's view stands
/// ([`View::at_us`](crate::scenario::View)), else to the scenario's end.
pub struct Rerun {
    run: Simulation,
    until_us: Micros,
}

impl Rerun {
    /// The run at its start.
    ///
    /// # Errors
    /// What keeps the scenario from running.
    pub fn new(scenario: &Scenario) -> Result<Rerun, Vec<Problem>> {
        let until_us = scenario.view.at_us.unwrap_or(scenario.duration_us);
        Ok(Rerun { run: Simulation::new(scenario)?, until_us })
    }

    /// Where it goes to.
    pub fn until_us(&self) -> Micros {
        self.until_us
    }

    /// Where it is.
    pub fn now_us(&self) -> Micros {
        self.run.now_us()
    }

    /// Plays at most so many events: what it came to, once it is there. A run
    /// that can't go on has come to what it is.
    pub fn advance(&mut self, most_events: u32) -> Option<Outcome> {
        match self.run.advance(self.until_us, most_events) {
            Advance::Budget => None,
            Advance::Reached | Advance::Stopped(_) => Some(Outcome::of(&self.run)),
        }
    }

    /// Plays to where it goes, however long that takes.
    pub fn finish(&mut self) -> Outcome {
        loop {
            if let Some(outcome) = self.advance(u32::MAX) {
                return outcome;
            }
        }
    }

    /// Whether it came to what a link says.
    ///
    /// # Errors
    /// That it did not: the scenario opens all the same, and who looks at it
    /// has to know.
    pub fn compare(&self, link: Outcome, here: Outcome) -> Result<(), Mismatch> {
        let at_us = self.until_us;
        if link == here { Ok(()) } else { Err(Mismatch { at_us, link, here }) }
    }
}

/// A run that comes to something else than when its link was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The instant that was compared.
    pub at_us: Micros,
    pub link: Outcome,
    pub here: Outcome,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "This run comes to something else at {} than it did when the link was made: Stalemate \
             has changed since ({} here, {} in the link). What a text beside the link says may not \
             be so here.",
            duration(self.at_us),
            self.here,
            self.link
        )
    }
}
