//! Statements that the database aborts: no connection was free in time, or they ran for too long.
//!
//! The wait is that of a pool in front of the database: HikariCP's `connectionTimeout`,
//! PgBouncer's `query_wait_timeout`. Its end leaves nothing behind, for the statement has not
//! begun. The run is bounded as by PostgreSQL's `statement_timeout`: a wait for another
//! transaction's row counts, a `COMMIT` is not interrupted, and the statement's transaction is
//! rolled back (error 57014). `BEGIN` takes no time, and waits only for a connection. Between
//! two statements a transaction is bounded as by `idle_in_transaction_session_timeout`: its
//! connection is closed, and the next statement finds no transaction.

use super::*;
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, Reason};

impl World {
    /// Sets the timer of a statement that waits for a connection from now on.
    pub(crate) fn bound_wait<D: Driver>(&mut self, id: Identity, d: &mut D) {
        if let Some(wait_us) = self.setup.database.pool_wait_us {
            let (job, life) = (JobKey::named(id.name), self.life(ProcessId::Database));
            d.timer(Timer::NoConnection { job, life }, Delay::After(wait_us));
        }
    }

    /// Sets the timer of a statement that runs on a connection from now on.
    pub(crate) fn bound_run<D: Driver>(&mut self, job: JobKey, d: &mut D) {
        let Some(timeout_us) = self.setup.database.statement_timeout_us else { return };
        if self.cancelable(job).is_some() {
            let life = self.life(ProcessId::Database);
            d.timer(Timer::Canceled { job, life }, Delay::After(timeout_us));
        }
    }

    /// Sets the timer of a transaction that waits for its task's next statement from now on.
    pub(crate) fn bound_idle<D: Driver>(&mut self, task: TaskKey, d: &mut D) {
        let Some(timeout_us) = self.setup.database.idle_timeout_us else { return };
        let mut sessions = self.stores.database.sessions.iter();
        if let Some(Session { latest: ordinal, .. }) = sessions.find(|each| each.task == task) {
            let ordinal = *ordinal;
            d.timer(Timer::Idle { task, ordinal }, Delay::After(timeout_us));
        }
    }

    /// The transaction of a task that has been idle since its call of this ordinal.
    pub(crate) fn idle_session(&self, task: TaskKey, ordinal: u32) -> Option<usize> {
        self.setup.database.idle_timeout_us?;
        let DatabaseProcess { pool, sessions, .. } = &*self.stores.database;
        sessions.iter().position(|session| {
            (session.task, session.latest) == (task, ordinal)
                && pool.running(session.slot).is_some_and(|each| each.phase == Phase::Over)
        })
    }

    /// A transaction has waited for too long: it is rolled back, and its connection closed.
    pub(crate) fn end_idle<D: Driver>(&mut self, task: TaskKey, ordinal: u32, d: &mut D) {
        if let Some(at) = self.idle_session(task, ordinal) {
            let op = self.stores.database.sessions[at].op;
            self.told.push(Event::EndedIdle { op });
            self.close_session(at, d);
        }
    }

    /// The timers of statements that wait for a connection and of those that run.
    pub(crate) fn list_bounds(&self, timers: &mut Vec<Timer>) {
        let DatabaseSetup { pool_wait_us, statement_timeout_us, .. } = self.setup.database;
        let life = self.life(ProcessId::Database);
        for Session { task, latest, .. } in &self.stores.database.sessions {
            let (task, ordinal) = (*task, *latest);
            if self.idle_session(task, ordinal).is_some() {
                timers.push(Timer::Idle { task, ordinal });
            }
        }
        for (slot, statement) in self.stores.database.pool.iter() {
            let name = statement.pending.id.name;
            match slot {
                None if pool_wait_us.is_some() => {
                    timers.push(Timer::NoConnection { job: JobKey::named(name), life });
                }
                Some(slot) if statement_timeout_us.is_some() && may_be_canceled(statement) => {
                    timers.push(Timer::Canceled { job: JobKey::on(slot, name), life });
                }
                _ => {}
            }
        }
    }

    /// Whether a statement still waits for a connection.
    pub(crate) fn waits_for_connection(&self, job: JobKey) -> bool {
        self.stores.database.pool.in_line().any(|each| each.pending.id.name == job.name())
    }

    /// The connection of a statement that still runs and may be canceled.
    pub(crate) fn cancelable(&self, job: JobKey) -> Option<u32> {
        let is_it = |statement: &Statement| {
            statement.pending.id.name == job.name() && may_be_canceled(statement)
        };
        self.stores.database.pool.slot_of(job.connection(), is_it)
    }

    /// A statement has waited too long for a connection.
    pub(crate) fn find_no_connection<D: Driver>(&mut self, job: JobKey, d: &mut D) {
        let is_it = |statement: &Statement| statement.pending.id.name == job.name();
        let Some(statement) = self.stores.database.pool.take_from_line(is_it) else { return };
        self.turn_away(&statement, Reason::NoConnection, d);
    }

    /// Cancels a statement that has run too long.
    pub(crate) fn cancel<D: Driver>(&mut self, job: JobKey, d: &mut D) {
        let Some(slot) = self.cancelable(job) else { return };
        let DatabaseProcess { pool, sessions, lock_line, .. } = &mut *self.stores.database;
        lock_line.retain(|name| *name != job.name());
        if let Some(own) = sessions.iter().position(|session| session.slot == slot) {
            if let Some(statement) = pool.running(slot).cloned() {
                d.done(Deed::CarriesOut(statement.pending.id.stamp));
                self.tell_unseen(&statement);
            }
            return self.end_statement(own, Err(Reason::Canceled), d);
        }
        let Some(statement) = pool.leave(slot) else { return };
        self.start_statement(slot, d);
        self.turn_away(&statement, Reason::Canceled, d);
    }

    /// Ends a statement outside a transaction without any effect.
    fn turn_away<D: Driver>(&mut self, statement: &Statement, reason: Reason, d: &mut D) {
        let pending = &statement.pending;
        d.done(Deed::TurnsAway(pending.id.stamp));
        self.tell_unseen(statement);
        let (me, call) = (ProcessId::Database, Call::Database(pending.call));
        self.refuse(me, pending, ErrorSource::Database, reason, &call, d);
    }

    /// Records that a reading statement is over, with nobody to see its result.
    fn tell_unseen(&mut self, statement: &Statement) {
        let op = statement.pending.op;
        for key in statement.rows_read() {
            self.told.push(Event::LoadEnded { op, key, seen: None });
        }
    }
}

/// Whether a statement has begun and can be canceled.
fn may_be_canceled(statement: &Statement) -> bool {
    let is_bound = !matches!(
        statement.pending.call,
        DatabaseCall::Begin { .. } | DatabaseCall::Commit {} | DatabaseCall::Rollback {}
    );
    is_bound && statement.phase != Phase::Over
}
