//! For tests: other values of a world's parts.

use super::*;
use crate::digest::vary::Vary;
use crate::store::cache::{CacheSnapshot, Eviction, Removal, Slot};
use crate::store::database::{Commit, Replica, Transaction};
use crate::store::lock::Locks;
use crate::store::placement::{Placement, Ring};
use crate::store::pool::Pool;
use crate::store::queue::Visibility;
use crate::store::single_flight::SingleFlights;
use crate::strategy::call::{CacheCall, Call, DatabaseCall, FunctionId, QueueCall, StoreError};
use crate::strategy::value::{Datum, Origin, Scalar, Value};
use crate::vocabulary::Failure;
use crate::vocabulary::Store;
use crate::vocabulary::queue::Rules;

/// `Type: a sample, another one`; if the value is the sample, it becomes the other.
macro_rules! either {
    ($($type:ty: $sample:expr, $other:expr;)*) => {$(
        impl Vary for $type {
            fn sample() -> $type {
                $sample
            }
            fn varied(&self) -> $type {
                let sample = Self::sample();
                if *self == sample { $other } else { sample }
            }
        }
    )*};
}

const KEY: Symbol = Symbol(3);

either! {
    Symbol: KEY, Symbol(4);
    Scalar: Scalar::Int(1), Scalar::Int(2);
    Datum: Datum::computed(Scalar::Int(8)), Datum::made_by(Origin(9), Scalar::Int(8));
    Visibility: Visibility::Overdue, Visibility::Waiting;
    ProcessId: ProcessId::Cache(CacheId::FIRST), ProcessId::Worker;
    FunctionId: FunctionId(1), FunctionId(2);
    Identity: Identity::of(5), Identity::of(6);
    OpId: OpId::new(1, Kind::Read), OpId::new(1, Kind::Write);
    Kind: Kind::Read, Kind::Write;
    CacheCall: CacheCall::Get { key: KEY }, CacheCall::Entry { key: KEY };
    DatabaseCall: DatabaseCall::Read { key: KEY }, DatabaseCall::Row { key: KEY };
    QueueCall: QueueCall::Take { most: 1 }, QueueCall::Take { most: 2 };
    Value: Value::int(1), Value::int(2);
    QueueId: QueueId(0), QueueId(1);
    Store: Store::Cache, Store::Database;
    Failure: Failure::Error, Failure::LostReply;
    Work: Work::Forward, Work::Forward;
    Waiting: Waiting::Start, Waiting::Sleep { until_us: 1 << 40 };
    Phase: Phase::Runs, Phase::Over;
    Arc<[Call]>: [Call::Sleep { us: 1 }].into(), [Call::Sleep { us: 2 }].into();
    Call: Call::Sleep { us: 1 }, Call::Sleep { us: 2 };
    Recipient: Recipient::Nobody, Recipient::Loop(0);
    Commit: commit(1), commit(2);
    Body: Body::Reply { caller: Caller::sample(), result: Ok(Value::int(1)) },
        Body::Call { caller: Caller::sample(), call: Call::Sleep { us: 1 } };
    Result<Slot, Removal>: Err(Removal::Deleted), Err(Removal::Moved);
    Result<Value, StoreError>: Ok(Value::int(1)), Ok(Value::int(2));
}

fn commit(version: i64) -> Commit {
    Commit { key: KEY, value: Datum::NONE, version, replaced: None, added: false }
}

/// Types of parts: `Type: a sample; the part and how another is made of it`.
macro_rules! changed {
    ($($type:ty: $sample:expr, |$it:ident| $change:expr;)*) => {$(
        impl Vary for $type {
            fn sample() -> $type {
                $sample
            }
            fn varied(&self) -> $type {
                let mut other = self.clone();
                {
                    let $it = &mut other;
                    $change;
                }
                other
            }
        }
    )*};
}

changed! {
    Caller: Caller { task: Key::named(1), ordinal: 1, strategy: 0 }, |it| it.ordinal += 1;
    Message: Message {
        from: ProcessId::Cache(CacheId::FIRST),
        to: ProcessId::Worker,
        id: Identity::of(1),
        life: 0,
        sent_us: 0,
        op: OpId::NOBODY,
        body: Body::sample(),
    }, |it| it.life += 1;
    Process: Process::default(), |it| it.up = !it.up;
    Locks<TaskKey>: Locks::new(), |it| it.acquire(Symbol(it.len() as u32 + 90), Key::named(1));
    SingleFlights<TaskKey>: SingleFlights::default(),
        |it| it.begin(0, KEY, Key::named(1), Key::named(it.clone().land(Key::named(1)).len() as u64 + 2));
    Ring: Ring::new(Placement::Modulo, 2), |it| *it = it.with(it.members() ^ 0b100);
    Cache: Cache::new(Some(3), Eviction::AllkeysLru),
        |it| it.preload(Symbol(99), Datum::NONE, None, 0);
    CacheSnapshot: Cache::sample().snapshot(), |it| *it = Cache::sample().varied().snapshot();
    Database: Database::new(Vec::new()), |it| it.preload(Symbol(99), Datum::sample());
    Replica: Replica::of(&Database::sample()), |it| it.apply(&commit(1 << 40), 0);
    Streamed: Streamed { commit: commit(1), is_due: false }, |it| it.is_due = !it.is_due;
    Queue: Queue::new(Rules { redeliver_us: 1, ..Rules::FIFO }),
        |it| it.push(KEY, Datum::NONE, None, false, 0, &mut |_| {});
    Snapshot: Snapshot { value: Value::int(1), at_us: 0 }, |it| it.value = it.value.varied();
    Session: Session {
        task: Key::named(1),
        op: OpId::NOBODY,
        latest: 1,
        slot: 0,
        transaction: Transaction::new(false),
        failed: false,
    }, |it| it.failed = !it.failed;
    Transaction: Transaction::new(false), |it| *it = Transaction::new(*it == Transaction::new(false));
    Statement: Statement::new(Pending::sample()),
        |it| it.pending.lose_reply = !it.pending.lose_reply;
}

impl<T> Vary for Key<T> {
    fn sample() -> Key<T> {
        Key::named(1)
    }
    fn varied(&self) -> Key<T> {
        Key::named(self.name().wrapping_add(1))
    }
}

impl<T: Vary> Vary for Shared<T> {
    fn sample() -> Shared<T> {
        Shared::new(T::sample())
    }
    fn varied(&self) -> Shared<T> {
        Shared::new((**self).varied())
    }
}

impl<C: Vary> Vary for Pending<C> {
    fn sample() -> Pending<C> {
        Pending {
            caller: Caller::sample(),
            from: ProcessId::Cache(CacheId::FIRST),
            id: Identity::of(1),
            op: OpId::NOBODY,
            call: C::sample(),
            arrived_us: 0,
            lose_reply: false,
        }
    }
    fn varied(&self) -> Pending<C> {
        Pending { lose_reply: !self.lose_reply, ..self.clone() }
    }
}

impl<J: Vary> Vary for Pool<J> {
    fn sample() -> Pool<J> {
        Pool::new(1)
    }
    fn varied(&self) -> Pool<J> {
        let mut other = self.clone();
        other.enter(J::sample());
        other
    }
}
