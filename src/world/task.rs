//! Tasks and requests in progress.

use std::hash::Hash;

use super::id::{OperationKey, TaskKey};
use super::message::Caller;
use super::table::Named;
use crate::digest::{Digest, Lens, Sum, digested, due};
use crate::identity::{Identity, Kind, OpId, ProcessId, Stamp, derive};
use crate::shared::Shared;
use crate::strategy::Machine;
use crate::strategy::call::{Call, FunctionId, StoreError};
use crate::strategy::value::{Datum, Symbol, Value};
use crate::time::Micros;

/// A running function, from its start to its reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    pub process: ProcessId,
    /// The position of its strategy in the scenario.
    pub strategy: u16,
    pub function: FunctionId,
    pub id: Identity,
    pub op: OpId,
    pub started_us: Micros,
    pub work: Work,
    /// The ordinal of the latest call; 0: there was none.
    pub ordinal: u32,
    /// The number of calls so far, which makes the stamp of each.
    pub calls: u32,
    /// The number of random draws so far.
    pub draws: u32,
    pub waiting: Waiting,
    pub recipient: Recipient,
    /// Whether the database or a queue has accepted a write from it, or may have.
    pub wrote: bool,
    /// Whether its open transaction has written; `None`: no transaction is open.
    pub transaction: Option<bool>,
    /// Whether it hangs after the reply to its call.
    pub hangs: bool,
    /// The operation's key: values that it writes there count as its own.
    pub key: Option<Symbol>,
}

impl Task {
    /// The identity of the latest call: each call has its own stamp, and the name of its ordinal.
    pub(crate) fn call_id(&self) -> Identity {
        Identity {
            stamp: derive(self.id.stamp, u64::from(self.calls)),
            name: derive(self.id.name, u64::from(self.ordinal)),
        }
    }
}

/// The activity of a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Work {
    Program(Machine),
    /// The app server forwards a request to a function that is placed elsewhere.
    Forward,
}

/// What a task waits for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// Its first turn.
    Start,
    /// The reply to its latest call; the call is kept for observers.
    Reply {
        call: Call,
        to: ProcessId,
        since_us: Micros,
    },
    Sleep {
        until_us: Micros,
    },
    Lock {
        key: Symbol,
        since_us: Micros,
        /// Whether it waits with a time limit.
        gives_up: bool,
    },
    /// The result of a shared run.
    SingleFlight {
        key: Symbol,
        /// The task of the run.
        run: TaskKey,
        /// The operation for which the run began.
        of: OpId,
        /// The result, once it is there and the task continues.
        result: Option<Result<Value, StoreError>>,
    },
    /// The results of the calls of a `gather`.
    Gather(Gathered),
    /// Nothing: it hangs.
    Hung {
        since_us: Micros,
    },
}

/// The results of the concurrent calls of a task.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Gathered {
    /// The result of each call that has ended.
    pub results: Box<[Option<Value>]>,
    /// The first error.
    pub failed: Option<StoreError>,
}

impl Gathered {
    /// Whether the task continues.
    pub fn is_ready(&self) -> bool {
        self.failed.is_some() || self.results.iter().all(Option::is_some)
    }

    /// Whether a result is a list of lists itself, so that there is no end to how deep they go.
    pub fn is_too_deep(&self) -> bool {
        let mut lists = self.results.iter().flatten().filter_map(Value::items);
        lists.any(|list| list.iter().any(|item| item.items().is_some()))
    }

    /// The result with which the task continues.
    pub fn result(&self) -> Result<Value, StoreError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(Value::List(self.results.iter().flatten().cloned().collect())),
        }
    }
}

/// The receiver of the result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recipient {
    Client {
        operation: OperationKey,
        attempt: u32,
    },
    /// A task in another process.
    Task {
        caller: Caller,
        process: ProcessId,
    },
    /// A background loop, by its position.
    Loop(u32),
    /// None: the task was spawned.
    Nobody,
    /// All tasks that share the run.
    Sharers,
    /// The task that runs it concurrently with others, with the ordinal of its call and its
    /// position among them.
    Gatherer {
        task: TaskKey,
        ordinal: u32,
        at: u16,
    },
}

/// A request as its client knows it, until it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    pub id: OpId,
    pub kind: Kind,
    pub key: Symbol,
    /// The value that a write writes or an increment adds; `None` for other requests.
    pub value: Datum,
    pub client: Symbol,
    pub stamp: Stamp,
    pub attempt: u32,
    pub started_us: Micros,
    /// Whether it waits for a retry, and not for an answer.
    pub backing_off: bool,
    /// Whether an earlier try may have been applied.
    pub uncertain: bool,
}

impl Named for Shared<Task> {
    fn name(&self) -> Stamp {
        self.id.name
    }

    fn rename(&mut self, name: Stamp) {
        self.id.name = name;
    }

    fn is_background(&self) -> bool {
        self.op == OpId::NOBODY
    }
}

impl Named for Shared<Operation> {
    fn name(&self) -> Stamp {
        self.stamp
    }

    fn rename(&mut self, name: Stamp) {
        self.stamp = name;
    }

    fn is_background(&self) -> bool {
        false
    }
}

digested!(Task {
    matters: process, strategy, function, id, op, work, ordinal, waiting, recipient, wrote,
        transaction, hangs, key;
    told: started_us, calls, draws;
});

digested!(Operation {
    matters: id, kind, key, value, client, stamp, attempt, backing_off, uncertain;
    told: started_us;
});

impl Digest for Work {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        match self {
            Work::Program(machine) => {
                true.digest(lens, sum);
                machine.digest(lens, sum);
            }
            Work::Forward => false.digest(lens, sum),
        }
    }
}

impl Digest for Waiting {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        std::mem::discriminant(self).hash(sum);
        match self {
            Waiting::Start | Waiting::Hung { .. } => {}
            // since when it waits is told, and never acted on
            Waiting::Reply { call, to, since_us: _ } => {
                call.digest(lens, sum);
                to.digest(lens, sum);
            }
            Waiting::Sleep { until_us } => due(*until_us, lens, sum),
            Waiting::Lock { key, since_us: _, gives_up } => {
                key.digest(lens, sum);
                gives_up.digest(lens, sum);
            }
            Waiting::SingleFlight { key, run, of, result } => {
                (key, run, of).hash(sum);
                result.digest(lens, sum);
            }
            Waiting::Gather(Gathered { results, failed }) => {
                failed.hash(sum);
                results.digest(lens, sum);
            }
        }
    }
}

impl Digest for Recipient {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        std::mem::discriminant(self).hash(sum);
        match self {
            Recipient::Client { operation, attempt } => (operation, attempt).hash(sum),
            Recipient::Task { caller, process } => {
                caller.digest(lens, sum);
                process.digest(lens, sum);
            }
            Recipient::Loop(index) => index.hash(sum),
            Recipient::Gatherer { task, ordinal, at } => (task, ordinal, at).hash(sum),
            Recipient::Nobody | Recipient::Sharers => {}
        }
    }
}
