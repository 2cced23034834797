//! Outages: periods in which requests fail.
//!
//! An outage lasts from the beginning of the first failing request to the end of the last. It is
//! over once requests succeed [`CALM`] times in a row or for [`CALM_US`]. It counts if at least
//! [`FEWEST`] requests failed, and at least one in [`SHARE`] of those that ended meanwhile.

use crate::event::{Cause, Fault, Happening};
use crate::identity::OpId;
use crate::strategy::value::Symbol;
use crate::time::{Micros, SECOND_US};

const CALM: u64 = 50;
const CALM_US: Micros = 5 * SECOND_US;
const FEWEST: u64 = 3;
const SHARE: u64 = 20;

/// The most outages that are remembered.
const MOST: usize = 1_000;

/// A period in which requests failed.
#[derive(Clone, Debug)]
pub struct Outage {
    pub from_us: Micros,
    pub until_us: Micros,
    pub failed: u64,
    /// Requests that ended between the two instants.
    pub total: u64,
    /// The first request that failed, and its key.
    pub first: (OpId, Symbol),
    first_us: Micros,
    /// The call that made that request fail.
    call: Option<Cause>,
    last: OpId,
    /// The fault that began it, and when the fault ended.
    broken: Option<Broken>,
    /// Requests that failed although they began after the fault had ended.
    after: u64,
    /// Requests that succeeded since the last failure.
    calm: u64,
}

/// A fault, and its duration.
#[derive(Clone, Copy, Debug)]
struct Broken {
    fault: Fault,
    at_us: Micros,
    mended: Option<(Fault, Micros)>,
}

impl Outage {
    /// Whether enough requests failed for it to count.
    fn counts(&self) -> bool {
        self.failed >= FEWEST && self.failed * SHARE >= self.total
    }

    /// Whether requests continued to fail after the fault had ended: the system did not recover by
    /// itself (Bronson and others, "Metastable failures in distributed systems", 2021).
    pub fn outlived_cause(&self) -> bool {
        self.after >= FEWEST
    }

    /// The fault that began it.
    pub fn cause(&self) -> Option<Cause> {
        let fault = |broken: Broken| Happening::Faulted { fault: broken.fault }.at(broken.at_us);
        self.broken.map(fault).or(self.call)
    }

    /// The fault that began it, the first failure, and the end of the fault.
    pub fn chain(&self) -> Vec<Cause> {
        let mended = self.broken.and_then(|broken| broken.mended);
        let mended = mended.map(|(fault, at_us)| Happening::Faulted { fault }.at(at_us));
        let links = [
            self.cause(),
            Some(Happening::RequestFailed { op: self.first.0 }.at(self.first_us)),
            Some(Happening::RequestFailed { op: self.last }.at(self.until_us)),
            mended.filter(|mended| mended.at_us <= self.until_us),
            self.call,
        ];
        crate::event::chain(links.into_iter().flatten())
    }
}

/// All outages of a run; the last may continue.
#[derive(Clone, Debug, Default)]
pub struct Outages {
    over: Vec<Outage>,
    now: Option<Outage>,
    broken: Vec<Broken>,
}

impl Outages {
    /// Oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Outage> {
        self.over.iter().chain(&self.now).filter(|outage| outage.counts())
    }

    /// A fault begins or ends.
    pub fn fault(&mut self, fault: Fault, at_us: Micros) {
        let mended = |broken: Fault| match (broken, fault) {
            (Fault::Kill(one), Fault::Restart(other)) => one == other,
            (Fault::Slow { process: one, .. }, Fault::Slow { process: other, .. }) => one == other,
            (Fault::Cut { link: one, app }, Fault::Heal { link: other, app: its }) => {
                one == other && app == its
            }
            _ => false,
        };
        let begins = match fault {
            Fault::Kill(_) | Fault::Cut { .. } | Fault::FailNext { .. } => true,
            Fault::Slow { factor_milli, .. } => factor_milli != 1_000,
            // over at once
            Fault::Flush(_) | Fault::Evict(..) | Fault::Expire(..) => true,
            _ => false,
        };
        let now = self.now.iter_mut().filter_map(|outage| outage.broken.as_mut());
        for broken in self.broken.iter_mut().chain(now) {
            if broken.mended.is_none() && mended(broken.fault) {
                broken.mended = Some((fault, at_us));
            }
        }
        if begins {
            let at_once = matches!(fault, Fault::Flush(_) | Fault::Evict(..) | Fault::Expire(..));
            let mended = at_once.then_some((fault, at_us));
            self.broken.push(Broken { fault, at_us, mended });
            if self.broken.len() > 64 {
                self.broken.remove(0);
            }
        }
    }

    /// A request has ended.
    pub fn ended(
        &mut self,
        (op, key): (OpId, Symbol),
        started_us: Micros,
        at_us: Micros,
        failed: bool,
        call: Option<Cause>,
    ) {
        let calm = |outage: &Outage| {
            outage.calm >= CALM || at_us.saturating_sub(outage.until_us) > CALM_US
        };
        if self.now.as_ref().is_some_and(calm)
            && let Some(outage) = self.now.take()
            && outage.counts()
            && self.over.len() < MOST
        {
            self.over.push(outage);
        }
        if !failed {
            if let Some(outage) = &mut self.now {
                outage.calm += 1;
            }
            return;
        }
        let broken = &self.broken;
        let outage = self.now.get_or_insert_with(|| Outage {
            from_us: started_us,
            until_us: at_us,
            failed: 0,
            total: 0,
            first: (op, key),
            first_us: at_us,
            call,
            last: op,
            broken: began_it(broken, started_us, at_us),
            after: 0,
            calm: 0,
        });
        outage.from_us = outage.from_us.min(started_us);
        outage.until_us = at_us;
        outage.last = op;
        outage.failed += 1;
        outage.total += outage.calm + 1;
        outage.calm = 0;
        let mended = outage.broken.and_then(|broken| broken.mended);
        outage.after += u64::from(mended.is_some_and(|(_, end_us)| started_us > end_us));
    }
}

/// The fault to which a failure is attributed: the latest that has not ended, or else one that
/// ended not long before.
fn began_it(broken: &[Broken], started_us: Micros, at_us: Micros) -> Option<Broken> {
    let before = || broken.iter().rev().filter(|broken| broken.at_us <= at_us);
    let still = |broken: &&Broken| broken.mended.is_none_or(|(_, end_us)| end_us >= started_us);
    let lately = |broken: &&Broken| {
        broken.mended.is_some_and(|(_, end_us)| started_us - end_us < 10 * SECOND_US)
    };
    before().find(still).or_else(|| before().find(lately)).copied()
}
