//! A run's result as a checksum that a link carries.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use crc::{CRC_32_ISCSI, Crc, Digest, NoTable};

use crate::identity::OpId;
use crate::scenario::{Problem, Scenario};
use crate::simulate::{Advance, Simulation};
use crate::store::database::Row;
use crate::strategy::value::{Datum, Origin};
use crate::time::Micros;
use crate::time::duration;
use crate::vocabulary::CacheId;

/// A run's result: a checksum of the contents of the stores and the results of all requests.
/// Verdicts are not part of it, nor is anything internal to the engine: it changes only if the run
/// itself changes.
///
/// The lines under the checksum are frozen, because existing links contain it.
///
/// Links made before 29 November 2026 carry the *former* checksum, which includes verdicts. The
/// definition of verdicts has changed since, and a checksum does not show which line differs, so
/// those links are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub(super) sum: u32,
    is_former: bool,
}

const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);

impl Outcome {
    /// A run's result so far.
    ///
    /// In the middle of an instant it differs from the result at its end; [`Rerun`]
    /// always plays whole instants.
    pub fn of(run: &Simulation) -> Outcome {
        let mut sum = Sum(CRC.digest());
        // a checksum can be written to without end
        let _ = tell(run, &mut sum);
        Outcome { sum: sum.0.finalize(), is_former: false }
    }

    /// The byte of a link that says which checksum follows.
    pub(super) fn number(self) -> u8 {
        if self.is_former { 1 } else { 2 }
    }

    pub(super) fn read(number: u8, sum: u32) -> Outcome {
        Outcome { sum, is_former: number == 1 }
    }

    /// Whether it is the former checksum, which is no longer compared.
    pub fn is_former(self) -> bool {
        self.is_former
    }
}

/// Eight hexadecimal digits.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.sum)
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
    let entries = run.world().cache(CacheId::FIRST).entries().map(|(key, entry)| {
        let until = entry.expires_us.map_or("the end".to_owned(), |us| us.to_string());
        format!("entry {} = {}, until {until}\n", names.text(key), value(entry.value))
    });
    // by text: the order of keys is the engine's own
    let mut lines = BTreeSet::new();
    for line in rows.chain(entries) {
        lines.insert(line);
    }
    lines.iter().try_for_each(|line| out.write_str(line))?;
    let counts = &run.history().ledger().metrics().counts;
    let mut tell = |about: &str, counts: &[u64]| {
        out.write_str(about)?;
        counts.iter().try_for_each(|count| write!(out, " {count}"))?;
        out.write_str("\n")
    };
    tell("rows", &[run.world().database().len() as u64])?;
    tell("reads", &[counts.reads, counts.failed_reads])?;
    tell("writes", &[counts.writes, counts.acknowledged])?;
    tell("failures", &[counts.failed_writes, counts.unknown_writes])?;
    tell(
        "cache",
        &[counts.lookup_hits, counts.lookup_misses, counts.evictions, counts.expirations],
    )?;
    tell("load", &[counts.database_reads, counts.database_writes])
}

/// A replay, in portions, of the run that a link's outcome describes.
///
/// It runs to the instant at which the scenario opens
/// ([`View::at_us`](crate::scenario::ViewSettings)), else to the scenario's end.
pub struct Rerun {
    run: Simulation,
    until_us: Micros,
}

impl Rerun {
    /// Makes the replay, at its start.
    ///
    /// # Errors
    /// Why the scenario cannot run.
    pub fn new(scenario: &Scenario) -> Result<Rerun, Vec<Problem>> {
        let until_us = scenario.view.at_us.unwrap_or(scenario.duration_us);
        Ok(Rerun { run: Simulation::new(scenario)?, until_us })
    }

    /// The instant at which the replay ends.
    pub fn until_us(&self) -> Micros {
        self.until_us
    }

    /// The present instant.
    pub fn now_us(&self) -> Micros {
        self.run.now_us()
    }

    /// Plays at most `most_events` events. Returns the result once it is known. The result of a run
    /// that cannot continue is the one at which it stopped.
    pub fn advance(&mut self, most_events: u32) -> Option<Outcome> {
        match self.run.advance(self.until_us, most_events) {
            Advance::Budget => None,
            Advance::Reached | Advance::Stopped(_) => Some(Outcome::of(&self.run)),
        }
    }

    /// Plays to the end, however long that takes.
    pub fn finish(&mut self) -> Outcome {
        loop {
            if let Some(outcome) = self.advance(u32::MAX) {
                return outcome;
            }
        }
    }

    /// Compares the result with the one in the link.
    ///
    /// # Errors
    /// If they differ. The scenario opens all the same, and the page says so. A former outcome is
    /// not compared.
    pub fn compare(&self, link: Outcome, here: Outcome) -> Result<(), Mismatch> {
        let at_us = self.until_us;
        if link.is_former || link == here { Ok(()) } else { Err(Mismatch { at_us, link, here }) }
    }
}

/// A difference between a run's result and the one in its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The instant of the comparison.
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
