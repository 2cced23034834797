//! Requests, as clients see them: sent, retried, given up.

use super::*;
use crate::digest::digested;
use crate::event::RequestEnd;
use crate::strategy::call::{FunctionId, Reason, StoreError};
use crate::strategy::value::{Datum, Scalar, Symbol, Value};
use crate::strategy::{Machine, Program};

/// A client's request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    pub kind: Kind,
    pub key: Symbol,
    /// The value to write, or the amount to add; `None` for a write: a number that no other write
    /// has.
    pub value: Scalar,
    pub client: Symbol,
    pub stamp: Stamp,
}

/// The function of a program for a kind of request.
pub fn handler(program: &Program, kind: Kind) -> Option<FunctionId> {
    match kind {
        Kind::Read => Some(program.read),
        Kind::Write => Some(program.write),
        Kind::Delete => program.delete,
        Kind::Increment => program.increment,
    }
}

impl World {
    /// A client begins a request. Returns the operation.
    pub(crate) fn start<D: Driver>(&mut self, request: Request, d: &mut D) -> OpId {
        let reserved = self.reserved.iter().find(|(stamp, _)| *stamp == request.stamp);
        let id = match reserved {
            Some(&(_, number)) => {
                self.planned.retain(|planned| planned.stamp != request.stamp);
                self.latest = OpId::new(number, request.kind);
                self.latest
            }
            None => self.next_operation(request.kind),
        };
        let scalar = match (request.kind, request.value) {
            (Kind::Write, Scalar::None) => Scalar::Int(i64::from(id.number())),
            (Kind::Read | Kind::Delete, _) => Scalar::None,
            (_, value) => value,
        };
        let Request { kind, key, client, stamp, .. } = request;
        let value = Datum::made_by(id.origin(), scalar);
        self.told.push(Event::Started { op: id, kind, key, value, client });
        let operation = self.spare.hold_operation(Operation {
            id,
            kind,
            key,
            value,
            client,
            stamp,
            attempt: 0,
            started_us: self.now_us,
            backing_off: false,
            uncertain: false,
        });
        let operation = self.operations.insert(operation);
        self.ask(operation, d);
        id
    }

    pub(crate) fn next_operation(&mut self, kind: Kind) -> OpId {
        self.operations_begun += 1;
        self.latest = OpId::new(self.operations_begun, kind);
        self.latest
    }

    /// Sends a request to an app server, at first or as a retry.
    pub(crate) fn ask<D: Driver>(&mut self, key: OperationKey, d: &mut D) {
        let to = self.next_app();
        self.operations[key].backing_off = false;
        let operation = &self.operations[key];
        let attempt = operation.attempt;
        let message = Message {
            from: ProcessId::Client,
            to,
            id: Identity::of(operation.stamp).child(u64::from(attempt)),
            life: self.life(to),
            sent_us: self.now_us,
            op: operation.id,
            body: Body::Ask {
                operation: key,
                attempt,
                kind: operation.kind,
                key: operation.key,
                value: operation.value,
            },
        };
        let timeout_us = self.setup.client(operation.client).timeout_us;
        d.timer(Timer::ClientTimeout { operation: key, attempt }, Delay::After(timeout_us));
        self.send(message, d);
    }

    /// A request has reached its app server.
    pub(crate) fn admit<D: Driver>(&mut self, message: &Shared<Message>, d: &mut D) {
        let ProcessId::App(index) = message.to else { return };
        let app = &mut self.apps[usize::from(index)];
        let refusal = match () {
            _ if !app.process.up => Some(Reason::Refused),
            _ if app.process.life != message.life => Some(Reason::Reset),
            _ if app.in_progress < self.setup.max_in_progress => None,
            _ if app.backlog.len() < self.setup.backlog as usize => {
                app.backlog.push_back(message.clone());
                return;
            }
            _ => Some(Reason::Refused),
        };
        match refusal {
            Some(reason) => self.answer_error(message, reason, d),
            None => self.begin(message, d),
        }
    }

    /// Tells a client that an app server refused its request.
    pub(crate) fn answer_error<D: Driver>(&mut self, message: &Message, reason: Reason, d: &mut D) {
        if let Body::Ask { operation, attempt, .. } = message.body {
            let error = StoreError::new(crate::strategy::call::ErrorSource::Process, reason);
            let id = message.id.child(ANSWER);
            self.answer(message.to, operation, attempt, id, message.op, Err(error), d);
        }
    }

    fn begin<D: Driver>(&mut self, message: &Message, d: &mut D) {
        let Body::Ask { operation, attempt, kind, key, value } = message.body else { return };
        let ProcessId::App(index) = message.to else { return };
        self.apps[usize::from(index)].in_progress += 1;
        let strategy = self.route(key);
        let program = &self.setup.strategies[usize::from(strategy)].program;
        let Some(function) = handler(program, kind) else {
            self.apps[usize::from(index)].in_progress -= 1;
            return self.answer_error(message, Reason::Refused, d);
        };
        let key_value = Value::Datum(Datum::computed(Scalar::Text(key)));
        let args = [key_value, Value::Datum(value)];
        let args =
            if matches!(kind, Kind::Write | Kind::Increment) { &args[..] } else { &args[..1] };
        let place = program.place(function);
        let work = match place {
            Role::App => {
                Work::Program(Machine::start_on(self.spare.stack(), program, function, args))
            }
            _ => Work::Forward,
        };
        let task = Task {
            process: message.to,
            strategy,
            function,
            id: message.id,
            op: message.op,
            started_us: self.now_us,
            work,
            ordinal: 0,
            calls: 0,
            draws: 0,
            waiting: Waiting::Start,
            recipient: Recipient::Client { operation, attempt },
            hangs: false,
            wrote: false,
            transaction: None,
            key: kind.writes().then_some(key),
        };
        let Some(task) = self.add_task(task) else { return };
        match place {
            Role::App => self.run(task, d),
            _ => {
                let call = crate::strategy::call::Call::Invoke { function, args: args.into() };
                self.issue(task, call, d);
            }
        }
    }

    /// A client request has left an app server: the next in line may enter.
    pub(crate) fn leave_app<D: Driver>(&mut self, process: ProcessId, d: &mut D) {
        let ProcessId::App(index) = process else { return };
        let app = &mut self.apps[usize::from(index)];
        app.in_progress = app.in_progress.saturating_sub(1);
        if let Some(next) = app.backlog.pop_front() {
            self.begin(&next, d);
            self.spare.end_message(next);
        }
    }

    /// Sends a client its answer.
    #[allow(clippy::too_many_arguments, reason = "the fields of one message")]
    pub(crate) fn answer<D: Driver>(
        &mut self,
        from: ProcessId,
        operation: OperationKey,
        attempt: u32,
        id: Identity,
        op: OpId,
        result: Result<Datum, StoreError>,
        d: &mut D,
    ) {
        let body = Body::Answer { operation, attempt, result };
        let sent_us = self.now_us;
        self.send(Message { from, to: ProcessId::Client, id, life: 0, sent_us, op, body }, d);
    }

    /// An answer has reached its client.
    pub(crate) fn answered<D: Driver>(&mut self, message: &Message, d: &mut D) {
        let Body::Answer { operation: key, attempt, result } = message.body else { return };
        match self.operations.get(key) {
            Some(operation) if operation.attempt == attempt => match result {
                Ok(value) => self.end_operation(key, RequestEnd::Returned(value)),
                Err(error) => self.failed(key, Some(error), d),
            },
            _ => self.told.push(message.dropped(crate::event::DropReason::Late)),
        }
    }

    /// A try has failed, with an error or (`None`) without an answer: it is retried if the client's
    /// settings allow it.
    pub(crate) fn failed<D: Driver>(
        &mut self,
        key: OperationKey,
        error: Option<StoreError>,
        d: &mut D,
    ) {
        let Some(operation) = self.operations.get_mut(key) else { return };
        let settings = self.setup.client(operation.client);
        operation.uncertain |= error.is_none_or(|error| maybe_applied(error.reason));
        if operation.attempt < settings.retries {
            let backoff_us = settings.backoff_us.saturating_mul(1 << operation.attempt.min(20));
            operation.attempt += 1;
            operation.backing_off = true;
            let timer = Timer::Retry { operation: key, attempt: operation.attempt };
            return d.timer(timer, Delay::After(backoff_us));
        }
        let maybe_applied = operation.uncertain;
        let outcome = match error {
            Some(error) => RequestEnd::Failed { error, maybe_applied },
            None => RequestEnd::TimedOut,
        };
        self.end_operation(key, outcome);
    }

    fn end_operation(&mut self, key: OperationKey, outcome: RequestEnd) {
        let Some(operation) = self.operations.remove(key) else { return };
        let Operation { id, kind, key, client, started_us, .. } = *operation;
        self.spare.end_operation(operation);
        self.told.push(Event::Ended { op: id, kind, key, client, started_us, outcome });
    }
}

/// Derives the stamp of an answer from that of the request.
pub(crate) const ANSWER: u64 = u64::MAX;

/// Whether a call that ended in this way may have been applied all the same.
pub(crate) fn maybe_applied(reason: Reason) -> bool {
    matches!(reason, Reason::Timeout | Reason::Reset | Reason::Uncaught)
}

digested!(Request {
    matters: kind, key, value, client, stamp;
});
