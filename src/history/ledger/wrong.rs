//! The violations of a run: their counts, and the worst of them.

use super::Ledger;
use crate::history::outage::Outage;
use crate::history::violation::{KEPT, Violation, ViolationKind};
use crate::strategy::value::{Origin, Symbol};

impl Ledger {
    /// The number of violations, of every kind.
    pub fn went_wrong(&self) -> u64 {
        self.totals().map(|(_, count)| count).sum()
    }

    /// The number of violations by kind, the worst kind first.
    pub fn totals(&self) -> impl Iterator<Item = (ViolationKind, u64)> {
        let fates = self.writes.fates();
        let counts = self.metrics.violations;
        ViolationKind::ALL.into_iter().zip(counts).map(move |(kind, count)| match kind {
            ViolationKind::LostWrite => (kind, fates.lost),
            ViolationKind::GivenUp => (kind, fates.given_up),
            ViolationKind::LostUpdate => (kind, self.lost_updates()),
            ViolationKind::Outage => (kind, self.outages.all().count() as u64),
            ViolationKind::PhantomRead => (kind, fates.phantom_reads),
            ViolationKind::DirtyRead => (kind, fates.dirty_reads),
            _ => (kind, count),
        })
    }

    /// The violations in order of time; the first `KEPT` of each kind.
    pub fn violations(&self) -> Vec<Violation> {
        let mut all = self.worst(usize::MAX);
        all.sort_by_key(|violation| violation.at_us);
        all
    }

    /// At most `most` violations: the worst kind first, and within a kind the earliest first.
    pub fn worst(&self, most: usize) -> Vec<Violation> {
        let lost = self.writes.lost().take(KEPT.min(most));
        let mut worst: Vec<Violation> =
            lost.map(|(origin, write)| self.loss(origin, write)).collect();
        let given_up = self.writes.given_up().take(KEPT.min(most - worst.len()));
        worst.extend(given_up.map(|(origin, write)| self.giving_up(origin, write)));
        let outages = self.outages.all().take(most - worst.len());
        worst.extend(outages.map(of_outage));
        for kind in ViolationKind::ALL {
            let room = most - worst.len();
            let overwritten = self.overwritten.values().map(|each| &each.violation);
            let overwritten = overwritten.filter(|each| each.kind == kind);
            let all = self.violations.iter().chain(overwritten);
            let of_kind = all.filter(|each| self.kind_now(each) == kind);
            worst.extend(of_kind.take(room).map(|each| Violation { kind, ..(**each).clone() }));
        }
        worst
    }

    /// The periods in which requests failed.
    pub fn outages(&self) -> impl Iterator<Item = &Outage> {
        self.outages.all()
    }

    /// The present kind of a violation: whether a read was dirty or phantom depends on its write's
    /// fate.
    fn kind_now(&self, violation: &Violation) -> ViolationKind {
        match violation.kind {
            ViolationKind::DirtyRead | ViolationKind::PhantomRead => {
                match self.writes.is_phantom(violation.write) {
                    true => ViolationKind::PhantomRead,
                    false => ViolationKind::DirtyRead,
                }
            }
            kind => kind,
        }
    }

    /// Whether a value that reads have returned is one that the database never held and never will.
    pub fn is_phantom(&self, write: Origin) -> bool {
        self.writes.is_phantom(write)
    }

    /// Whether an older write has overwritten this one.
    pub fn is_overtaken(&self, key: Symbol, write: Origin) -> bool {
        self.violations.iter().any(|each| {
            each.kind == ViolationKind::Overtaken && each.key == key && each.write == write
        })
    }
}

/// An outage as a violation of its first request.
fn of_outage(outage: &Outage) -> Violation {
    let (op, key) = outage.first;
    let (kind, none) = (ViolationKind::Outage, Origin::INITIAL);
    let about = Violation::of_write(kind, key, outage.until_us, none, outage.chain());
    Violation { op, ..about }
}
