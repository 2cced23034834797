//! Calls at the process to which they were sent.

use super::request::ANSWER;
use super::run::Spawned;
use super::*;
use crate::event::{DropReason, Saying};
use crate::store::database::Commit;
use crate::store::pool::Entered;
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, Many, Reason, StoreError};
use crate::strategy::value::{Origin, Symbol, Value};
use crate::vocabulary::{CacheId, Failure, StoreId};

impl World {
    /// A call has reached the process that it was sent to.
    pub(crate) fn serve<D: Driver>(&mut self, message: &Message, d: &mut D) {
        let Message { from, to, id, op, life, .. } = *message;
        let Body::Call { caller, call } = &message.body else { return };
        let caller = *caller;
        let mut pending =
            Pending { caller, from, id, op, call: (), arrived_us: self.now_us, lose_reply: false };
        let Some(process) = self.process(to) else {
            return self.refuse(to, &pending, source(call, to), Reason::Refused, call, d);
        };
        let reason = match process {
            Process { up: false, .. } => Some(Reason::Refused),
            Process { life: now, .. } if *now != life => Some(Reason::Reset),
            _ => None,
        };
        if let Some(reason) = reason {
            d.done(Deed::TurnsAway(id.stamp));
            if !matches!(call, Call::Spawn { .. }) {
                self.refuse(to, &pending, source(call, to), reason, call, d);
            }
            return;
        }
        if !self.setup.clusters.is_empty()
            && let Some(node) = self.moved_to(to, call)
        {
            return self.send_on(message, node, d);
        }
        match self.trap(call) {
            Some(Failure::Error) => {
                self.undo_failed(&pending.with(()), call, d);
                return self.refuse(to, &pending, source(call, to), Reason::Injected, call, d);
            }
            Some(Failure::LostRequest) => {
                return self.told.push(message.dropped(DropReason::Injected));
            }
            Some(Failure::LostReply) => pending.lose_reply = true,
            Some(Failure::Hang) => {
                if let Some(task) = self.tasks.get_mut(caller.task) {
                    task.hangs = true;
                }
            }
            None => {}
        }
        match *call {
            Call::Cache(cache, call) if self.cache_answers_at_once(cache) => {
                self.run_cache_command(cache, pending.with(call), d);
            }
            Call::Cache(cache, call) => {
                self.queue_command(cache, pending.with(Call::Cache(cache, call)), d);
            }
            Call::Many(ref many) => self.serve_many(pending, many, d),
            Call::Publish { channel, ref value } => self.broadcast(channel, value, &pending, d),
            Call::Database(call) => {
                let statement = Statement::new(pending.with(call));
                self.queue_statement(statement, d);
            }
            Call::Transaction(call) => {
                self.serve_session(Statement::new(pending.with(call)), d);
            }
            Call::Replica(replica, call) => self.ask_replica(replica, pending.with(call.into()), d),
            Call::Queue(id, call) => {
                let index = self.queue_index(caller.strategy, id, from);
                self.serve_queue(index, pending.with(call), d);
            }
            Call::Invoke { function, ref args } | Call::Spawn { function, ref args } => {
                let spawned = Spawned {
                    process: to,
                    strategy: caller.strategy,
                    function,
                    op,
                    key: self.tasks.get(caller.task).and_then(|task| task.key),
                };
                let recipient = match call {
                    Call::Spawn { .. } => Recipient::Nobody,
                    _ => Recipient::Task { caller, process: from },
                };
                let started = self.spawn(spawned, args, id.child(0), recipient);
                if let Some(task) = started {
                    self.run(task, d);
                }
            }
            // these never leave the process that they are made in
            Call::Lock { .. }
            | Call::Unlock(_)
            | Call::Sleep { .. }
            | Call::SingleFlight { .. }
            | Call::Gather(_)
            | Call::ForgetFlight(_) => {}
        }
    }

    fn queue_command<D: Driver>(&mut self, cache: CacheId, pending: Pending<Call>, d: &mut D) {
        let id = pending.id;
        let pool = &mut self.stores.caches[cache].pool;
        if let Entered::Started { slot } = pool.enter(pending) {
            self.start_cache_command(cache, slot, id, d);
        }
    }

    fn queue_statement<D: Driver>(&mut self, statement: Statement, d: &mut D) {
        let op = statement.pending.op;
        for key in statement.rows_read() {
            self.told.push(Event::LoadBegan { op, key });
        }
        let id = statement.pending.id;
        match self.stores.database.pool.enter(statement) {
            Entered::Started { slot } => self.start_statement(slot, d),
            Entered::Queued => self.bound_wait(id, d),
        }
    }

    /// A call of many keys has reached its store.
    fn serve_many<D: Driver>(&mut self, pending: Pending<()>, many: &Many, d: &mut D) {
        match many.calls.first() {
            Some(Call::Cache(cache, _)) if self.cache_answers_at_once(*cache) => {
                self.run_commands(*cache, &pending.with(()), many, d);
            }
            Some(Call::Cache(cache, _)) => {
                self.queue_command(*cache, pending.with(Call::Many(many.clone())), d);
            }
            _ => {
                let call = DatabaseCall::ReadMany { keys: () };
                let mut statement = Statement::new(pending.with(call));
                statement.many = Some(many.calls.clone());
                match many.in_transaction {
                    true => self.serve_session(statement, d),
                    false => self.queue_statement(statement, d),
                }
            }
        }
    }

    /// Sends each reachable app server a message to run the handlers of a channel, after Redis'
    /// `PUBLISH`. Nothing checks that it arrives.
    fn broadcast<D: Driver>(
        &mut self,
        channel: u16,
        value: &Value,
        pending: &Pending<()>,
        d: &mut D,
    ) {
        let Pending { caller, id, op, .. } = *pending;
        let from = self.bus();
        let setup = self.setup.clone();
        let program = &setup.strategies[usize::from(caller.strategy)].program;
        let mut reached = 0;
        for to in (0..self.apps.len() as u16).map(ProcessId::App) {
            if self.process(to).is_none_or(|process| !process.up) {
                continue;
            }
            for &function in &program.channels[usize::from(channel)].handlers {
                reached += 1;
                let call = Call::Spawn { function, args: [value.clone()].into() };
                let (id, life, sent_us) = (id.child(reached), self.life(to), self.now_us);
                let body = Body::Call { caller, call };
                self.send(Message { from, to, id, life, sent_us, op, body }, d);
            }
        }
        self.reply(from, pending, Ok(Value::int(reached as i64)), d);
    }

    /// The process of what belongs to no key, such as a channel: the first cache, at the primary of
    /// its first node.
    pub(crate) fn bus(&self) -> ProcessId {
        let first = self.node_of(CacheId::FIRST).filter(|of| !of.is_primary);
        ProcessId::Cache(first.and_then(|of| of.other).unwrap_or(CacheId::FIRST))
    }

    /// How a call fails, if a person has asked for that.
    fn trap(&mut self, call: &Call) -> Option<Failure> {
        if self.traps.is_empty() {
            return None;
        }
        let command = call.command()?;
        let nth = call.store().map_or(0, StoreId::nth);
        let names = &self.names;
        let at = self.traps.iter().position(|trap| {
            (trap.store, trap.nth) == (command.store(), nth)
                && trap.call.is_none_or(|name| &*names.text(name) == command.name())
        })?;
        let how = self.traps[at].how;
        self.traps[at].times -= 1;
        if self.traps[at].times == 0 {
            self.traps.remove(at);
        }
        Some(how)
    }

    /// Replies with an error.
    pub(crate) fn refuse<C, D: Driver>(
        &mut self,
        me: ProcessId,
        pending: &Pending<C>,
        source: ErrorSource,
        reason: Reason,
        call: &Call,
        d: &mut D,
    ) {
        let error = StoreError::new(source, reason);
        let (op, what) = (pending.op, Saying::of(call));
        self.told.push(Event::Failed { op, what, write: run::written(call, op), error });
        self.reply(me, pending, Err(error), d);
    }

    /// Sends the reply to a call.
    pub(crate) fn reply<C, D: Driver>(
        &mut self,
        me: ProcessId,
        pending: &Pending<C>,
        result: Result<Value, StoreError>,
        d: &mut D,
    ) {
        let message = Message {
            from: me,
            to: pending.from,
            id: pending.id.child(ANSWER),
            life: 0,
            sent_us: self.now_us,
            op: pending.op,
            body: Body::Reply { caller: pending.caller, result },
        };
        if pending.lose_reply {
            self.told.push(message.dropped(DropReason::Injected));
        } else {
            self.send(message, d);
        }
    }

    /// Begins a statement: a read takes its snapshot now, a write commits at its end.
    pub(crate) fn start_statement<D: Driver>(&mut self, slot: u32, d: &mut D) {
        let is_begin =
            |statement: &Statement| matches!(statement.pending.call, DatabaseCall::Begin { .. });
        while self.stores.database.pool.running(slot).is_some_and(is_begin) {
            if self.open_session(slot, d) {
                return;
            }
            self.stores.database.pool.leave(slot);
        }
        let Process { slow_milli, life, .. } = self.stores.database.process;
        let DatabaseProcess { database, pool, sessions, .. } = &mut *self.stores.database;
        let Some(statement) = pool.running_mut(slot) else { return };
        let call = &statement.pending.call;
        let mut session = sessions.iter_mut().find(|session| session.slot == slot);
        let mut write = call.command().writes();
        if !write {
            let value = match &mut session {
                None => statement.reply(|call| database.snapshot_reply(call)),
                Some(session) => {
                    statement.reply(|call| session.transaction.begin_statement(database, call))
                }
            };
            statement.seen = Some(Snapshot { value, at_us: self.now_us });
            d.done(Deed::CarriesOut(statement.pending.id.stamp));
        } else if let Some(session) = session {
            if session.transaction.lacks_snapshot() {
                d.done(Deed::TakesSnapshot(session.task));
            }
            session.transaction.begin_statement(database, call);
            // a statement takes the time of a read: what takes longer is the commit
            write = *call == (DatabaseCall::Commit {}) && !session.transaction.changes().is_empty();
        }
        let id = statement.pending.id;
        let job = JobKey::on(slot, id.name);
        let timer = Timer::Served { at: ProcessId::Database, job, life };
        d.timer(timer, Delay::DatabaseService { stamp: id.stamp, write, slow_milli });
        self.bound_run(job, d);
    }

    /// A statement has run.
    pub(crate) fn finish_statement<D: Driver>(&mut self, slot: u32, d: &mut D) {
        if !self.stores.database.sessions.is_empty() && self.concerns_sessions(slot, d) {
            return;
        }
        let Some(statement) = self.stores.database.pool.leave(slot) else { return };
        self.start_statement(slot, d);
        self.tell_loads(&statement);
        let Statement { pending, seen, .. } = statement;
        let op = pending.op;
        let result = match seen {
            Some(snapshot) => Ok(snapshot.value),
            None => {
                d.done(Deed::CarriesOut(pending.id.stamp));
                self.commit(op, &pending.call, pending.id.stamp, d)
            }
        };
        match result {
            Ok(value) => self.reply(ProcessId::Database, &pending, Ok(value), d),
            Err(reason) => {
                let call = Call::Database(pending.call);
                self.refuse(ProcessId::Database, &pending, ErrorSource::Database, reason, &call, d);
            }
        }
    }

    /// Records that a reading statement is over, and what it saw.
    pub(crate) fn tell_loads(&mut self, statement: &Statement) {
        let op = statement.pending.op;
        let mut seen = statement.seen.iter().flat_map(Snapshot::each_seen);
        for key in statement.rows_read() {
            self.told.push(Event::LoadEnded { op, key, seen: seen.next() });
        }
    }

    /// Commits a write: it becomes visible in the database now, in the replicas and the change
    /// streams later.
    pub(crate) fn commit<D: Driver>(
        &mut self,
        op: OpId,
        call: &DatabaseCall,
        stamp: Stamp,
        d: &mut D,
    ) -> Result<Value, Reason> {
        let now_us = self.now_us;
        let mut made = None;
        let database = &mut self.stores.database.database;
        let result = database.commit(call, now_us, &mut self.names, &mut |commit| {
            debug_assert!(made.is_none(), "a statement changes one row");
            made = Some(commit);
        });
        match made {
            Some(mut commit) => {
                commit.claim(op.origin());
                self.publish(op, commit, stamp, d);
            }
            None if result.is_ok() => self.tell_unchanged(op, call),
            None => {}
        }
        result
    }

    /// A writing statement has run and changed nothing.
    pub(crate) fn tell_unchanged(&mut self, op: OpId, call: &DatabaseCall) {
        if let Some((key, origin)) = deleted(call) {
            let write = if origin == Origin::INITIAL { op.origin() } else { origin };
            self.told.push(Event::NothingToDelete { op, key, write });
        }
        if let &DatabaseCall::CompareAndSet { key, .. } = call {
            let write = run::written(&Call::Database(*call), op);
            self.told.push(Event::NotSwapped { op, key, write });
        }
    }

    /// Passes a commit on to the replicas and change streams.
    pub(crate) fn publish<D: Driver>(&mut self, op: OpId, commit: Commit, stamp: Stamp, d: &mut D) {
        self.told.push(Event::Committed { op, commit });
        self.replicate(commit, stamp, d);
        let strategy = self.route(commit.key);
        for index in 0..self.queues.len() {
            let slot = &self.queues[index];
            if slot.process == ProcessId::Database && slot.strategy == strategy {
                self.feed(index, commit);
            }
        }
    }
}

impl<B> Pending<B> {
    pub(crate) fn with<C>(&self, call: C) -> Pending<C> {
        let Pending { caller, from, id, op, arrived_us, lose_reply, .. } = *self;
        Pending { caller, from, id, op, call, arrived_us, lose_reply }
    }
}

/// The key that a statement deletes, and the write that asks for it.
fn deleted(call: &DatabaseCall) -> Option<(Symbol, Origin)> {
    match *call {
        DatabaseCall::Delete { key } => Some((key, Origin::INITIAL)),
        DatabaseCall::Write { key, value } if value.is_none() => Some((key, value.origin)),
        _ => None,
    }
}

/// The source of the error of a failed call.
pub(crate) fn source(call: &Call, to: ProcessId) -> ErrorSource {
    let own = to.role().error_source();
    own.unwrap_or(match call {
        Call::Queue(..) => ErrorSource::Queue,
        _ => ErrorSource::Process,
    })
}
