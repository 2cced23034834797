//! The verdicts of a search: small, and a part of its states.
//!
//! The judge keeps only what a later verdict may need, because states with different judges are
//! different states. For each operation it keeps its status and the version as which the database
//! holds it; for each write also which other writes of its key had ended when it began. The write
//! of a value is known from the origin that the value carries.

mod made;
mod reads;
mod recovery;
mod register;
mod rest;
mod updates;

use std::hash::Hash;

use super::question::{Properties, Property};
use crate::digest::Sum;
use crate::event::{Event, Fault, RequestEnd};
use crate::history::Declared;
use crate::identity::{Kind, OpId};
use crate::store::queue::QueueEffect;
use crate::strategy::value::{Datum, Origin, Parent, Scalar, Symbol};
use crate::world::World;
use recovery::Recovery;
use register::{End, Facts, Registers, Told};

/// The most operations of one search: a mask has a bit for each.
pub const MOST_OPERATIONS: usize = 64;

/// What is known of all operations so far.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    /// Operations by number, from 1. One that has not begun belongs to no client.
    operations: Vec<Operation>,
    /// The write that each key's row holds, in the order of keys.
    rows: Vec<Row>,
    /// Values that a request has written back, in the order of keys and values.
    restored: Vec<Restored>,
    /// What each client has seen and written of each key, where a promise asks for it.
    sessions: Vec<Session>,
    /// The orders that explain what clients were told, where a property asks for them.
    registers: Registers,
    recovery: Recovery,
    /// The requests whose replies a check uses, a bit for each.
    wanted: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Operation {
    key: Symbol,
    client: Symbol,
    kind: Kind,
    standing: Standing,
    /// The write bypassed the application.
    is_outside: bool,
    /// What an increment adds.
    amount: i64,
    /// What a write writes.
    value: Scalar,
    /// What its client was told, if a check uses it.
    reply: Scalar,
    /// The row's version that the write made; 0: none.
    version: i64,
    /// The database holds it, has held it, or had nothing to do for it.
    is_settled: bool,
    /// A read returned its value before the database held it.
    was_returned: bool,
    /// The row's version when the request found no row, while it may write what it makes of that.
    found_nothing: Option<i64>,
    /// The row's value was made without it.
    is_overwritten: bool,
    /// The newer write that has absorbed it.
    absorbed_by: Option<u8>,
    /// Operations of the same key that had ended when it began: for a write all writes, for a read,
    /// if a property asks for them, acknowledged ones.
    before: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Standing {
    /// It has not begun.
    Planned,
    Running,
    /// Of a read: it ended in any way.
    Acknowledged,
    /// It changed nothing.
    Failed,
    /// Its client does not know whether it was applied.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Row {
    key: Symbol,
    /// The position of the write.
    write: u8,
    /// Its value was made from the row's value before, as by an increment.
    is_update: bool,
}

/// A value of a row that a request has read and written back: it is as new as that now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Restored {
    key: Symbol,
    content: Place,
    by: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Session {
    client: Symbol,
    key: Symbol,
    seen: Option<Place>,
    wrote: Option<u8>,
}

/// The write that a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Place {
    /// The value was there before the first write.
    Initial,
    /// The write of this operation, by its position.
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
        value: Scalar::None,
        reply: Scalar::None,
        version: 0,
        is_settled: false,
        was_returned: false,
        found_nothing: None,
        is_overwritten: false,
        absorbed_by: None,
        before: 0,
    };
}

/// How far the judge goes back to what a value was made of, in steps.
const FAR: usize = 4_096;

/// The key of operations that have not begun, and the client of outside writes.
const NO_KEY: Symbol = Symbol(u32::MAX);

impl Judge {
    /// A judge before the first event; it keeps the replies of `wanted`, a bit for each request.
    pub fn asked_for(wanted: u64) -> Judge {
        Judge { wanted, ..Judge::default() }
    }

    /// Adds the judge to the state's digest.
    pub fn digest(&self, sum: &mut impl Sum) {
        let Judge { operations, rows, restored, sessions, registers, recovery, wanted: _ } = self;
        operations.hash(sum);
        rows.hash(sum);
        restored.hash(sum);
        sessions.hash(sum);
        (registers, recovery).hash(sum);
        sum.write_u64(operations.len() as u64);
    }

    /// Adds events. Returns the properties that they broke.
    pub fn fold(
        &mut self,
        events: &[Event],
        world: &World,
        asked: Properties,
        declared: &dyn Fn(Symbol) -> Declared,
    ) -> Properties {
        let mut broken = Properties::NONE;
        for event in events {
            if asked.has(Property::Recovers) && self.recovery.fold(event, world) {
                broken.add(Property::Recovers);
            }
            match *event {
                Event::Started { op, kind, key, value, client } => {
                    self.begin(op, kind, (key, value), client, world, asked);
                }
                Event::Fault(Fault::OutsideWrite { op, key, value, .. }) => {
                    self.begin(op, Kind::Write, (key, value), NO_KEY, world, asked);
                    self.come_from_outside(op, world, asked, &mut broken);
                }
                Event::Fault(Fault::OutsideDelete { op, key, .. }) => {
                    self.begin(op, Kind::Delete, (key, Datum::NONE), NO_KEY, world, asked);
                    self.come_from_outside(op, world, asked, &mut broken);
                }
                Event::Ended { op, outcome, .. } => {
                    self.end(op, outcome, (world, declared), asked, &mut broken);
                }
                Event::LoadEnded { op, key, seen: Some(seen) } => {
                    self.loaded(op, key, seen.origin, world);
                }
                Event::Committed { op, commit } => {
                    self.commit(op, commit, world, &mut broken);
                }
                Event::NothingToDelete { write, key, .. } => {
                    let version = self.row_of(key).map_or(0, |row| self.operations[row].version);
                    if let Some(own) = self.of(write) {
                        own.is_settled = true;
                        own.version = own.version.max(version);
                    }
                }
                Event::Queue {
                    effect: QueueEffect::Pushed { value, .. } | QueueEffect::Returned { value, .. },
                    ..
                } => {
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
                Event::Queue { task, effect: QueueEffect::Acked { key, origin, .. }, .. }
                    if task != 0 =>
                {
                    if let Some(at) = self.comes_too_late(key, origin) {
                        self.settle(at);
                    }
                }
                _ => {}
            }
        }
        broken.and(asked)
    }

    /// A write that is taken off its queue when the row already holds one that a client has
    /// written in its place, as the ledger has it.
    fn comes_too_late(&self, key: Symbol, origin: Origin) -> Option<usize> {
        let at = position(origin)?;
        let own = self.operations.get(at).filter(|own| own.key == key && !own.is_settled)?;
        let row = self.rows.iter().find(|row| row.key == key && usize::from(row.write) != at)?;
        let newer = self.operations.get(usize::from(row.write))?;
        let replaces = |kind: Kind| matches!(kind, Kind::Write | Kind::Delete);
        let was_before =
            own.before & 1 << row.write != 0 && newer.standing == Standing::Acknowledged;
        (replaces(own.kind) && replaces(newer.kind) && !was_before && !row.is_update).then_some(at)
    }

    fn of(&mut self, origin: Origin) -> Option<&mut Operation> {
        self.operations.get_mut(position(origin)?)
    }

    fn row_of(&self, key: Symbol) -> Option<usize> {
        self.rows.iter().find(|row| row.key == key).map(|row| usize::from(row.write))
    }

    /// The other writes of a key, or of all keys, that satisfy `is_one`.
    fn mask(&self, key: Symbol, of_all: bool, is_one: impl Fn(&Operation) -> bool) -> u64 {
        let all = self.operations.iter().enumerate();
        let all = all.filter(|(_, each)| of_all || each.key == key);
        all.filter(|(_, each)| each.kind.writes() && is_one(each)).map(|(at, _)| 1 << at).sum()
    }

    fn begin(
        &mut self,
        op: OpId,
        kind: Kind,
        (key, value): (Symbol, Datum),
        client: Symbol,
        world: &World,
        asked: Properties,
    ) {
        let amount = match value.scalar {
            Scalar::Int(by) if kind == Kind::Increment => by,
            _ => 0,
        };
        let before = match kind {
            Kind::Read if asked.has(Property::NoStaleRead) => {
                // its value may be made of other rows
                let of_all = world.setup().computes_values();
                self.mask(key, of_all, |each| each.standing == Standing::Acknowledged)
            }
            Kind::Read => 0,
            _ => self.mask(key, false, |each| each.standing != Standing::Running),
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
            value: if kind == Kind::Write { value.scalar } else { Scalar::None },
            reply: Scalar::None,
            version: 0,
            is_settled: false,
            was_returned: false,
            found_nothing: None,
            is_overwritten: false,
            absorbed_by: None,
            before,
        };
        if asked.has(Property::Linearizable) {
            self.registers.begin(key, at);
        }
    }

    fn come_from_outside(
        &mut self,
        op: OpId,
        world: &World,
        asked: Properties,
        broken: &mut Properties,
    ) {
        if let Some(own) = self.of(op.origin()) {
            (own.is_outside, own.standing) = (true, Standing::Acknowledged);
        }
        if let Some(at) = position(op.origin()) {
            self.place(at, End::Done, world, asked, broken);
        }
    }

    /// An operation has ended: some order must explain it.
    fn place(
        &mut self,
        at: usize,
        how: End,
        world: &World,
        asked: Properties,
        broken: &mut Properties,
    ) {
        if !asked.has(Property::Linearizable) {
            return;
        }
        let key = self.operations[at].key;
        let facts = Facts { operations: &self.operations, initial: initial(key, world) };
        if !self.registers.end(key, at, how, &facts) {
            broken.add(Property::Linearizable);
        }
    }

    /// A failure that only the search knows of has disturbed all requests under way.
    pub fn disturb(&mut self) {
        self.recovery.disturb();
    }

    /// Whether every fault has ended, there was one, and requests are under way.
    pub fn waits_in_health(&self, world: &World) -> bool {
        self.recovery.is_over(world) && world.operations().next().is_some()
    }

    /// What the client of an operation was told: a read's value, or whether a write was
    /// acknowledged. `None`: nothing, or an error.
    pub fn reply(&self, at: usize) -> Scalar {
        self.operations.get(at).map_or(Scalar::None, |own| own.reply)
    }

    fn end(
        &mut self,
        op: OpId,
        outcome: RequestEnd,
        (world, declared): (&World, &dyn Fn(Symbol) -> Declared),
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
        self.operations[at].found_nothing = None;
        let how = match (outcome, standing) {
            (RequestEnd::Returned(value), _) if own.kind == Kind::Read => {
                Some(self.told(own.key, value, world))
            }
            (_, Standing::Acknowledged) if own.kind.writes() => Some(End::Done),
            // it may still take its place
            (_, Standing::Unknown) => None,
            _ => Some(End::Never),
        };
        if let Some(how) = how {
            self.place(at, how, world, asked, broken);
        }
        let RequestEnd::Returned(value) = outcome else { return };
        if self.wanted & 1 << at != 0 {
            self.operations[at].reply = match own.kind {
                Kind::Read => value.scalar,
                _ => Scalar::Bool(true),
            };
        }
        match own.kind {
            Kind::Read => {
                if asked.has(Property::ReadYourWrites)
                    && self.is_foreign(own.key, value, world, declared)
                    && self.misses_own(&own, value, world)
                {
                    broken.add(Property::ReadYourWrites);
                }
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

    /// Whether one write is newer than the other: begun after the other was acknowledged or, if the
    /// two overlap, committed later.
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

    fn commit(
        &mut self,
        op: OpId,
        commit: crate::store::database::Commit,
        world: &World,
        broken: &mut Properties,
    ) {
        let crate::store::database::Commit { key, value, version, added, .. } = commit;
        let before = self.row_of(key);
        if let Some(at) = self.writes_back(op, &commit, world) {
            return self.restore(at, commit, world);
        }
        let Some(at) = position(value.origin).filter(|at| *at < self.operations.len()) else {
            return self.rows.retain(|row| row.key != key);
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
        if own.key == key && !added {
            self.overwrite(at, (key, value), before, world);
        }
        self.settle(at);
        if own.key != key {
            return;
        }
        self.restored.retain(|each| (each.key, each.content) != (key, Place::Of(at as u8)));
        self.operations[at].version = version;
        let is_update = world.names().lineages().is_made_from(value, key, FAR);
        self.hold(Row { key, write: at as u8, is_update });
    }

    fn hold(&mut self, row: Row) {
        let key = row.key;
        match self.rows.binary_search_by_key(&key, |row| row.key) {
            Ok(place) => self.rows[place] = row,
            Err(place) => self.rows.insert(place, row),
        }
    }

    /// A write, with all that it has absorbed, has reached the database.
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
}

/// The position of the operation that made a value; `None`: none did.
fn position(origin: Origin) -> Option<usize> {
    OpId::of(origin).number().checked_sub(1).map(|at| at as usize)
}

/// The row of a key at the start.
fn initial(key: Symbol, world: &World) -> Option<Scalar> {
    let rows = &world.setup().rows;
    rows.iter().find(|(own, _)| *own == key).map(|(_, value)| value.scalar)
}
