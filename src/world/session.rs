//! Transactions: connections that tasks keep, and rows that they have locked.
//!
//! `store/database/transaction.rs` defines what a transaction sees and changes; this file defines
//! waiting. `BEGIN` waits for a connection of the pool, and otherwise takes no time. Each statement
//! takes the time of a read; the commit, which writes the disk, takes that of a write. A writing
//! statement, in a transaction or not, waits for another transaction that has locked its row, first
//! come, first served (in PostgreSQL, two that wait for a row which is then updated may race for
//! it). A statement that needs a row which it does not see (a deletion, a compare-and-set) finds
//! none, and does not wait. A statement that would wait for its own transaction is refused at once
//! (PostgreSQL looks for deadlocks after `deadlock_timeout`, a second).
//!
//! A transaction is rolled back if one of its statements fails, if its task ends without a commit
//! (the process crashed, the strategy made a mistake), if its client continues without an answer
//! from it, and when the database stops.

use super::*;
use crate::event::{DropReason, Saying, Told};
use crate::store::database::{Commit, Transaction};
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, Reason, StoreError};
use crate::strategy::value::{Datum, Value};

impl World {
    /// `BEGIN` has a connection. `false`: its caller no longer waits for it.
    pub(crate) fn open_session<D: Driver>(&mut self, slot: u32, d: &mut D) -> bool {
        let Some(statement) = self.stores.database.pool.running(slot) else { return true };
        let pending = statement.pending.clone();
        let Caller { task, ordinal, .. } = pending.caller;
        let sessions = &self.stores.database.sessions;
        let before = sessions.iter().position(|session| session.task == task);
        let is_copy = before.is_some_and(|before| sessions[before].latest >= ordinal);
        if is_copy || !self.awaits_reply(task, ordinal) {
            return false;
        }
        if let Some(before) = before {
            self.close_session(before, d);
        }
        let DatabaseProcess { pool, sessions, .. } = &mut *self.stores.database;
        if let Some(statement) = pool.running_mut(slot) {
            statement.phase = Phase::Over;
        }
        let repeatable = pending.call == DatabaseCall::Begin { repeatable: true };
        let (op, transaction) = (pending.op, Transaction::new(repeatable));
        d.done(Deed::CarriesOut(pending.id.stamp));
        sessions.push(Session { task, op, latest: ordinal, slot, transaction, failed: false });
        self.reply(ProcessId::Database, &pending, Ok(Value::NONE), d);
        self.bound_idle(task, d);
        true
    }

    /// A statement of a transaction has arrived.
    pub(crate) fn serve_session<D: Driver>(&mut self, statement: Statement, d: &mut D) {
        let pending = &statement.pending;
        let Pending { caller: Caller { task, ordinal, .. }, call, op, .. } = *pending;
        let me = ProcessId::Database;
        let ends = matches!(call, DatabaseCall::Commit {} | DatabaseCall::Rollback {});
        let database = &mut *self.stores.database;
        let at = database.sessions.iter().position(|session| session.task == task);
        let Some(at) = at else {
            return match call {
                DatabaseCall::Rollback {} => self.reply(me, pending, Ok(Value::NONE), d),
                _ => self.refuse_statement(pending, Reason::Aborted, d),
            };
        };
        let session = &mut database.sessions[at];
        let (slot, failed) = (session.slot, session.failed);
        if ordinal <= session.latest {
            // the copy of one that has come before, or one of a transaction that is over
            let (stamp, from, sent_us) = (pending.id.stamp, pending.from, pending.arrived_us);
            let what = Saying::of(&Call::Transaction(call));
            let brings = call.command().writes() && call.key().is_some();
            let carries = Told(brings.then(|| run::written(&Call::Transaction(call), op)));
            let (to, why) = (me, DropReason::Late);
            self.told.push(Event::Dropped { stamp, op, from, to, sent_us, what, why, carries });
            return;
        }
        session.latest = ordinal;
        let is_idle = database.pool.running(slot).is_some_and(|each| each.phase == Phase::Over);
        if call == (DatabaseCall::Rollback {}) {
            d.done(Deed::CarriesOut(pending.id.stamp));
            self.reply(me, pending, Ok(Value::NONE), d);
            return self.close_session(at, d);
        }
        if failed || !is_idle {
            d.done(Deed::CarriesOut(pending.id.stamp));
            self.refuse_statement(pending, Reason::Aborted, d);
            return match ends {
                true => self.close_session(at, d),
                false => self.undo(at, d),
            };
        }
        for key in statement.rows_read() {
            self.told.push(Event::LoadBegan { op, key });
        }
        if let Some(running) = self.stores.database.pool.running_mut(slot) {
            *running = statement;
        }
        self.start_statement(slot, d);
    }

    /// A statement has run while transactions are open. `true`: it belongs to one of them, or waits
    /// for a row that one has locked.
    pub(crate) fn concerns_sessions<D: Driver>(&mut self, slot: u32, d: &mut D) -> bool {
        let DatabaseProcess { database, pool, sessions, .. } = &*self.stores.database;
        let Some(statement) = pool.running(slot) else { return true };
        let (id, call) = (statement.pending.id, statement.pending.call);
        let is_seen = statement.seen.is_some();
        let own = sessions.iter().position(|session| session.slot == slot);
        let finds_no_row = match own {
            Some(own) => sessions[own].transaction.finds_no_row(database, &call),
            None => database.finds_no_row(&call),
        };
        let key = call.key().filter(|_| call.command().writes() && !finds_no_row);
        let holder = key.and_then(|key| holder(sessions, key, slot));
        if let Some(holder) = holder {
            if let Some(own) = own.filter(|own| waits_for(&self.stores.database, holder, *own)) {
                d.done(Deed::CarriesOut(id.stamp));
                self.end_statement(own, Err(Reason::Deadlock), d);
                return true;
            }
            let DatabaseProcess { pool, lock_line, .. } = &mut *self.stores.database;
            if let Some(statement) = pool.running_mut(slot) {
                statement.phase = Phase::WaitsForRow;
                lock_line.push_back(id.name);
                d.done(Deed::WaitsForRow(id.stamp));
            }
            return true;
        }
        let Some(own) = own else { return false };
        if !is_seen {
            d.done(Deed::CarriesOut(id.stamp));
        }
        let result = self.execute(own, call);
        self.end_statement(own, result, d);
        true
    }

    /// Executes a transaction's statement. Returns its reply.
    fn execute(&mut self, own: usize, call: DatabaseCall) -> Result<Value, Reason> {
        let DatabaseProcess { database, pool, sessions, .. } = &mut *self.stores.database;
        let Session { slot, op, transaction, .. } = &mut sessions[own];
        let op = *op;
        if call == (DatabaseCall::Commit {}) {
            let changes = transaction.changes();
            return database
                .commit_all(changes, self.now_us, &mut self.names)
                .map(|()| Value::NONE);
        }
        if let Some(statement) = pool.running(*slot).filter(|statement| statement.seen.is_some()) {
            let statement = statement.clone();
            self.tell_loads(&statement);
            return Ok(statement.seen.map_or(Value::NONE, |seen| seen.value));
        }
        let (value, changed) = transaction.write(database, &call, op.origin(), &mut self.names)?;
        if !changed {
            self.tell_unchanged(op, &call);
        }
        Ok(value)
    }

    /// Ends a statement of a transaction: sends its reply, and does what follows.
    pub(crate) fn end_statement<D: Driver>(
        &mut self,
        own: usize,
        result: Result<Value, Reason>,
        d: &mut D,
    ) {
        let DatabaseProcess { pool, sessions, .. } = &mut *self.stores.database;
        let Session { slot, op, ref transaction, .. } = sessions[own];
        let Some(statement) = pool.running_mut(slot) else { return };
        statement.phase = Phase::Over;
        let pending = statement.pending.clone();
        let commits = pending.call == (DatabaseCall::Commit {});
        match result {
            Ok(value) => {
                if commits {
                    let changes: Vec<Commit> = transaction.changes().to_vec();
                    sessions[own].transaction = Transaction::new(false);
                    for change in changes {
                        self.publish(op, change, pending.id.stamp, d);
                    }
                }
                self.reply(ProcessId::Database, &pending, Ok(value), d);
            }
            Err(reason) => {
                self.refuse_statement(&pending, reason, d);
                self.undo(own, d);
            }
        }
        if commits {
            return self.close_session(own, d);
        }
        self.bound_idle(pending.caller.task, d);
    }

    fn refuse_statement<D: Driver>(
        &mut self,
        pending: &Pending<DatabaseCall>,
        reason: Reason,
        d: &mut D,
    ) {
        let call = Call::Transaction(pending.call);
        self.refuse(ProcessId::Database, pending, ErrorSource::Database, reason, &call, d);
    }

    /// A person made a call fail, perhaps one of a transaction.
    pub(crate) fn undo_failed<D: Driver>(&mut self, pending: &Pending<()>, call: &Call, d: &mut D) {
        let Call::Transaction(call) = call else { return };
        let sessions = &self.stores.database.sessions;
        let at = sessions.iter().position(|session| session.task == pending.caller.task);
        match (at, call) {
            (Some(at), DatabaseCall::Commit {} | DatabaseCall::Rollback {}) => {
                self.close_session(at, d);
            }
            (Some(at), _) => self.undo(at, d),
            (None, _) => {}
        }
    }

    /// Undoes a transaction, which keeps its connection.
    fn undo<D: Driver>(&mut self, at: usize, d: &mut D) {
        self.tell_undone(at);
        let session = &mut self.stores.database.sessions[at];
        session.failed = true;
        session.transaction = Transaction::new(false);
        self.grant_rows(d);
    }

    /// Records that everything that a transaction has done is undone, including the present
    /// statement.
    fn tell_undone(&mut self, at: usize) {
        let DatabaseProcess { pool, sessions, lock_line, .. } = &mut *self.stores.database;
        let Session { slot, op, ref transaction, .. } = sessions[at];
        for change in transaction.changes() {
            let (key, value, write) = (change.key, change.value, change.value.origin);
            self.told.push(Event::RolledBack { op, key, value, write });
        }
        let Some(statement) = pool.running_mut(slot) else { return };
        if std::mem::replace(&mut statement.phase, Phase::Over) == Phase::Over {
            return;
        }
        let Pending { id, mut call, op, .. } = statement.pending;
        lock_line.retain(|name| *name != id.name);
        for key in statement.rows_read() {
            self.told.push(Event::LoadEnded { op, key, seen: None });
        }
        if let (Some(key), true) = (call.key(), call.command().writes()) {
            let value = call.carried().copied().unwrap_or(Datum::NONE);
            let write = run::written(&Call::Transaction(call), op);
            self.told.push(Event::RolledBack { op, key, value, write });
        }
    }

    /// Ends a transaction; what it has not committed is dropped.
    pub(crate) fn close_session<D: Driver>(&mut self, at: usize, d: &mut D) {
        self.tell_undone(at);
        let Session { slot, task, .. } = self.stores.database.sessions.remove(at);
        d.done(Deed::EndsSession(task));
        self.stores.database.pool.leave(slot);
        self.start_statement(slot, d);
        self.grant_rows(d);
    }

    /// The database has stopped: all transactions end.
    pub(crate) fn end_sessions(&mut self) {
        for at in 0..self.stores.database.sessions.len() {
            // what is in hand is told of with all other statements
            let Session { op, ref transaction, .. } = self.stores.database.sessions[at];
            for change in transaction.changes() {
                let (key, value, write) = (change.key, change.value, change.value.origin);
                self.told.push(Event::RolledBack { op, key, value, write });
            }
        }
        self.stores.database.sessions.clear();
        self.stores.database.lock_line.clear();
    }

    /// Statements that wait for a row which is now free continue, in line.
    fn grant_rows<D: Driver>(&mut self, d: &mut D) {
        loop {
            let DatabaseProcess { pool, sessions, lock_line, .. } = &mut *self.stores.database;
            let is_it = |statement: &Statement, name: Stamp| {
                statement.pending.id.name == name && statement.phase == Phase::WaitsForRow
            };
            let next = lock_line.iter().position(|name| {
                let waits = pool.iter().find(|(_, statement)| is_it(statement, *name));
                waits.is_none_or(|(slot, statement)| {
                    let key = statement.pending.call.key();
                    key.and_then(|key| holder(sessions, key, slot.unwrap_or(u32::MAX))).is_none()
                })
            });
            let Some(name) = next.and_then(|at| lock_line.remove(at)) else { return };
            let slot = pool.slot_of(0, |statement| is_it(statement, name));
            let Some(slot) = slot else { continue };
            let key = pool.running_mut(slot).and_then(|statement| {
                statement.phase = Phase::Runs;
                statement.pending.call.key()
            });
            let task = sessions.iter().find(|each| each.slot == slot).map(|each| each.task);
            self.finish_statement(slot, d);
            let DatabaseProcess { pool, sessions, .. } = &mut *self.stores.database;
            let waits = |slot| pool.running(slot).is_some_and(|each| each.phase != Phase::Over);
            let own = sessions.iter_mut().find(|each| each.slot == slot && Some(each.task) == task);
            if let (Some(own), Some(key)) = (own.filter(|own| !own.failed && !waits(slot)), key) {
                own.transaction.keep_locked(key);
            }
        }
    }

    /// A task has ended, or continues without an answer: its transaction ends, unless it is being
    /// committed.
    pub(crate) fn drop_session<D: Driver>(&mut self, task: TaskKey, d: &mut D) {
        let database = &self.stores.database;
        let at = database.sessions.iter().position(|session| session.task == task);
        let Some(at) = at else { return };
        let statement = database.pool.running(database.sessions[at].slot);
        let commits = statement.is_some_and(|statement| {
            statement.phase == Phase::Runs && statement.pending.call == DatabaseCall::Commit {}
        });
        if !commits {
            self.close_session(at, d);
        }
    }

    /// The reply to a transaction's call, as the task sees it.
    pub(crate) fn in_transaction<D: Driver>(
        &mut self,
        key: TaskKey,
        call: DatabaseCall,
        result: Result<Value, StoreError>,
        d: &mut D,
    ) -> Result<Value, StoreError> {
        let Some(task) = self.tasks.get_mut(key) else { return result };
        match call {
            DatabaseCall::Begin { .. } => task.transaction = result.is_ok().then_some(false),
            DatabaseCall::Commit {} | DatabaseCall::Rollback {} => {
                let commits = call == DatabaseCall::Commit {};
                let maybe = match &result {
                    Ok(_) => true,
                    Err(error) => request::maybe_applied(error.reason),
                };
                task.wrote |= commits && maybe && task.transaction == Some(true);
                task.transaction = None;
            }
            _ => {
                let writes =
                    call.command().writes() && !run::is_refused(&Call::Transaction(call), &result);
                task.transaction = task.transaction.map(|wrote| wrote || writes);
                return result;
            }
        }
        if result.is_err() {
            self.drop_session(key, d);
        }
        match call {
            // the error that it was for is what the strategy sees
            DatabaseCall::Rollback {} => Ok(Value::NONE),
            _ => result,
        }
    }
}

/// The transaction on another connection that has locked a row.
fn holder(sessions: &[Session], key: Symbol, slot: u32) -> Option<usize> {
    sessions.iter().position(|each| each.slot != slot && each.transaction.locks(key))
}

/// Whether one transaction waits for another, directly or through others.
fn waits_for(database: &DatabaseProcess, mut one: usize, other: usize) -> bool {
    let DatabaseProcess { pool, sessions, .. } = database;
    for _ in 0..sessions.len() {
        if one == other {
            return true;
        }
        let slot = sessions[one].slot;
        let statement = pool.running(slot).filter(|each| each.phase == Phase::WaitsForRow);
        let key = statement.and_then(|statement| statement.pending.call.key());
        let Some(next) = key.and_then(|key| holder(sessions, key, slot)) else { return false };
        one = next;
    }
    false
}
