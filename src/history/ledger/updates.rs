//! Lost updates, and updates applied twice: judged by what a version was made of.
//!
//! A value written as a client sent it may overwrite anything: the client asked for that. A value
//! made from a version of its row, or that includes increments, must include everything that was in
//! the row when it came, and every write of the row that it absorbed in a queue: what it lacks is
//! lost. An increment that found nothing to add to, in a cache say, lacks all that the row holds.
//! This is the anomaly P4 of Berenson and others, "A
//! critique of ANSI SQL isolation levels" (1995). And what is in the row already must not be added
//! to it again.

use std::collections::{BTreeMap, BTreeSet};

use super::link::committed;
use super::*;
use crate::event::chain;
use crate::strategy::value::Parent;

/// The most versions back to which parents are followed.
pub(super) const FAR: usize = 4_096;

/// What a version of a row was made of, as far as it concerns its row.
struct Made {
    /// The newest version of the row from which it was made.
    base: Option<i64>,
    /// The newest version that was read from the row.
    read: Option<i64>,
    /// The writes added to it individually.
    added: BTreeMap<Origin, u32>,
    /// All writes in it, including those of the versions from which it was made.
    within: BTreeSet<Origin>,
}

/// A lost update that may still be made again.
#[derive(Clone)]
pub(super) struct Overwritten {
    /// The version that was made without it.
    pub version: i64,
    pub violation: Rc<Violation>,
}

impl Ledger {
    /// A version was committed: finds what it lacks, and what it contains twice. `before`: the
    /// version that it replaced.
    pub(super) fn compare_with_lineage(
        &mut self,
        (key, by): (Symbol, Origin),
        value: Datum,
        before: Option<&Version>,
    ) {
        let version = before.map_or(0, |before| before.version) + 1;
        // a second try has made it again
        let is_written_back = value.origin != by;
        let lost_in = if is_written_back { None } else { self.is_back(key, value.origin, version) };
        let from_nothing = is_sum_from_nothing(value);
        if !value.lineage.is_computed() && !from_nothing && !is_written_back {
            return;
        }
        let Some(mut made) = self.made_with(key, value, version) else { return };
        if from_nothing {
            made.base = self.deleted(key);
        } else if made.base.is_none() {
            made.base = self.found_nothing(key, by);
        }
        if !self.overwritten.is_empty() {
            for origin in &made.within {
                self.is_back(key, *origin, version);
            }
        }
        let twice = self.applied_twice(key, by, lost_in, &made);
        for write in twice {
            self.count(|counts| counts.applied_twice += 1);
            let again = Happening::AppliedAgain { write, version }.at(self.now.at_us);
            let violation = self.about(ViolationKind::AppliedTwice, key, write, [again]);
            self.violation(violation);
        }
        let is_update = made.base.is_some()
            || made.added.keys().any(|origin| OpId::of(*origin).kind() == Kind::Increment);
        if is_update {
            let mut lost = self.lost_in_queue(key, by, &made);
            lost.extend(
                before.into_iter().flat_map(|before| self.lost_in_row(key, by, &made, before)),
            );
            self.overwrite((key, version), by, made.base.unwrap_or(0), lost);
        }
    }

    /// The version of the row, or 0, at which a write found no row, of whose absence it may have made
    /// its value.
    fn found_nothing(&self, key: Symbol, by: Origin) -> Option<i64> {
        let account = self.keys.get(key)?;
        let load = account.last_load(OpId::of(by)).filter(|load| load.origin == Origin::INITIAL)?;
        let is_before = |version: &&Version| match version.scalar {
            Scalar::None => version.committed_us <= load.at_us,
            _ => version.committed_us < load.at_us,
        };
        match account.versions().filter(is_before).last() {
            Some(before) => (before.scalar == Scalar::None).then_some(before.version),
            None => account.initial.is_none().then_some(0),
        }
    }

    /// The newest version in which the row held nothing.
    fn deleted(&self, key: Symbol) -> Option<i64> {
        let versions = self.keys.get(key)?.versions();
        let deleted = versions.filter(|version| version.scalar == Scalar::None);
        deleted.map(|version| version.version).max()
    }

    /// Versions of the row that an update was made without, each with its commit.
    fn lost_in_row(
        &self,
        key: Symbol,
        by: Origin,
        made: &Made,
        before: &Version,
    ) -> Vec<(Origin, Cause)> {
        let Some(account) = self.keys.get(key) else { return Vec::new() };
        if made.within.contains(&before.origin) {
            return Vec::new();
        }
        let base = made.base.unwrap_or(0);
        let is_lost = |(origin, version): &(Origin, &Version)| {
            version.version > base
                && version.version <= before.version
                && *origin != by
                && *origin != Origin::INITIAL
                && !made.within.contains(origin)
                && !self.overwritten.contains_key(origin)
        };
        // a write that was lost and made again is in a version that another one has made
        let of_key = (key, Origin::INITIAL)..=(key, Origin(u32::MAX));
        let back = self.back.range(of_key).filter_map(|((_, origin), number)| {
            Some((*origin, account.versions().find(|version| version.version == *number)?))
        });
        let own = account.versions().map(|version| (version.origin, version));
        let own = own.filter(|(origin, _)| !self.back.contains_key(&(key, *origin)));
        let lost = own.chain(back).filter(is_lost);
        lost.map(|(origin, version)| (origin, committed(version))).collect()
    }

    /// Writes that an update absorbed in a queue, and was made without.
    fn lost_in_queue(&self, key: Symbol, by: Origin, made: &Made) -> Vec<(Origin, Cause)> {
        let is_lost = |origin: &Origin| {
            *origin != by
                && !made.within.contains(origin)
                && !self.overwritten.contains_key(origin)
                && self.writes.get(*origin).is_some_and(|write| write.key == key)
        };
        let absorbed = self.writes.absorbed_by(by).filter(is_lost);
        let known = absorbed.filter_map(|older| {
            let (newer, at_us) = self.writes.get(older)?.absorbed_by?;
            Some((older, Happening::Absorbed { older, newer }.at(at_us)))
        });
        known.collect()
    }

    /// Notes writes that a version of a row, which `by` made from the version `base`, has
    /// overwritten.
    fn overwrite(
        &mut self,
        (key, version): (Symbol, i64),
        by: Origin,
        base: i64,
        lost: Vec<(Origin, Cause)>,
    ) {
        for (origin, came) in lost {
            self.back.remove(&(key, origin));
            let overwrote = Happening::OverwroteWithout { by, lost: origin }.at(self.now.at_us);
            let looked = self.look_of(key, by, base);
            let links = [Some(overwrote), Some(came), looked].into_iter().flatten();
            let links = links.chain(self.lock_held_twice(origin, by, key));
            let violation = self.about(ViolationKind::LostUpdate, key, origin, links);
            self.overwritten.insert(origin, Overwritten { version, violation: Rc::new(violation) });
        }
        while self.overwritten.len() > FAR {
            if let Some((_, settled)) = self.overwritten.pop_first() {
                self.violation(Violation::clone(&settled.violation));
            }
        }
    }

    /// A write is now in a version of its key. Returns the version that had lost it before.
    fn is_back(&mut self, key: Symbol, origin: Origin, version: i64) -> Option<i64> {
        let lost = self.overwritten.remove(&origin)?;
        self.back.insert((key, origin), version);
        while self.back.len() > FAR {
            self.back.pop_first();
        }
        Some(lost.version)
    }

    /// The number of lost updates that were not made again.
    pub(in crate::history) fn lost_updates(&self) -> u64 {
        let settled = self.metrics.violations[ViolationKind::LostUpdate as usize];
        settled + self.overwritten.len() as u64
    }

    /// How the writer read the version on which it based its own.
    fn look_of(&self, key: Symbol, writer: Origin, base: i64) -> Option<Cause> {
        let account = self.keys.get(key)?;
        let version = account.versions().find(|version| version.version == base)?;
        let load = account
            .load_of(OpId::of(writer), version.origin)
            .map(|load| super::link::saw(account, load));
        let served = || {
            let served = self.open.get(OpId::of(writer))?.last_served()?;
            Some(served.cause).filter(|_| served.key == key)
        };
        load.or_else(served)
    }

    /// What the version `version` of the row was made of: earlier ones, for a write that is tried
    /// again may be made from what it had committed itself. `None`: nothing of it concerns the row.
    fn made_with(&self, key: Symbol, value: Datum, version: i64) -> Option<Made> {
        let account = self.keys.get(key)?;
        let mut made =
            Made { base: None, read: None, added: BTreeMap::new(), within: BTreeSet::new() };
        self.names.lineages().walk(value, FAR, |Parent { origin, row }| {
            // whoever has written it back, it is the same value
            for again in account.written_back(origin, version) {
                made.within.insert(again.origin);
                made.read = made.read.max(Some(again.version));
            }
            match row {
                Some(row) if row != key => {}
                Some(_) => {
                    made.within.insert(origin);
                    match account.version_before(origin, version) {
                        Some(version) => made.read = made.read.max(Some(version.version)),
                        None if origin == Origin::INITIAL => made.read = made.read.max(Some(0)),
                        None => {}
                    }
                }
                None => {
                    made.within.insert(origin);
                    *made.added.entry(origin).or_default() += 1;
                    if let Some(version) = account.version_before(origin, version)
                        && origin != value.origin
                    {
                        made.base = made.base.max(Some(version.version));
                    }
                }
            }
            true
        });
        made.base = made.base.max(made.read);
        (made.base.is_some() || !made.added.is_empty()).then_some(made)
    }

    /// The writes applied to a version that was made from one that already contained them.
    /// `lost_in`: the version by which what `by` had made before was overwritten.
    fn applied_twice(
        &mut self,
        key: Symbol,
        by: Origin,
        lost_in: Option<i64>,
        made: &Made,
    ) -> Vec<Origin> {
        let Some(account) = self.keys.get(key) else { return Vec::new() };
        let is_twice = |(origin, times): &(&Origin, &u32)| {
            let kind = OpId::of(**origin).kind();
            let lost_in = lost_in.filter(|_| **origin == by);
            let in_base =
                made.read.zip(account.first_version_with(**origin)).is_some_and(|(base, first)| {
                    first <= base && lost_in.is_none_or(|lost_in| base < lost_in)
                });
            match kind {
                Kind::Increment => **times > 1 || in_base,
                Kind::Write => in_base && **origin == by,
                Kind::Read | Kind::Delete => false,
            }
        };
        let twice = made.added.iter().filter(is_twice).map(|(origin, _)| *origin);
        let twice: Vec<Origin> = twice.filter(|origin| !self.doubled.contains(origin)).collect();
        self.doubled.extend(&twice);
        while self.doubled.len() > FAR {
            self.doubled.pop_first();
        }
        twice
    }

    /// A violation of a write, with what is known of it.
    fn about(
        &self,
        kind: ViolationKind,
        key: Symbol,
        write: Origin,
        links: impl IntoIterator<Item = Cause>,
    ) -> Violation {
        let mut links: Vec<Cause> = links.into_iter().collect();
        if let Some(of) = self.writes.get(write) {
            links.extend(of.trouble);
        }
        if let Some(account) = self.keys.get(key) {
            let number = account.first_version_with(write);
            let first = account.versions().find(|version| Some(version.version) == number);
            let first = first.filter(|version| version.committed_us < self.now.at_us);
            links.extend(first.map(committed));
            links.extend(account.unanswered.filter(|_| kind == ViolationKind::AppliedTwice));
        }
        let op = OpId::of(write);
        if links.len() < 2
            && let Some(of) = self.writes.get(write)
        {
            links.push(Happening::Began { op, returned: None }.at(of.started.at_us));
        }
        Violation::of_write(kind, key, self.now.at_us, write, chain(links))
    }
}

/// Whether a value is what an increment makes where there is nothing to add to.
fn is_sum_from_nothing(value: Datum) -> bool {
    let Datum { origin, lineage, .. } = value;
    OpId::of(origin).kind() == Kind::Increment && lineage.has_operation() && !lineage.is_computed()
}
