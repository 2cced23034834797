//! The verdicts of a search: small, and a part of its states.
//!
//! It keeps what a verdict may still need, and no more, because two states with
//! different judges are two states: for each operation how it stands, as which version the
//! database holds it, and, of writes, which others of its key had ended when it began.
//! Which value is whose is read off the origins that values carry.

use std::hash::{Hash, Hasher};

use super::question::{Properties, Property};
use crate::digest::Checksum;
use crate::event::{Event, Fault, RequestEnd};
use crate::identity::{Kind, OpId};
use crate::store::cache::Entry;
use crate::store::queue::QueueEffect;
use crate::strategy::value::{Datum, Origin, Scalar, Symbol};
use crate::world::World;

/// The most operations of one search: a mask has a bit for each.
pub const MOST_OPERATIONS: usize = 64;

/// What is known of all operations so far.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    /// By number, from 1; one that has not begun is nobody's.
    operations: Vec<Operation>,
    /// The write that each key's row holds.
    rows: Vec<(Symbol, u8)>,
    /// What each client has seen and written of each key, where a promise asks for it.
    sessions: Vec<Session>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Operation {
    key: Symbol,
    client: Symbol,
    kind: Kind,
    standing: Standing,
    /// It came past the application.
    is_outside: bool,
    /// What an increment adds.
    amount: i64,
    /// The row's version that it made; 0: none.
    version: i64,
    /// The database holds it, or did, or had nothing to do for it.
    is_settled: bool,
    /// A read returned its value before the database held it.
    was_returned: bool,
    /// The newer write that has taken it into itself.
    absorbed_by: Option<u8>,
    /// Operations of the same key that had ended when it began: for a write all writes,
    /// for a read, where that is asked for, acknowledged ones.
    before: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Standing {
    /// Not begun.
    Planned,
    Running,
    /// For a read: over, in whatever way.
    Acknowledged,
    /// It has changed nothing.
    Failed,
    /// Whether it was applied, its client does not know.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Session {
    client: Symbol,
    key: Symbol,
    seen: Option<Place>,
    wrote: Option<u8>,
}

/// Whose a value is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Place {
    /// It was there before the first write.
    Initial,
    /// This operation's, by its position.
    Of(u8),
}

impl Operation {
    const PLANNED: Operation = Operation {
        key: NO_KEY,
        client: NO_KEY,
        kind: Kind::Read,
        standing: Standing::Planned,
        is_outside: false,
        amount: 0,
        version: 0,
        is_settled: false,
        was_returned: false,
        absorbed_by: None,
        before: 0,
    };
}

/// The key of what has not begun, and the client of what comes from outside.
const NO_KEY: Symbol = Symbol(u32::MAX);

impl Judge {
    /// What tells this judge from others.
    pub fn digest(&self, sum: &mut Checksum) {
        let Judge { operations, rows, sessions } = self;
        operations.hash(sum);
        rows.hash(sum);
        sessions.hash(sum);
        sum.write_u64(operations.len() as u64);
    }

    /// Takes in what has happened; the properties that it broke.
    pub fn fold(&mut self, events: &[Event], world: &World, asked: Properties) -> Properties {
        let mut broken = Properties::NONE;
        for event in events {
            match *event {
                Event::Started { op, kind, key, value, client } => {
                    self.begin(op, kind, key, value, client, asked);
                }
                Event::Fault(Fault::OutsideWrite { op, key, value, .. }) => {
                    self.begin(op, Kind::Write, key, value, NO_KEY, asked);
                    self.come_from_outside(op);
                }
                Event::Fault(Fault::OutsideDelete { op, key, .. }) => {
                    self.begin(op, Kind::Delete, key, Datum::NONE, NO_KEY, asked);
                    self.come_from_outside(op);
                }
                Event::Ended { op, outcome, .. } => {
                    self.end(op, outcome, world, asked, &mut broken);
                }
                Event::Committed { commit, .. } => {
                    self.commit(commit, &mut broken);
                }
                Event::NothingToDelete { write, key, .. } => {
                    let version = self.row_of(key).map_or(0, |row| self.operations[row].version);
                    if let Some(own) = self.of(write) {
                        own.is_settled = true;
                        own.version = own.version.max(version);
                    }
                }
                Event::Queue { effect: QueueEffect::Pushed { value, .. }, .. } => {
                    if let Some(own) = self.of(value.origin) {
                        own.absorbed_by = None;
                    }
                }
                Event::Queue { effect: QueueEffect::Merged { absorbed, value, .. }, .. } => {
                    let newer = position(value.origin);
                    if absorbed != value.origin
                        && let Some(own) = self.of(absorbed)
                    {
                        own.absorbed_by = newer.map(|at| at as u8);
                    }
                }
                _ => {}
            }
        }
        broken.and(asked)
    }

    fn of(&mut self, origin: Origin) -> Option<&mut Operation> {
        self.operations.get_mut(position(origin)?)
    }

    fn row_of(&self, key: Symbol) -> Option<usize> {
        self.rows.iter().find(|(own, _)| *own == key).map(|(_, at)| usize::from(*at))
    }

    /// The others of a key for which something holds.
    fn mask(&self, key: Symbol, is_one: impl Fn(&Operation) -> bool) -> u64 {
        let all = self.operations.iter().enumerate().filter(|(_, each)| each.key == key);
        all.filter(|(_, each)| each.kind.writes() && is_one(each)).map(|(at, _)| 1 << at).sum()
    }

    fn begin(
        &mut self,
        op: OpId,
        kind: Kind,
        key: Symbol,
        value: Datum,
        client: Symbol,
        asked: Properties,
    ) {
        let amount = match value.scalar {
            Scalar::Int(by) if kind == Kind::Increment => by,
            _ => 0,
        };
        let before = match kind {
            Kind::Read if asked.has(Property::NoStaleRead) => {
                self.mask(key, |each| each.standing == Standing::Acknowledged)
            }
            Kind::Read => 0,
            _ => self.mask(key, |each| each.standing != Standing::Running),
        };
        let Some(at) = position(op.origin()) else { return };
        while self.operations.len() <= at {
            self.operations.push(Operation::PLANNED);
        }
        self.operations[at] = Operation {
            key,
            client,
            kind,
            standing: Standing::Running,
            is_outside: false,
            amount,
            version: 0,
            is_settled: false,
            was_returned: false,
            absorbed_by: None,
            before,
        };
    }

    fn come_from_outside(&mut self, op: OpId) {
        if let Some(own) = self.of(op.origin()) {
            (own.is_outside, own.standing) = (true, Standing::Acknowledged);
        }
    }

    fn end(
        &mut self,
        op: OpId,
        outcome: RequestEnd,
        world: &World,
        asked: Properties,
        broken: &mut Properties,
    ) {
        let Some(at) = position(op.origin()) else { return };
        let Some(own) = self.operations.get(at).copied() else { return };
        let standing = match outcome {
            _ if !own.kind.writes() => Standing::Acknowledged,
            RequestEnd::Returned(_) => Standing::Acknowledged,
            RequestEnd::Failed { maybe_applied: false, .. } => Standing::Failed,
            RequestEnd::Failed { .. } | RequestEnd::TimedOut => Standing::Unknown,
        };
        self.operations[at].standing = standing;
        let RequestEnd::Returned(value) = outcome else { return };
        match own.kind {
            Kind::Read => {
                self.returned(at, value, world, asked, broken);
                self.operations[at].before = 0;
            }
            _ if asked.has(Property::ReadYourWrites) => {
                let newer = self
                    .session(own.client, own.key)
                    .wrote
                    .is_none_or(|before| !self.is_newer(Place::Of(before), Place::Of(at as u8)));
                if newer {
                    self.session_mut(own.client, own.key).wrote = Some(at as u8);
                }
            }
            _ => {}
        }
    }

    /// A read has returned a value.
    fn returned(
        &mut self,
        at: usize,
        value: Datum,
        world: &World,
        asked: Properties,
        broken: &mut Properties,
    ) {
        let Operation { key, client, before, .. } = self.operations[at];
        if let Some(own) = self.of(value.origin)
            && own.key == key
            && own.kind.writes()
            && !own.is_settled
        {
            own.was_returned = true;
        }
        let places = self.places(key, value, world);
        let Some(&first) = places.first() else { return };
        let misses = |newer: u8| places.iter().all(|place| self.is_newer(Place::Of(newer), *place));
        if (0..MOST_OPERATIONS as u8).any(|each| before & 1 << each != 0 && misses(each)) {
            broken.add(Property::NoStaleRead);
        }
        let sessions = [Property::ReadYourWrites, Property::MonotonicReads];
        if !sessions.iter().any(|property| asked.has(*property)) {
            return;
        }
        let Session { seen, wrote, .. } = self.session(client, key);
        if wrote.is_some_and(misses) {
            broken.add(Property::ReadYourWrites);
        }
        if asked.has(Property::MonotonicReads) {
            if seen.is_some_and(|seen| places.iter().all(|place| self.is_newer(seen, *place))) {
                broken.add(Property::MonotonicReads);
            }
            if places.len() == 1 {
                self.session_mut(client, key).seen = Some(first);
            }
        }
    }

    /// Whose a returned value may be; empty: nobody's, so that nothing can be said of it.
    fn places(&self, key: Symbol, value: Datum, world: &World) -> Vec<Place> {
        let initial = initial(key, world);
        if value.is_none() {
            let deletes = |each: &Operation| each.key == key && each.kind == Kind::Delete;
            let all = self.operations.iter().enumerate().filter(|(_, each)| deletes(each));
            let all = all.map(|(at, _)| Place::Of(at as u8));
            return all.chain(initial.is_none().then_some(Place::Initial)).collect();
        }
        match position(value.origin) {
            None if initial == Some(value.scalar) => vec![Place::Initial],
            Some(at) if self.operations.get(at).is_some_and(|own| own.key == key) => {
                vec![Place::Of(at as u8)]
            }
            _ => Vec::new(),
        }
    }

    /// Whether one is newer than the other: asked for after the other was acknowledged, or,
    /// of two that overlap, committed later.
    fn is_newer(&self, one: Place, other: Place) -> bool {
        let (Place::Of(one), Place::Of(other)) = (one, other) else {
            return matches!((one, other), (Place::Of(_), Place::Initial));
        };
        let own = |at: u8| &self.operations[usize::from(at)];
        let after = |later: u8, earlier: u8| {
            own(later).before & 1 << earlier != 0 && own(earlier).standing == Standing::Acknowledged
        };
        match (own(one).version, own(other).version) {
            _ if after(one, other) => true,
            _ if after(other, one) => false,
            (0, _) | (_, 0) => false,
            (one, other) => one > other,
        }
    }

    fn session(&self, client: Symbol, key: Symbol) -> Session {
        let found = self.sessions.iter().find(|each| (each.client, each.key) == (client, key));
        found.copied().unwrap_or(Session { client, key, seen: None, wrote: None })
    }

    fn session_mut(&mut self, client: Symbol, key: Symbol) -> &mut Session {
        let is_it = |each: &Session| (each.client, each.key) == (client, key);
        let at = self.sessions.iter().position(is_it).unwrap_or_else(|| {
            // in the order of names, so that it does not matter who came first
            let before = |each: &Session| (each.client, each.key) < (client, key);
            let at = self.sessions.partition_point(before);
            self.sessions.insert(at, Session { client, key, seen: None, wrote: None });
            at
        });
        &mut self.sessions[at]
    }

    fn commit(&mut self, commit: crate::store::database::Commit, broken: &mut Properties) {
        let crate::store::database::Commit { key, value, version, added, .. } = commit;
        let before = self.row_of(key);
        let Some(at) = position(value.origin).filter(|at| *at < self.operations.len()) else {
            return self.rows.retain(|(own, _)| *own != key);
        };
        let own = self.operations[at];
        if own.key == key
            && let Some(before) = before.filter(|before| *before != at && !added)
        {
            if self.operations[before].before & 1 << at != 0 {
                broken.add(Property::NoLostWrite);
            }
            if own.version > 0 {
                broken.add(Property::NoDoubleWrite);
            }
        }
        self.settle(at);
        if own.key != key {
            return;
        }
        self.operations[at].version = version;
        match self.rows.iter_mut().find(|(own, _)| *own == key) {
            Some((_, row)) => *row = at as u8,
            None => {
                let place = self.rows.partition_point(|(own, _)| *own < key);
                self.rows.insert(place, (key, at as u8));
            }
        }
    }

    /// A write, and all that it has absorbed, has come to the database.
    fn settle(&mut self, at: usize) {
        self.operations[at].is_settled = true;
        for _ in 0..self.operations.len() {
            let settled: u64 = (self.operations.iter().enumerate())
                .filter(|(_, each)| each.is_settled)
                .map(|(at, _)| 1 << at)
                .sum();
            let mut changed = false;
            for each in &mut self.operations {
                let by = each.absorbed_by.is_some_and(|by| settled & 1 << by != 0);
                changed |= by && !each.is_settled;
                each.is_settled |= by;
            }
            if !changed {
                break;
            }
        }
    }

    /// What is broken for good once nothing is under way any more: all queues are empty.
    /// That entries differ from their rows is not among it.
    pub fn at_rest(&self, world: &World) -> Properties {
        let mut broken = Properties::NONE;
        let cached: u64 = entries(world)
            .filter_map(|(_, entry)| position(entry.value.origin))
            .filter(|at| *at < MOST_OPERATIONS)
            .fold(0, |mask, at| mask | 1 << at);
        for (at, own) in self.operations.iter().enumerate() {
            let is_added_up = own.kind == Kind::Increment && self.counts(own.key);
            if !own.kind.writes() || own.is_settled || own.is_outside || is_added_up {
                continue;
            }
            let is_cached = cached & 1 << at != 0;
            if is_cached || own.was_returned {
                broken.add(Property::NoPhantom);
            }
            if own.standing == Standing::Acknowledged && !is_cached {
                broken.add(Property::NoLostWrite);
            }
        }
        self.add_up(world, &mut broken);
        broken
    }

    /// Whether a key was only ever added to.
    fn counts(&self, key: Symbol) -> bool {
        let mut writes =
            self.operations.iter().filter(|each| each.key == key && each.kind.writes());
        writes.all(|each| each.kind == Kind::Increment && each.amount > 0)
    }

    /// Compares counters, to which nothing was done but additions, with what they must be.
    fn add_up(&self, world: &World, broken: &mut Properties) {
        for (at, own) in self.operations.iter().enumerate() {
            let of_key = || self.operations.iter().filter(|each| each.key == own.key);
            let is_first = self.operations[..at].iter().all(|each| each.key != own.key);
            if !is_first || !self.counts(own.key) {
                continue;
            }
            let start = match initial(own.key, world) {
                None => 0,
                Some(Scalar::Int(start)) => start,
                Some(_) => continue,
            };
            let now = match world.database().read(own.key).map(|row| row.value.scalar) {
                None => 0,
                Some(Scalar::Int(now)) => now,
                Some(_) => continue,
            };
            let sum = |standings: &[Standing]| -> i64 {
                let all = of_key().filter(|each| standings.contains(&each.standing));
                all.fold(start, |sum, each| sum.saturating_add(each.amount))
            };
            if now < sum(&[Standing::Acknowledged]) {
                broken.add(Property::NoLostWrite);
            }
            if now > sum(&[Standing::Acknowledged, Standing::Unknown, Standing::Running]) {
                broken.add(Property::NoDoubleWrite);
            }
        }
    }

    /// Whether the cache says something else of one of these keys than the database.
    pub fn differs(&self, world: &World, keys: &[Symbol]) -> bool {
        let mut judged = entries(world).filter(|(key, _)| keys.binary_search(key).is_ok());
        judged.any(|(key, entry)| {
            let Datum { scalar, origin, .. } = entry.value;
            let by = position(origin).and_then(|at| self.operations.get(at));
            match world.database().read(key).map(|row| row.value) {
                Some(row) if row.origin == origin => match (row.scalar, scalar) {
                    (Scalar::Int(row), Scalar::Int(entry)) => row != entry,
                    // converted, say, from a number to a text
                    _ => false,
                },
                Some(_) => true,
                // a mark that there is no row
                None if scalar == Scalar::None => false,
                None => match by {
                    Some(by) => by.kind != Kind::Delete,
                    None => initial(key, world) == Some(scalar),
                },
            }
        })
    }
}

/// The position of the operation that made a value; `None`: no operation did.
fn position(origin: Origin) -> Option<usize> {
    OpId::of(origin).number().checked_sub(1).map(|at| at as usize)
}

/// The entries of all caches.
fn entries(world: &World) -> impl Iterator<Item = (Symbol, &Entry)> {
    world.caches().ids().flat_map(|cache| world.cache(cache).entries())
}

/// What a key's row held at the start.
fn initial(key: Symbol, world: &World) -> Option<Scalar> {
    let rows = &world.setup().rows;
    rows.iter().find(|(own, _)| *own == key).map(|(_, value)| value.scalar)
}
