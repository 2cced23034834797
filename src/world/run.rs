//! Runs strategies from one call to the next.

use super::request::{ANSWER, maybe_applied};
use super::*;
use crate::event::Saying;
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, FunctionId, Reason, StoreError};
use crate::strategy::value::{Datum, Names, Origin, Symbol, Value};
use crate::strategy::{Host, Machine, Mistake, RuntimeError, Stopped, argument};
use crate::time::Micros;
use crate::vocabulary::StoreId;
use crate::vocabulary::command::StoreCommand;

/// The environment of a running strategy in the world.
struct TaskHost<'a, D> {
    dice: &'a mut D,
    names: &'a mut Names,
    told: &'a mut Vec<Event>,
    now_us: Micros,
    place: Role,
    op: OpId,
    stamp: Stamp,
    draws: &'a mut u32,
    steps_left: u32,
}

impl<D: Dice> Host for TaskHost<'_, D> {
    fn now_us(&self) -> Micros {
        self.now_us
    }

    fn random(&mut self) -> f64 {
        *self.draws += 1;
        let bits = self.dice.random(derive(self.stamp ^ DRAW, u64::from(*self.draws)));
        // the 53 bits that a float can hold, as every generator of floats does
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }

    fn log(&mut self, text: Symbol) {
        self.told.push(Event::Logged { op: self.op, text });
    }

    fn names(&self) -> &Names {
        self.names
    }

    fn names_mut(&mut self) -> &mut Names {
        self.names
    }

    fn place(&self) -> Role {
        self.place
    }

    fn steps_left(&self) -> u32 {
        self.steps_left
    }
}

impl World {
    /// Adds a task. `None`: there are too many, and the run halts.
    pub(crate) fn add_task(&mut self, mut task: Task) -> Option<TaskKey> {
        if self.tasks.len() >= self.setup.limits.tasks as usize {
            self.halt = Some(Halt::Tasks);
            return None;
        }
        self.told.push(Event::TaskBegan {
            op: task.op,
            process: task.process,
            task: task.id.stamp,
        });
        if task.op == OpId::NOBODY || self.reuses_names {
            while self.is_name_taken(task.id.name) {
                task.id.name = derive(task.id.name, 1);
            }
        }
        Some(self.tasks.insert(self.spare.hold_task(task)))
    }

    /// Runs a task until it waits, or ends.
    pub(crate) fn run<D: Driver>(&mut self, key: TaskKey, d: &mut D) {
        loop {
            let setup = &self.setup;
            let Some(task) = self.tasks.get_mut(key) else { return };
            let task: &mut Task = task;
            let Work::Program(machine) = &mut task.work else { return };
            let deployed = &setup.strategies[usize::from(task.strategy)];
            let before = machine.steps();
            self.names.compute_for(task.op.origin());
            let mut host = TaskHost {
                dice: d,
                names: &mut self.names,
                told: &mut self.told,
                now_us: self.now_us,
                place: task.process.role(),
                op: task.op,
                stamp: task.id.stamp,
                draws: &mut task.draws,
                steps_left: setup.limits.task_steps.saturating_sub(before),
            };
            let step = machine.run(&deployed.program, &deployed.parameters, &mut host);
            self.steps += u64::from(machine.steps() - before);
            if self.steps > setup.limits.total_steps {
                self.halt = Some(Halt::Steps);
            }
            match step {
                Stopped::Call(call) => {
                    if !self.issue(key, call, d) {
                        return;
                    }
                }
                Stopped::Return(value) => {
                    if task.function == deployed.program.read
                        && let Err(mistake) = argument::answer(&value)
                    {
                        let line = machine.line(&deployed.program);
                        return self.end_broken(key, RuntimeError { line, mistake }, d);
                    }
                    return self.end_task(key, Ok(value), d);
                }
                Stopped::Raise { error, line } => {
                    let (op, strategy) = (task.op, task.strategy);
                    // who gathers may catch it yet
                    if !matches!(task.recipient, Recipient::Gatherer { .. }) {
                        self.told.push(Event::Uncaught { op, strategy, line, error });
                    }
                    if error.reason == Reason::Uncaught {
                        self.free_locks(key, d);
                    }
                    return self.end_task(key, Err(error), d);
                }
                Stopped::Fail(failure) => return self.end_broken(key, failure, d),
            }
        }
    }

    /// Ends a task whose strategy made a mistake.
    fn end_broken<D: Driver>(&mut self, key: TaskKey, failure: RuntimeError, d: &mut D) {
        let Some(task) = self.tasks.get(key) else { return };
        let (op, strategy, line) = (task.op, task.strategy, failure.line);
        if let Some(message) = self.names.intern(&failure.mistake.message) {
            self.told.push(Event::Broken { op, strategy, line, message });
        }
        self.free_locks(key, d);
        let error = StoreError::new(ErrorSource::Process, Reason::Uncaught);
        self.end_task(key, Err(error), d);
    }

    /// Ends a task whose program makes an impossible call. `false`: it does not continue.
    pub(crate) fn mistaken<D: Driver>(&mut self, key: TaskKey, why: &str, d: &mut D) -> bool {
        if let Some(task) = self.tasks.get(key)
            && let Work::Program(machine) = &task.work
        {
            let line = machine.line(&self.setup.strategies[usize::from(task.strategy)].program);
            let mistake = Mistake::of_value(why);
            self.end_broken(key, RuntimeError { line, mistake }, d);
        }
        false
    }

    /// Frees the locks of a task that ended in the middle.
    pub(crate) fn free_locks<D: Driver>(&mut self, key: TaskKey, d: &mut D) {
        let Some(process) = self.tasks.get(key).map(|task| task.process) else { return };
        if let Some(process) = self.process_mut(process) {
            for next in process.locks.drop_holder(key) {
                self.wake(next, d);
            }
        }
    }

    /// Gives a task the reply to its latest call, and continues it.
    pub(crate) fn resume<D: Driver>(
        &mut self,
        key: TaskKey,
        result: Result<Value, StoreError>,
        d: &mut D,
    ) {
        let Some(task) = self.tasks.get_mut(key) else { return };
        let mut result = result;
        if let Waiting::Reply { call, .. } = &task.waiting {
            let maybe = result.as_ref().err().is_none_or(|error| maybe_applied(error.reason));
            match *call {
                Call::Database(call @ DatabaseCall::Begin { .. }) | Call::Transaction(call) => {
                    result = self.in_transaction(key, call, result, d);
                }
                _ => task.wrote |= writes(call) && maybe && !is_refused(call, &result),
            }
        }
        let Some(task) = self.tasks.get_mut(key) else { return };
        let task: &mut Task = task;
        if task.hangs {
            task.waiting = Waiting::Hung { since_us: self.now_us };
            return;
        }
        match &mut task.work {
            Work::Program(machine) => {
                machine.resume(result);
                self.run(key, d);
            }
            Work::Forward => self.end_task(key, result, d),
        }
    }

    /// Continues a task that waits for a lock or its first turn: as an event of its own, so that
    /// the scheduler decides the order of simultaneous wake-ups.
    pub(crate) fn wake<D: Driver>(&mut self, key: TaskKey, d: &mut D) {
        if let Some(task) = self.tasks.get(key) {
            d.timer(Timer::Wake { task: key, ordinal: task.ordinal }, Delay::After(0));
        }
    }

    /// Carries out a call. `true`: the reply is already there, and the task continues.
    pub(crate) fn issue<D: Driver>(&mut self, key: TaskKey, mut call: Call, d: &mut D) -> bool {
        let now_us = self.now_us;
        let task: &mut Task = &mut self.tasks[key];
        let from = task.process;
        if let (Some(_), Call::Database(statement)) = (task.transaction, &call) {
            if let (DatabaseCall::Begin { .. }, Work::Program(machine)) = (statement, &task.work) {
                let _ = machine;
                return self.mistaken(key, "a transaction inside a transaction", d);
            }
            call = Call::Transaction(*statement);
        }
        if let Call::Many(many) = &mut call {
            if many.calls.is_empty() {
                return self.reply_with(key, Ok(Value::List([].into())));
            }
            many.in_transaction = task.transaction.is_some();
        }
        let ordinal = self.begin_call_of(key);
        let task: &mut Task = &mut self.tasks[key];
        match call {
            Call::Sleep { us } => {
                task.waiting = Waiting::Sleep { until_us: now_us + us };
                d.timer(Timer::Wake { task: key, ordinal }, Delay::After(us));
                return false;
            }
            Call::Lock { key: name, wait_us } => {
                let got =
                    self.process_mut(from).is_none_or(|process| process.locks.acquire(name, key));
                if got {
                    return self.reply_at_once(key);
                }
                let gives_up = wait_us.is_some();
                self.tasks[key].waiting = Waiting::Lock { key: name, since_us: now_us, gives_up };
                if let Some(wait_us) = wait_us {
                    d.timer(Timer::CallTimeout { task: key, ordinal }, Delay::After(wait_us));
                }
                return false;
            }
            Call::SingleFlight { key: name, function, ref args } => {
                self.share(key, name, function, args, d);
                return false;
            }
            Call::Gather(ref calls) => {
                self.gather(key, calls, d);
                return false;
            }
            Call::ForgetFlight(name) => {
                let strategy = task.strategy;
                if let Some(process) = self.process_mut(from) {
                    process.flights.forget(strategy, name);
                }
                return self.reply_at_once(key);
            }
            Call::Unlock(name) => {
                let next =
                    self.process_mut(from).and_then(|process| process.locks.release(name, key));
                if let Some(next) = next {
                    self.wake(next, d);
                }
                return self.reply_at_once(key);
            }
            _ => {}
        }
        let (strategy, op, id, own_key) = (task.strategy, task.op, task.call_id(), task.key);
        if let Some(own_key) = own_key {
            claim(&mut call, own_key, op.origin(), &mut self.names);
        }
        if let Some(local) = self.local_cache(&call, from) {
            let reply = self.ask_local(local, &call, op, id.stamp, d);
            return self.reply_with(key, reply);
        }
        if !self.setup.clusters.is_empty()
            && let Err(why) = self.place(&mut call)
        {
            return self.mistaken(key, why, d);
        }
        let to = self.target(strategy, &call, from, own_key);
        if let (Call::Spawn { .. }, true) = (&call, to == from) {
            let Call::Spawn { function, args } = call else { return true };
            let spawned = Spawned { process: to, strategy, function, op, key: own_key };
            if let Some(task) = self.spawn(spawned, &args, id, Recipient::Nobody) {
                self.wake(task, d);
            }
            return self.reply_at_once(key);
        }
        let waits = !matches!(call, Call::Spawn { .. });
        if waits {
            let timeout_us = self.timeout_us(&call, to);
            self.tasks[key].waiting = Waiting::Reply { call: call.clone(), to, since_us: now_us };
            d.timer(Timer::CallTimeout { task: key, ordinal }, Delay::After(timeout_us));
        }
        let message = Message {
            from,
            to,
            id,
            life: self.life(to),
            sent_us: now_us,
            op,
            body: Body::Call { caller: Caller { task: key, ordinal, strategy }, call },
        };
        self.send(message, d);
        if waits { false } else { self.reply_at_once(key) }
    }

    fn reply_at_once(&mut self, key: TaskKey) -> bool {
        self.reply_with(key, Ok(Value::NONE))
    }

    fn reply_with(&mut self, key: TaskKey, reply: Result<Value, StoreError>) -> bool {
        if let Some(task) = self.tasks.get_mut(key)
            && let Work::Program(machine) = &mut task.work
        {
            machine.resume(reply);
        }
        true
    }

    /// The app server's own cache, if a call is for it.
    fn local_cache(&self, call: &Call, from: ProcessId) -> Option<CacheId> {
        let first = self.setup.local?;
        match from {
            ProcessId::App(app) if call.store() == Some(StoreId::Cache(first)) => {
                self.setup.local_of(app)
            }
            _ => None,
        }
    }

    /// A call to an app server's own cache, which takes no message and no time.
    fn ask_local<D: Driver>(
        &mut self,
        cache: CacheId,
        call: &Call,
        op: OpId,
        stamp: Stamp,
        d: &mut D,
    ) -> Result<Value, StoreError> {
        let result = match call {
            Call::Cache(_, call) => self.command(cache, *call, op, stamp, d),
            Call::Many(many) => self.commands(cache, many, op, stamp, d),
            _ => Ok(Value::NONE),
        };
        result.map_err(|reason| {
            let error = StoreError::new(ErrorSource::Cache, reason);
            let (what, write) = (Saying::of(call), written(call, op));
            self.told.push(Event::Failed { op, what, write, error });
            error
        })
    }

    /// The process to which a call goes.
    fn target(
        &mut self,
        strategy: u16,
        call: &Call,
        from: ProcessId,
        key: Option<Symbol>,
    ) -> ProcessId {
        if let Some(store) = call.store() {
            return store.into();
        }
        match call {
            Call::Publish { .. } => self.bus(),
            Call::Queue(id, _) => self.queues[self.queue_index(strategy, *id, from)].process,
            Call::Spawn { function, .. } | Call::Invoke { function, .. } => {
                let program = &self.setup.strategies[usize::from(strategy)].program;
                match program.functions[usize::from(function.0)].place {
                    Some(Role::Cache) => match key {
                        Some(key) => self.node_for(CacheId::FIRST, key, false).into(),
                        None => self.bus(),
                    },
                    Some(place) => self.process_at(place, from),
                    // a forwarded request: its function has a place by kind
                    None => from,
                }
            }
            _ => from,
        }
    }

    /// How long a caller waits for the reply. A function elsewhere may itself call both stores.
    fn timeout_us(&self, call: &Call, to: ProcessId) -> Micros {
        let setup = &self.setup;
        match call {
            Call::Invoke { .. } => setup.cache_timeout_us + setup.database_timeout_us,
            _ if to.role().runs_statements() => setup.database_timeout_us,
            _ => setup.cache_timeout_us,
        }
    }

    /// A task for a function that was spawned or called from another process.
    pub(crate) fn spawn(
        &mut self,
        spawned: Spawned,
        args: &[Value],
        id: Identity,
        recipient: Recipient,
    ) -> Option<TaskKey> {
        let Spawned { process, strategy, function, op, key } = spawned;
        let program = &self.setup.strategies[usize::from(strategy)].program;
        let task = Task {
            process,
            strategy,
            function,
            id,
            op,
            started_us: self.now_us,
            work: Work::Program(Machine::start_on(self.spare.stack(), program, function, args)),
            ordinal: 0,
            calls: 0,
            draws: 0,
            waiting: Waiting::Start,
            recipient,
            wrote: false,
            transaction: None,
            hangs: false,
            key,
        };
        self.add_task(task)
    }

    /// Ends a task: its result goes to its receiver.
    pub(crate) fn end_task<D: Driver>(
        &mut self,
        key: TaskKey,
        result: Result<Value, StoreError>,
        d: &mut D,
    ) {
        let Some(task) = self.tasks.remove(key) else { return };
        self.drop_session(key, d);
        self.told.push(Event::TaskEnded {
            op: task.op,
            process: task.process,
            task: task.id.stamp,
        });
        let id = task.id.child(ANSWER);
        match task.recipient {
            Recipient::Client { operation, attempt } => {
                if let Some(operation) = self.operations.get_mut(operation) {
                    operation.uncertain |= task.wrote;
                }
                let result = result.map(|value| match value {
                    Value::Datum(datum) => datum,
                    // of a write, a deletion or an increment: nobody asked for it
                    _ => Datum::NONE,
                });
                self.answer(task.process, operation, attempt, id, task.op, result, d);
                self.leave_app(task.process, d);
            }
            Recipient::Task { caller, process } => {
                if let Some(caller) = self.tasks.get_mut(caller.task) {
                    caller.wrote |= task.wrote;
                }
                let body = Body::Reply { caller, result };
                let (from, sent_us, op) = (task.process, self.now_us, task.op);
                self.send(Message { from, to: process, id, life: 0, sent_us, op, body }, d);
            }
            Recipient::Loop(index) => self.loops[index as usize].running = None,
            Recipient::Nobody => {}
            Recipient::Gatherer { task: of, ordinal, at } => {
                self.gathered(of, ordinal, at, task.wrote, result, d);
            }
            Recipient::Sharers => self.land(key, &task, &result, d),
        }
        self.spare.end_task(task);
    }
}

/// The function that a new task runs, and where.
#[derive(Clone, Copy)]
pub(crate) struct Spawned {
    pub process: ProcessId,
    pub strategy: u16,
    pub function: FunctionId,
    pub op: OpId,
    pub key: Option<Symbol>,
}

/// Distinguishes a task's random draws from its messages' stamps.
const DRAW: u64 = 0x5851_f42d_4c95_7f2d;

/// A value without an operation that is written to the operation's own key (for example a literal
/// that marks a deleted row, or a row's value plus one) gets this write as its origin.
fn claim(call: &mut Call, own_key: Symbol, origin: Origin, names: &mut Names) {
    if let Call::Many(many) = call {
        // nobody else has it yet
        let calls = Arc::get_mut(&mut many.calls).into_iter().flatten();
        return calls.for_each(|call| claim(call, own_key, origin, names));
    }
    if call.key() != Some(own_key) {
        return;
    }
    let Some(value) = call.carried() else { return };
    if value.is_literal() {
        value.origin = origin;
    } else if value.lineage.is_computed() && !value.lineage.has_operation() {
        (value.origin, value.lineage) = names.unite(*value, Datum::made_by(origin, value.scalar));
    }
}

/// Whether a call changes the database, or a queue that leads to it.
fn writes(call: &Call) -> bool {
    !matches!(call, Call::Cache(..) | Call::Many(_))
        && call.command().is_some_and(StoreCommand::writes)
}

/// Whether the database has told that it left the row as it was.
pub(crate) fn is_refused(call: &Call, result: &Result<Value, StoreError>) -> bool {
    let compares = matches!(
        call,
        Call::Database(DatabaseCall::CompareAndSet { .. })
            | Call::Transaction(DatabaseCall::CompareAndSet { .. })
    );
    compares && result.as_ref().is_ok_and(|reply| *reply == Value::bool(false))
}

/// The write whose value a call carries or, if it carries none, that the call makes.
pub(crate) fn written(call: &Call, op: OpId) -> Origin {
    let carried = call.clone().carried().map(|value| value.origin);
    carried.filter(|origin| *origin != Origin::INITIAL).unwrap_or(op.origin())
}
