//! Stores that answer at once, and note what they were asked.

use std::collections::{BTreeMap, VecDeque};

use stalemate::strategy::call::{
    CacheCall, Call, DatabaseCall, ErrorSource, FunctionId, QueueCall, Reason, ReplicaCall,
    StoreError,
};
use stalemate::strategy::value::{Composite, Datum, Names, Origin, Scalar, Symbol, Value};
use stalemate::strategy::{Host, Machine, Program, Stopped, compile};
use stalemate::vocabulary::Role;
use stalemate::vocabulary::command::StoreCommand;

/// A world without time in which everything answers at once.
pub struct Fake {
    pub names: Names,
    pub now_us: u64,
    pub place: Role,
    pub steps: u32,
    pub cache: BTreeMap<String, Datum>,
    pub rows: BTreeMap<String, (Datum, i64)>,
    pub queue: VecDeque<(String, Datum, bool)>,
    /// what `cache.entry` says of every entry
    pub ttl_us: Option<u64>,
    pub fresh: bool,
    /// whether `cache.lease` says that somebody else is loading
    pub leased: bool,
    /// a call whose note begins so fails, once
    pub fail: Vec<(&'static str, StoreError)>,
    /// calls, in order, and the lines of the log
    pub notes: Vec<String>,
    pub spawned: VecDeque<(FunctionId, Vec<Value>)>,
}

pub const CACHE_DOWN: StoreError = StoreError::new(ErrorSource::Cache, Reason::Refused);
pub const DATABASE_DOWN: StoreError = StoreError::new(ErrorSource::Database, Reason::Refused);
pub const DATABASE_SLOW: StoreError = StoreError::new(ErrorSource::Database, Reason::Timeout);

impl Default for Fake {
    fn default() -> Fake {
        Fake {
            names: Names::default(),
            now_us: 5_000_000,
            place: Role::App,
            steps: 100_000,
            cache: BTreeMap::new(),
            rows: BTreeMap::new(),
            queue: VecDeque::new(),
            ttl_us: Some(30_000_000),
            fresh: true,
            leased: false,
            fail: Vec::new(),
            notes: Vec::new(),
            spawned: VecDeque::new(),
        }
    }
}

impl Host for Fake {
    fn now_us(&self) -> u64 {
        self.now_us
    }
    fn random(&mut self) -> f64 {
        0.5
    }
    fn log(&mut self, text: Symbol) {
        let text = self.text(text);
        self.notes.push(format!("log: {text}"));
    }
    fn names(&self) -> &Names {
        &self.names
    }
    fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }
    fn place(&self) -> Role {
        self.place
    }
    fn steps_left(&self) -> u32 {
        self.steps
    }
}

impl Fake {
    pub fn compile(&mut self, source: &str) -> Program {
        compile(source, &mut self.names).unwrap_or_else(|errors| panic!("{errors:#?}"))
    }

    pub fn key(&mut self, text: &str) -> Value {
        Datum::computed(Scalar::Text(self.names.intern(text).unwrap())).into()
    }

    fn text(&self, symbol: Symbol) -> String {
        self.names.text(symbol).to_string()
    }

    fn show(&self, datum: Datum) -> String {
        datum.scalar.display(&self.names)
    }

    /// Runs a function to its end, spawned tasks behind it.
    pub fn run(&mut self, program: &Program, function: FunctionId, args: &[Value]) {
        let end = match self.task(program, function, args) {
            Stopped::Return(Value::Datum(datum)) => format!("return {}", self.show(datum)),
            Stopped::Return(_) => "return a list or record".into(),
            Stopped::Raise { error, line } => {
                format!("raise {:?} {:?}, line {line}", error.source, error.reason)
            }
            Stopped::Fail(error) => format!("fail {error}"),
            Stopped::Call(_) => unreachable!(),
        };
        self.notes.push(end);
        while let Some((function, args)) = self.spawned.pop_front() {
            let place = self.place;
            self.place = program.functions[function.0 as usize].place.unwrap_or(place);
            let end = self.task(program, function, &args);
            assert!(matches!(end, Stopped::Return(_)), "{end:?}");
            self.place = place;
        }
    }

    fn task(&mut self, program: &Program, function: FunctionId, args: &[Value]) -> Stopped {
        let parameters = program.bind(&BTreeMap::new(), &mut self.names).unwrap();
        let mut machine = Machine::start(program, function, args);
        loop {
            let call = match machine.run(program, &parameters, self) {
                Stopped::Call(call) => call,
                end => return end,
            };
            let reply = match call {
                Call::Invoke { function, args } => {
                    let name = &program.functions[function.0 as usize].name;
                    self.notes.push(format!("ask {name}"));
                    let before = self.place;
                    self.place = program.place(function);
                    let end = self.task(program, function, &args);
                    self.place = before;
                    match end {
                        Stopped::Return(value) => Ok(value),
                        _ => Err(StoreError::new(ErrorSource::Process, Reason::Uncaught)),
                    }
                }
                Call::Spawn { function, args } => {
                    let name = &program.functions[function.0 as usize].name;
                    self.notes.push(format!("spawn {name}"));
                    self.spawned.push_back((function, args.into_vec()));
                    Ok(Value::NONE)
                }
                call => {
                    let note = self.note(&call);
                    let failure = self.fail.iter().position(|(prefix, _)| note.starts_with(prefix));
                    self.notes.push(note);
                    match failure {
                        Some(at) => Err(self.fail.remove(at).1),
                        None => Ok(self.answer(call)),
                    }
                }
            };
            machine.resume(reply);
        }
    }

    fn note(&self, call: &Call) -> String {
        let key = |symbol: &Symbol| self.text(*symbol);
        let ttl = |ttl: &Option<u64>| ttl.map_or(String::new(), |us| format!(" ttl {us}"));
        // a command that takes a key and nothing else
        let on_key = |command: StoreCommand, key: Option<Symbol>| {
            format!("{} {}", command.call(), key.map_or(String::new(), |key| self.text(key)))
        };
        match call {
            Call::Cache(_, call) => match call {
                CacheCall::Set { key: k, value, ttl_us, stale_us, version } => {
                    let mut note = format!("cache.set {} {}", key(k), self.show(*value));
                    note += &ttl(ttl_us);
                    if *stale_us > 0 {
                        note += &format!(" stale {stale_us}");
                    }
                    if let Some(version) = version {
                        note += &format!(" version {version}");
                    }
                    note
                }
                CacheCall::Add { key: k, value, ttl_us } => {
                    format!("cache.add {} {}{}", key(k), self.show(*value), ttl(ttl_us))
                }
                CacheCall::Delete { key: k, version } => format!(
                    "cache.delete {}{}",
                    key(k),
                    version.map_or(String::new(), |version| format!(" version {version}"))
                ),
                CacheCall::Incr { key: k, by } => {
                    format!("cache.incr {} {}", key(k), self.show(*by))
                }
                CacheCall::SetWithLease { key: k, value, lease, ttl_us } => format!(
                    "cache.set_with_lease {} {} lease {lease}{}",
                    key(k),
                    self.show(*value),
                    ttl(ttl_us)
                ),
                CacheCall::Expire { key: k, ttl_us } => format!("cache.expire {} {ttl_us}", key(k)),
                other => on_key(other.command(), other.key()),
            },
            Call::Database(call) => match call {
                DatabaseCall::Write { key: k, value } => {
                    format!("db.write {} {}", key(k), self.show(*value))
                }
                DatabaseCall::Incr { key: k, by } => {
                    format!("db.incr {} {}", key(k), self.show(*by))
                }
                DatabaseCall::CompareAndSet { key: k, value, version } => {
                    format!("db.compare_and_set {} {} version {version}", key(k), self.show(*value))
                }
                other => on_key(other.command(), other.key()),
            },
            Call::Replica(_, call) => on_key(call.command(), call.key()),
            Call::Queue(_, call) => match call {
                QueueCall::Push { key: k, value, .. } => {
                    format!("queue.push {} {}", key(k), self.show(*value))
                }
                QueueCall::Add { key: k, by } => format!("queue.add {} {}", key(k), self.show(*by)),
                QueueCall::Take { most } => format!("queue.take {most}"),
                QueueCall::Ack { item } => format!("queue.ack {}", item.item),
                QueueCall::Retry { item, after_us } => {
                    format!("queue.retry {} after {after_us}", item.item)
                }
                QueueCall::DeadLetter { item } => format!("queue.dead_letter {}", item.item),
            },
            Call::Transaction(_) => unreachable!("a machine knows no transaction"),
            Call::Many(many) => {
                let keys: Vec<String> =
                    many.calls.iter().filter_map(Call::key).map(|k| key(&k)).collect();
                format!("{} {}", many.command.call(), keys.join(" "))
            }
            Call::Publish { .. } => "publish".to_owned(),
            Call::Lock { key: k, wait_us } => {
                format!("lock {}{}", key(k), ttl(wait_us).replace(" ttl", " wait"))
            }
            Call::Unlock(k) => format!("unlock {}", key(k)),
            Call::Sleep { us } => format!("sleep {us}"),
            Call::ForgetFlight(k) => format!("forget_flight {}", key(k)),
            Call::Spawn { .. }
            | Call::Invoke { .. }
            | Call::SingleFlight { .. }
            | Call::Gather(_) => unreachable!(),
        }
    }

    fn answer(&mut self, call: Call) -> Value {
        let missing = |value: Option<Datum>| value.unwrap_or(Datum::NONE).into();
        match call {
            Call::Cache(_, call) => match call {
                CacheCall::Get { key } => missing(self.cache.get(&self.text(key)).copied()),
                CacheCall::Entry { key } => match self.cache.get(&self.text(key)) {
                    Some(&value) => Value::Composite(
                        Composite::Entry {
                            value,
                            age_us: 1_500_000,
                            ttl_us: self.ttl_us,
                            fresh: self.fresh,
                            version: Some(3),
                        }
                        .into(),
                    ),
                    None => Value::NONE,
                },
                CacheCall::Set { key, value, .. } | CacheCall::SetWithLease { key, value, .. } => {
                    self.cache.insert(self.text(key), value);
                    Value::bool(true)
                }
                CacheCall::Add { key, value, .. } => {
                    let free = !self.cache.contains_key(&self.text(key));
                    if free {
                        self.cache.insert(self.text(key), value);
                    }
                    Value::bool(free)
                }
                CacheCall::Delete { key, .. } => {
                    Value::bool(self.cache.remove(&self.text(key)).is_some())
                }
                CacheCall::Lease { key } => {
                    let pair = match self.cache.get(&self.text(key)) {
                        Some(&value) => [value.into(), Value::NONE],
                        None if self.leased => [Value::NONE, Value::NONE],
                        None => [Value::NONE, Value::int(77)],
                    };
                    Value::List(pair.into())
                }
                _ => Value::int(1),
            },
            Call::Database(call) => match call {
                DatabaseCall::Read { key } => missing(self.rows.get(&self.text(key)).map(|r| r.0)),
                DatabaseCall::Row { key } => self.row(key),
                DatabaseCall::Write { key, value } => {
                    let row =
                        self.rows.entry(self.names.text(key).to_string()).or_insert((value, 0));
                    *row = (value, row.1 + 1);
                    Value::int(row.1)
                }
                DatabaseCall::Delete { key } => {
                    Value::bool(self.rows.remove(&self.text(key)).is_some())
                }
                DatabaseCall::Incr { .. } => Value::int(11),
                DatabaseCall::CompareAndSet { .. } => Value::bool(true),
                DatabaseCall::Begin { .. }
                | DatabaseCall::Commit {}
                | DatabaseCall::Rollback {}
                | DatabaseCall::ReadMany { .. } => Value::NONE,
            },
            Call::Replica(_, ReplicaCall::Read { key }) => {
                missing(self.rows.get(&self.text(key)).map(|row| row.0))
            }
            Call::Replica(_, ReplicaCall::Row { key }) => self.row(key),
            Call::Queue(_, call) => match call {
                QueueCall::Push { key, value, .. } => {
                    self.queue.push_back((self.text(key), value, false));
                    Value::NONE
                }
                QueueCall::Add { key, by } => {
                    self.queue.push_back((self.text(key), by, true));
                    Value::NONE
                }
                QueueCall::Take { most } => {
                    let count = self.queue.len().min(most as usize);
                    let items = self.queue.drain(..count).enumerate().map(|(id, item)| {
                        Value::Composite(
                            Composite::Item {
                                id: id as u32,
                                key: self.names.intern(&item.0).unwrap(),
                                value: item.1,
                                attempts: 1,
                                version: None,
                                add: item.2,
                            }
                            .into(),
                        )
                    });
                    Value::List(items.collect())
                }
                _ => Value::NONE,
            },
            _ => Value::NONE,
        }
    }

    fn row(&self, key: Symbol) -> Value {
        match self.rows.get(&self.text(key)) {
            Some(&(value, version)) => Value::Composite(Composite::Row { value, version }.into()),
            None => Value::NONE,
        }
    }
}

/// A value that write `origin` made.
pub fn written(value: i64, origin: u32) -> Datum {
    Datum::made_by(Origin(origin), Scalar::Int(value))
}

/// Runs a body of `read(key)` with the key `a`, whose row is 7 by write 3, and
/// gives its notes, with `; ` between.
pub fn read_notes(body: &str, set_up: impl FnOnce(&mut Fake)) -> String {
    let mut fake = Fake::default();
    fake.rows.insert("a".into(), (written(7, 3), 2));
    set_up(&mut fake);
    let indented: String =
        body.trim_matches('\n').lines().map(|line| format!("    {line}\n")).collect();
    let source = if body.contains("def read") {
        body.to_owned()
    } else {
        format!(
            "queue = Queue(at=cache)\ndef read(key):\n{indented}\ndef write(key, value):\n    pass\n"
        )
    };
    let program = fake.compile(&source);
    let key = fake.key("a");
    fake.run(&program, program.read, &[key]);
    fake.notes.join("; ")
}

/// Checks the notes of a body of `read(key)`; see [`read_notes`].
pub fn check(body: &str, expected: &str) {
    assert_eq!(read_notes(body, |_| {}), expected, "\n{body}");
}

/// Checks what an expression gives.
pub fn value(expression: &str, expected: &str) {
    check(&format!("return {expression}"), &format!("return {expected}"));
}
