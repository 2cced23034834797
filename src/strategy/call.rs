//! Calls: what a strategy asks of the world, one at a time.
//!
//! The interpreter stops at each call and returns it; the world sends it as one message, and passes
//! the reply back as another. Calls are never merged: between two of them anything can happen.

use super::argument::{self, Kind};
use std::hash::Hash;
use std::sync::Arc;

use crate::digest::{Digest, Lens, Sum};

use super::error::Mistake;
use super::value::{Datum, Symbol, Value};
use crate::vocabulary::command::{
    CacheCommand, DatabaseCommand, QueueCommand, ReplicaCommand, StoreCommand, argument_name,
    commands,
};
use crate::vocabulary::{CacheId, ReplicaId, StoreId};
pub use crate::vocabulary::{ErrorSource, Reason, StoreError};

/// A function of a program, by its position in [`Program::functions`](super::Program).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FunctionId(pub u16);

/// A queue of a program, by its position in [`Program::queues`](super::Program).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QueueId(pub u16);

/// A call of a task, which waits for the reply.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    Cache(CacheId, CacheCall),
    Database(DatabaseCall),
    Replica(ReplicaId, ReplicaCall),
    Queue(QueueId, QueueCall),
    /// Enters `with lock(key):`. Locks belong to the process that the task runs in. `wait_us`: how
    /// long to wait at most.
    Lock {
        key: Symbol,
        wait_us: Option<u64>,
    },
    /// Leaves it. Replied at once.
    Unlock(Symbol),
    /// `spawn(fn, …)`: starts a task that the caller does not wait for. Replies `None` at once
    /// (when `function` is placed elsewhere, once it has been requested there).
    Spawn {
        function: FunctionId,
        args: Box<[Value]>,
    },
    /// A call of a function that is placed in another process: a request there
    /// and a reply back, as to a store.
    Invoke {
        function: FunctionId,
        args: Box<[Value]>,
    },
    /// `single_flight(key, function, …)`: the result of the run for this key that is under way in
    /// the process, or of a new one.
    SingleFlight {
        key: Symbol,
        function: FunctionId,
        args: Box<[Value]>,
    },
    /// `gather(…)`: concurrent tasks, with their results in order.
    Gather(Arc<[Prepared]>),
    /// `forget_flight(key)`: later callers do not join the run that is under way. Replied at once.
    ForgetFlight(Symbol),
    /// `sleep(seconds)`
    Sleep {
        us: u64,
    },
    /// A statement of a transaction, on the transaction's connection.
    Transaction(DatabaseCall),
    /// `cache.get_many(keys)`
    Many(Many),
    /// `bus.publish(value)`: each reachable app server runs the handlers of a channel of the
    /// program, by its position.
    Publish {
        channel: u16,
        value: Value,
    },
}

/// A call of a function that has not begun.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Prepared {
    pub function: FunctionId,
    pub args: Box<[Value]>,
}

/// Checks that a value can be an argument, given the names of call and argument.
type Check = fn(&str, &str, &Value) -> Result<(), Mistake>;

/// The typed call of every command, from the rows of the table.
macro_rules! calls {
    ($($Store:ident $prefix:literal $Command:ident $Call:ident {
        $($(#[$about:meta])* $number:literal $Variant:ident $word:literal $effect:ident (
            $($field:ident $(as $name:literal)?: $Kind:ident $(= $default:tt)?),* $(,)?
        )),* $(,)?
    })*) => {
        $(
            #[doc = concat!("A call with a command of [`", stringify!($Store),
                "`](crate::vocabulary::Store::", stringify!($Store), ").")]
            #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
            pub enum $Call {
                $($(#[$about])* $Variant {
                    $($field: <argument::$Kind as Kind>::Field),*
                }),*
            }

            impl $Call {
                /// Makes a call from the values of [`StoreCommand::arguments`], in order.
                ///
                /// # Errors
                /// The strategy's mistake, for people.
                pub fn read(command: $Command, given: &[Value]) -> Result<$Call, Mistake> {
                    let call = StoreCommand::$Store(command).call();
                    match (command, given) {
                        $(($Command::$Variant, [$($field),*]) => Ok($Call::$Variant {
                            $($field: argument::$Kind::read(
                                call, argument_name!($field $($name)?), $field)?),*
                        }),)*
                        _ => Err(Mistake::of_type(format!(
                            "`{call}` does not take {} arguments", given.len()))),
                    }
                }

                /// The check for each argument of a command.
                fn checks(command: $Command) -> &'static [Check] {
                    match command {
                        $($Command::$Variant => &[$(argument::$Kind::check),*]),*
                    }
                }

                /// The call's command.
                pub fn command(&self) -> StoreCommand {
                    match self {
                        $($Call::$Variant { .. } => StoreCommand::$Store($Command::$Variant)),*
                    }
                }

                /// The key that the call concerns.
                pub fn key(&self) -> Option<Symbol> {
                    match self {
                        $($Call::$Variant { $($field),* } => {
                            let keys: &[Option<Symbol>] = &[$(argument::$Kind::key($field)),*];
                            keys.iter().copied().flatten().next()
                        }),*
                    }
                }

                /// The value that the call stores.
                pub fn carried(&mut self) -> Option<&mut Datum> {
                    match self {
                        $($Call::$Variant { $($field),* } => {
                            None$(.or(argument::$Kind::carried($field)))*
                        }),*
                    }
                }
            }
        )*

        impl Call {
            /// Checks that a value can be the argument of a command at this position.
            ///
            /// # Errors
            /// The strategy's mistake.
            pub fn check(command: StoreCommand, at: usize, value: &Value) -> Result<(), Mistake> {
                let checks = match command {
                    $(StoreCommand::$Store(command) => $Call::checks(command)),*
                };
                match (checks.get(at), command.arguments().get(at)) {
                    (Some(check), Some(argument)) => check(command.call(), argument.name, value),
                    _ => Ok(()),
                }
            }

            fn read_one(
                command: StoreCommand,
                nth: u16,
                given: &[Value],
            ) -> Result<Call, Mistake> {
                Ok(match command {
                    StoreCommand::Cache(command) => {
                        Call::Cache(CacheId(nth as u8), CacheCall::read(command, given)?)
                    }
                    StoreCommand::Database(command) => {
                        Call::Database(DatabaseCall::read(command, given)?)
                    }
                    StoreCommand::Replica(command) => {
                        Call::Replica(ReplicaId(nth as u8), ReplicaCall::read(command, given)?)
                    }
                    StoreCommand::Queue(command) => {
                        Call::Queue(QueueId(nth), QueueCall::read(command, given)?)
                    }
                })
            }
        }
    };
}
commands!(calls);

/// Calls of one store in one message, carried out at one instant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Many {
    /// `cache.get_many`
    pub command: StoreCommand,
    /// `cache.get`, for each key
    pub calls: Arc<[Call]>,
    /// Whether it uses the connection of the caller's transaction.
    pub in_transaction: bool,
}

impl Many {
    /// The calls that make up a command of many keys.
    fn read(command: StoreCommand, nth: u16, given: &[Value]) -> Result<Many, Mistake> {
        let items = |at: usize| given.get(at).and_then(Value::items).map_or(&[][..], |all| all);
        let (keys, values) = (items(0), items(1));
        let sets = command == StoreCommand::Cache(CacheCommand::SetMany);
        if sets && keys.len() != values.len() {
            let (keys, values) = (keys.len(), values.len());
            return Err(Mistake::of_value(format!(
                "`cache.set_many` of {keys} keys and {values} values: each key has one"
            )));
        }
        let ttl_us = match given.get(2) {
            Some(ttl) if sets => argument::Ttl::read(command.call(), "ttl", ttl)?,
            _ => None,
        };
        let call = |(at, key): (usize, &Value)| {
            let key = argument::key(command.call(), key)?;
            let cache = CacheId(nth as u8);
            Ok(match (command, values.get(at)) {
                (StoreCommand::Database(_), _) => Call::Database(DatabaseCall::Read { key }),
                (StoreCommand::Cache(CacheCommand::SetMany), Some(value)) => {
                    let value = argument::Held::read(command.call(), "values", value)?;
                    let set = CacheCall::Set { key, value, ttl_us, stale_us: 0, version: None };
                    Call::Cache(cache, set)
                }
                (StoreCommand::Cache(CacheCommand::DeleteMany), _) => {
                    Call::Cache(cache, CacheCall::Delete { key, version: None })
                }
                _ => Call::Cache(cache, CacheCall::Get { key }),
            })
        };
        let calls: Result<Arc<[Call]>, Mistake> = keys.iter().enumerate().map(call).collect();
        Ok(Many { command, calls: calls?, in_transaction: false })
    }
}

impl Call {
    /// Makes a call to a store from the values of [`StoreCommand::arguments`]. `nth` is the store's
    /// position among those of its kind, or the queue's in the program.
    ///
    /// # Errors
    /// The strategy's mistake, for people.
    pub fn read(command: StoreCommand, nth: u16, given: &[Value]) -> Result<Call, Mistake> {
        let call = Call::read_one(command, nth, given)?;
        match command.is_of_many() {
            true => Many::read(command, nth, given).map(Call::Many),
            false => Ok(call),
        }
    }

    /// The call's command, if it goes to a store.
    pub fn command(&self) -> Option<StoreCommand> {
        match self {
            Call::Cache(_, call) => Some(call.command()),
            Call::Database(call) | Call::Transaction(call) => Some(call.command()),
            Call::Replica(_, call) => Some(call.command()),
            Call::Queue(_, call) => Some(call.command()),
            Call::Many(many) => Some(many.command),
            _ => None,
        }
    }

    /// The store that the call goes to, unless that is a queue.
    pub fn store(&self) -> Option<StoreId> {
        match self {
            Call::Cache(cache, _) => Some(StoreId::Cache(*cache)),
            Call::Database(_) | Call::Transaction(_) => Some(StoreId::Database),
            Call::Replica(replica, _) => Some(StoreId::Replica(*replica)),
            Call::Many(many) => many.calls.first()?.store(),
            _ => None,
        }
    }

    /// The key that the call concerns.
    pub fn key(&self) -> Option<Symbol> {
        match self {
            Call::Cache(_, call) => call.key(),
            Call::Database(call) | Call::Transaction(call) => call.key(),
            Call::Replica(_, call) => call.key(),
            Call::Queue(_, call) => call.key(),
            Call::Lock { key, .. }
            | Call::Unlock(key)
            | Call::SingleFlight { key, .. }
            | Call::ForgetFlight(key) => Some(*key),
            Call::Spawn { .. }
            | Call::Invoke { .. }
            | Call::Sleep { .. }
            | Call::Many(_)
            | Call::Gather(_)
            | Call::Publish { .. } => None,
        }
    }

    /// The value that the call stores.
    pub fn carried(&mut self) -> Option<&mut Datum> {
        match self {
            Call::Cache(_, call) => call.carried(),
            Call::Database(call) | Call::Transaction(call) => call.carried(),
            Call::Queue(_, call) => call.carried(),
            _ => None,
        }
    }
}

impl From<DatabaseCall> for Call {
    fn from(call: DatabaseCall) -> Call {
        Call::Database(call)
    }
}

/// The replica runs the reading statements of the database.
impl From<ReplicaCall> for DatabaseCall {
    fn from(call: ReplicaCall) -> DatabaseCall {
        match call {
            ReplicaCall::Read { key } => DatabaseCall::Read { key },
            ReplicaCall::Row { key } => DatabaseCall::Row { key },
        }
    }
}

crate::digest::plain!(FunctionId, QueueId, CacheCall, DatabaseCall, QueueCall, StoreError);

impl Digest for Arc<[Call]> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self[..].digest(lens, sum);
    }
}

impl Digest for Call {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        match self {
            Call::Spawn { function, args } => {
                (0u8, function).hash(sum);
                args.digest(lens, sum);
            }
            Call::Invoke { function, args } => {
                (1u8, function).hash(sum);
                args.digest(lens, sum);
            }
            Call::Publish { channel, value } => {
                (3u8, channel).hash(sum);
                value.digest(lens, sum);
            }
            Call::SingleFlight { key, function, args } => {
                (4u8, key, function).hash(sum);
                args.digest(lens, sum);
            }
            Call::Gather(calls) => {
                (5u8, calls.len()).hash(sum);
                for Prepared { function, args } in calls.iter() {
                    function.hash(sum);
                    args.digest(lens, sum);
                }
            }
            Call::Many(Many { command, calls, in_transaction }) => {
                (6u8, command, in_transaction).hash(sum);
                calls.digest(lens, sum);
            }
            // a call of a store carries plain values only
            other => {
                (2u8, other).hash(sum);
                if let Some(value) = other.clone().carried() {
                    value.digest_source(lens, sum);
                }
                if let Call::Queue(
                    _,
                    QueueCall::Ack { item }
                    | QueueCall::Retry { item, .. }
                    | QueueCall::DeadLetter { item },
                ) = other
                    && lens.attempts
                {
                    item.attempt.hash(sum);
                }
            }
        }
    }
}
