//! A compiled program: its functions, queues, parameters and loops.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Literal;
use super::call::{FunctionId, QueueId};
use super::error::{ParameterError, nearest};
use super::ops::Op;
use super::value::{LONGEST_TEXT, Names, Real, Scalar, Value};
use crate::time::{self, Micros};
use crate::vocabulary::command::{CacheCommand, DatabaseCommand, QueueCommand, StoreCommand};
use crate::vocabulary::queue::Rules;
use crate::vocabulary::{CacheId, ErrorClass, ErrorSource, Native, Role};

/// The result of [`compile`](super::compile).
#[derive(Clone, Debug)]
pub struct Program {
    pub source: Arc<str>,
    /// the first comment, or the docstring's first line
    pub title: String,
    pub functions: Vec<Function>,
    pub queues: Vec<QueueSpec>,
    pub channels: Vec<Channel>,
    pub parameters: Vec<Parameter>,
    pub loops: Vec<Loop>,
    /// the errors that it can raise: the language's own, by [`ErrorClass::ALL`], followed by its
    /// own
    pub(crate) errors: Vec<Raisable>,
    pub read: FunctionId,
    pub write: FunctionId,
    pub delete: Option<FunctionId>,
    pub increment: Option<FunctionId>,
    /// Whether it calls `now()`, so that the instant matters to it.
    pub reads_clock: bool,
    /// Whether it reads `.age`, so that the age of an entry matters to it.
    pub reads_ages: bool,
    /// Whether it computes values, or has texts that may name keys of its own: otherwise it only
    /// moves what it is given from key to the same key.
    pub computes_values: bool,
    /// Whether it reads `.attempts`.
    pub reads_attempts: bool,
    /// the code of all functions, one after another
    pub(crate) code: Vec<Op>,
    /// the line of each operation
    pub(crate) lines: Vec<u32>,
    pub(crate) constants: Vec<Value>,
}

/// One function.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: Arc<str>,
    /// `None`: undecorated; it runs where its caller runs
    pub place: Option<Role>,
    /// of its `def`
    pub line: u32,
    pub arguments: u8,
    /// the position of its code
    pub(crate) entry: u32,
    /// its variables, the arguments first; the compiler's unnamed ones follow
    pub(crate) variables: Vec<Arc<str>>,
    /// the number of its slots, including unnamed ones
    pub(crate) slots: u16,
    /// its error handlers, the inner ones first
    pub(crate) handlers: Vec<Handler>,
}

/// The handler of errors raised by operations from `start` up to `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// slots from here on are emptied: they are no longer used
    pub keep: u16,
}

/// `queue = Queue(…)` or `changes = Changes()`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueSpec {
    pub name: Arc<str>,
    pub place: Role,
    pub durable: bool,
    pub rules: Rules,
    /// the database's change stream: every commit is put on it
    pub changes: bool,
    pub line: u32,
}

/// `bus = Channel()`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    pub name: Arc<str>,
    /// The functions with `@on(bus)`: each runs on every app server.
    pub handlers: Vec<FunctionId>,
    pub line: u32,
}

/// A class of errors that a program can raise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Raisable {
    pub name: Arc<str>,
    /// Its number in the run; see [`Names::declare_error`].
    pub in_run: u16,
    /// The bits of all classes that it belongs to.
    pub classes: u32,
}

impl Raisable {
    /// The most classes that a program can declare: each has a bit.
    pub const MOST_OWN: usize = u32::BITS as usize - ErrorClass::ALL.len();

    /// The classes of the language.
    pub fn known() -> Vec<Raisable> {
        let known = ErrorClass::ALL.into_iter();
        let class = |it: ErrorClass| Raisable {
            name: it.name().into(),
            in_run: it as u16,
            classes: it.lineage(),
        };
        known.map(class).collect()
    }

    /// The store whose call has failed, for the handler of an error of this class.
    pub fn source(&self) -> ErrorSource {
        let is = |class: ErrorClass| self.classes & class.bit() != 0;
        match () {
            () if is(ErrorClass::Cache) => ErrorSource::Cache,
            () if is(ErrorClass::Database) => ErrorSource::Database,
            () => ErrorSource::Strategy,
        }
    }
}

/// `NAME = literal  # text · low..high`
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    pub name: Arc<str>,
    pub default: Scalar,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub text: String,
    pub line: u32,
}

/// A function with `@every(seconds)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Loop {
    pub function: FunctionId,
    pub place: Role,
    pub every: EveryExpr,
    pub line: u32,
}

/// How often a loop runs: a written interval, or a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EveryExpr {
    Us(Micros),
    Parameter(u16),
}

/// The shortest time between two turns of a loop.
pub const SHORTEST_LOOP_US: Micros = time::MILLISECOND_US;

impl Program {
    /// Whether it matters how often an item was taken.
    pub fn tells_attempts_apart(&self) -> bool {
        self.reads_attempts || self.queues.iter().any(|queue| !queue.rules.late_ack)
    }

    /// Whether it has a queue or a loop in the cache, which belongs to no key and so to no node of
    /// several.
    pub fn lives_in_cache(&self) -> bool {
        let queues = self.queues.iter().map(|queue| queue.place);
        let loops = self.loops.iter().map(|each| each.place);
        queues.chain(loops).any(|place| place == Role::Cache)
    }

    /// The first of the caches that it calls.
    pub fn first_cache(&self) -> Option<CacheId> {
        let caches = self.code.iter().filter_map(|op| match op {
            Op::Store { command: StoreCommand::Cache(_), nth } => Some(CacheId(*nth as u8)),
            _ => None,
        });
        caches.min()
    }

    /// Whether it calls some command of a store that satisfies a condition.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn calls(&self, is_meant: impl Fn(StoreCommand) -> bool) -> bool {
        self.code.iter().any(|op| matches!(op, Op::Store { command, .. } if is_meant(*command)))
    }

    /// Whether it needs of a cache what Redis has no command for: an entry's grace, its version, its
    /// metadata, a lease.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn needs_scripts(&self) -> bool {
        use CacheCommand::{Delete, Entry, Lease, Set, SetWithLease};
        let gives = |at: usize, back: usize, default: &Value| {
            self.constant_before(at, back).is_none_or(|value| value != default)
        };
        let needs = |command| matches!(command, StoreCommand::Cache(Entry | Lease | SetWithLease));
        self.calls(needs)
            || self.code.iter().enumerate().any(|(at, op)| match op {
                Op::Store { command: StoreCommand::Cache(Set), .. } => {
                    gives(at, 1, &Value::NONE) || gives(at, 2, &Value::int(0))
                }
                Op::Store { command: StoreCommand::Cache(Delete), .. } => {
                    gives(at, 1, &Value::NONE)
                }
                _ => false,
            })
    }

    /// The constant that an operation puts on the stack, some positions before another.
    fn constant_before(&self, at: usize, back: usize) -> Option<&Value> {
        match self.code.get(at.checked_sub(back)?)? {
            Op::Constant(index) => self.constants.get(usize::from(*index)),
            _ => None,
        }
    }

    /// What it calls that a Memcached does not have, with the line and what is allowed.
    pub fn beyond_memcached(&self, is_memcached: impl Fn(CacheId) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for (at, op) in self.code.iter().enumerate() {
            let Op::Store { command: command @ StoreCommand::Cache(of_cache), nth } = *op else {
                continue;
            };
            // the version is the last argument
            let last = self.constant_before(at, 1);
            let why = match of_cache {
                _ if !is_memcached(CacheId(nth as u8)) => continue,
                CacheCommand::Release | CacheCommand::Extend => {
                    "is a script, which a memcached does not run; allowed: `cache.add` and \
                     `cache.delete`"
                }
                CacheCommand::Set | CacheCommand::Delete if last != Some(&Value::NONE) => {
                    "with a version is a script, which a memcached does not run; allowed: without \
                     a version, or `cache.set_with_lease`"
                }
                _ => continue,
            };
            let line = self.lines.get(at).copied().unwrap_or_default();
            found.push(format!("line {line}: `{}` {why}", command.call()));
        }
        found
    }

    /// The queues from which a function and the functions that it calls take, without duplicates.
    pub fn takes_from(&self, function: FunctionId) -> impl Iterator<Item = QueueId> {
        let mut queues: Vec<QueueId> = Vec::new();
        for (command, nth) in self.commands_of(function) {
            let queue = QueueId(nth);
            if command == StoreCommand::Queue(QueueCommand::Take) && !queues.contains(&queue) {
                queues.push(queue);
            }
        }
        queues.into_iter()
    }

    /// The caches whose entries a function and the functions that it calls change.
    pub fn changes_caches(&self, function: FunctionId) -> impl Iterator<Item = CacheId> {
        let all = self.commands_of(function).into_iter();
        all.filter_map(|(command, nth)| {
            use CacheCommand::{Delete, DeleteMany, Expire, Set, SetMany, SetWithLease};
            let changes = matches!(
                command,
                StoreCommand::Cache(Delete | DeleteMany | Expire | Set | SetMany | SetWithLease)
            );
            changes.then_some(CacheId(u8::try_from(nth).ok()?))
        })
    }

    /// The commands of stores that a function and the functions that it calls give, each with the
    /// position of its store among those of its kind.
    fn commands_of(&self, function: FunctionId) -> Vec<(StoreCommand, u16)> {
        let mut seen = vec![function.0];
        let mut commands = Vec::new();
        let mut at = 0;
        while let Some(&function) = seen.get(at) {
            at += 1;
            for op in self.code_of(FunctionId(function)) {
                match *op {
                    Op::Invoke { function, .. }
                    | Op::Spawn { function, .. }
                    | Op::SingleFlight { function, .. }
                    | Op::Prepare { function, .. }
                        if !seen.contains(&function) =>
                    {
                        seen.push(function);
                    }
                    Op::Store { command, nth } => commands.push((command, nth)),
                    _ => {}
                }
            }
        }
        commands
    }

    /// A function's own code: up to the next one's.
    fn code_of(&self, function: FunctionId) -> &[Op] {
        let entry = self.functions[usize::from(function.0)].entry;
        let entries = self.functions.iter().map(|function| function.entry);
        let end = entries.filter(|other| *other > entry).min();
        &self.code[entry as usize..end.map_or(self.code.len(), |end| end as usize)]
    }

    /// Whether it only moves values: it does the same whatever they are, as long as they are true.
    pub fn only_moves_values(&self) -> bool {
        self.code.iter().all(|op| match op {
            Op::Not
            | Op::Minus
            | Op::Plus
            | Op::Binary(_)
            | Op::Compare(_)
            | Op::Index
            | Op::Slice
            | Op::Dictionary(_)
            | Op::Join(_)
            | Op::Iterate(_)
            | Op::Method { .. } => false,
            Op::Native { native, .. } => *native == Native::Log,
            Op::Store { command, .. } => !matches!(
                command,
                StoreCommand::Database(DatabaseCommand::Incr)
                    | StoreCommand::Cache(
                        CacheCommand::Incr | CacheCommand::Release | CacheCommand::Extend
                    )
            ),
            _ => true,
        })
    }

    /// Whether code computes values, or has texts that may name keys.
    pub(super) fn computes(code: &[Op], constants: &[Value]) -> bool {
        let is_logged =
            |at: usize| matches!(code.get(at + 1), Some(Op::Native { native: Native::Log, .. }));
        code.iter().enumerate().any(|(at, op)| match op {
            Op::Constant(index) => {
                constants.get(usize::from(*index)).is_some_and(has_text) && !is_logged(at)
            }
            Op::Minus
            | Op::Plus
            | Op::Binary(_)
            | Op::Index
            | Op::Slice
            | Op::Dictionary(_)
            | Op::Join(_)
            | Op::Method { .. } => true,
            Op::Native { native, .. } => !matches!(native, Native::Log | Native::Len),
            Op::Store { command, .. } => matches!(
                command,
                StoreCommand::Database(DatabaseCommand::Incr)
                    | StoreCommand::Cache(CacheCommand::Incr)
            ),
            _ => false,
        })
    }

    /// Whether it makes texts, which may become new keys.
    pub fn makes_texts(&self) -> bool {
        self.code.iter().any(|op| match op {
            Op::Binary(_)
            | Op::Join(_)
            | Op::Slice
            | Op::Method { .. }
            | Op::ErrorText(_)
            | Op::Raise(_) => true,
            Op::Native { native, .. } => !matches!(native, Native::Log | Native::Len),
            _ => false,
        })
    }

    /// Where a function runs if a client or a timer starts it.
    pub fn place(&self, function: FunctionId) -> Role {
        self.functions[function.0 as usize].place.unwrap_or(Role::App)
    }

    /// The time between two turns of a loop, in microseconds; `parameters` are those from
    /// [`bind`](Program::bind).
    pub fn every_us(&self, loop_index: usize, parameters: &[Scalar]) -> Micros {
        match self.loops[loop_index].every {
            EveryExpr::Us(us) => us,
            EveryExpr::Parameter(index) => parameters
                .get(index as usize)
                .and_then(|value| every_us(*value))
                .unwrap_or(time::SECOND_US),
        }
    }

    /// The parameters' values: given ones, or the defaults. Each is checked against its parameter's
    /// type and range.
    pub fn bind(
        &self,
        values: &BTreeMap<String, Literal>,
        names: &mut Names,
    ) -> Result<Vec<Scalar>, Vec<ParameterError>> {
        let mut errors = Vec::new();
        for name in values.keys() {
            if !self.parameters.iter().any(|parameter| *parameter.name == **name) {
                let known = self.parameters.iter().map(|parameter| parameter.name.as_ref());
                let message = match nearest(name, known.clone()) {
                    Some(meant) => format!("there is none of this name; did you mean {meant}?"),
                    None if self.parameters.is_empty() => "the strategy has no parameters".into(),
                    None => format!(
                        "there is none of this name; there are {}",
                        known.collect::<Vec<_>>().join(", ")
                    ),
                };
                errors.push(ParameterError { name: name.clone(), message });
            }
        }
        let mut bound = Vec::with_capacity(self.parameters.len());
        for (index, parameter) in self.parameters.iter().enumerate() {
            let value = match values.get(parameter.name.as_ref()) {
                None => Ok(parameter.default),
                Some(value) => parameter.check(value, names).and_then(|value| {
                    let paces = |each: &Loop| each.every == EveryExpr::Parameter(index as u16);
                    if self.loops.iter().any(paces) && every_us(value).is_none() {
                        Err(parameter.refuse("it says how often a loop runs: 0.001 s … 1 year"))
                    } else {
                        Ok(value)
                    }
                }),
            };
            match value {
                Ok(value) => bound.push(value),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(bound) } else { Err(errors) }
    }
}

/// The interval of a loop in microseconds, if it is allowed.
pub(super) fn every_us(seconds: Scalar) -> Option<Micros> {
    let seconds = match seconds {
        Scalar::Int(value) => value as f64,
        Scalar::Float(Real(value)) => value,
        _ => return None,
    };
    time::from_seconds(seconds).filter(|us| *us >= SHORTEST_LOOP_US)
}

/// A refused value, as an error's message shows it.
fn given(value: &Literal) -> String {
    match value {
        Literal::Text(text) => format!("the text {:?}", text.chars().take(60).collect::<String>()),
        Literal::Bool(value) => value.to_string(),
        other => other.words(),
    }
}

impl Parameter {
    /// The value as the program will see it, or what is wrong with it.
    fn check(&self, value: &Literal, names: &mut Names) -> Result<Scalar, ParameterError> {
        let number = match (self.default, value) {
            (Scalar::Bool(_), Literal::Bool(value)) => return Ok(Scalar::Bool(*value)),
            (Scalar::Bool(_), other) => {
                return Err(self.refuse(format!("must be true or false; it is {}", given(other))));
            }
            (Scalar::Text(_), Literal::Text(text)) => {
                if text.len() > LONGEST_TEXT {
                    return Err(
                        self.refuse(format!("must be a text of at most {LONGEST_TEXT} bytes"))
                    );
                }
                return names
                    .intern(text)
                    .map(Scalar::Text)
                    .ok_or_else(|| self.refuse("too many different texts in this run"));
            }
            (Scalar::Text(_), other) => {
                return Err(self.refuse(format!("must be a text; it is {}", given(other))));
            }
            (_, Literal::Int(value)) => *value as f64,
            (_, Literal::Float(value)) => *value,
            (_, other) => {
                let message = format!("must be a number{}; it is {}", self.range(), given(other));
                return Err(self.refuse(message));
            }
        };
        let inside = number.is_finite()
            && self.low.is_none_or(|low| number >= low)
            && self.high.is_none_or(|high| number <= high);
        if !inside {
            return Err(self.refuse(format!("must be a number{}; it is {number}", self.range())));
        }
        Ok(match (self.default, value) {
            (_, Literal::Int(value)) => Scalar::Int(*value),
            // JSON tools write 60.0 for 60
            (Scalar::Int(_), Literal::Float(value))
                if *value == libm::trunc(*value) && value.abs() < 9e15 =>
            {
                Scalar::Int(*value as i64)
            }
            _ => Scalar::Float(Real(number)),
        })
    }

    fn refuse(&self, message: impl Into<String>) -> ParameterError {
        ParameterError { name: self.name.to_string(), message: message.into() }
    }

    /// The allowed range as text, with a leading space; empty if there is none.
    fn range(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!(" from {low} to {high}"),
            (Some(low), None) => format!(" of at least {low}"),
            (None, Some(high)) => format!(" of at most {high}"),
            (None, None) => String::new(),
        }
    }
}

fn has_text(constant: &Value) -> bool {
    match constant {
        Value::Datum(datum) => matches!(datum.scalar, Scalar::Text(_)),
        Value::List(items) | Value::Tuple(items) => items.iter().any(has_text),
        Value::Composite(_) => false,
    }
}
