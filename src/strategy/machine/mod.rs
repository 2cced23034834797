//! Running tasks: a machine per task, one operation at a time.

/// arithmetic, comparison and printing, as Python has them
pub(super) mod arith;
/// calls to stores, from values
mod call;
/// functions that ask no store
mod native;
/// what the machine executes
pub mod ops;

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::call::{Call, ErrorSource, FunctionId, Place, Reason, StoreError};
use super::error::RuntimeError;
use super::program::Program;
use super::syntax::ast::Comparison;
use super::value::{Datum, Names, Origin, Record, Scalar, Symbol, Value};
use super::vocabulary::{Attribute, ErrorClass, StoreOp};
use crate::time;
pub(super) use arith::print_float;
use ops::Op;

/// How deep functions may call one another.
pub const DEEPEST_CALLS: usize = 64;

/// A variable that has no value yet. No store and no program makes this value.
const EMPTY: Value = Value::Datum(Datum { scalar: Scalar::None, origin: Origin(u32::MAX) });

/// What a machine needs of the process that it runs in.
pub trait Host {
    /// Microseconds since the start of the run: `now()`.
    fn now_us(&self) -> u64;
    /// Evenly distributed from 0 up to but not 1: `random()`.
    fn random(&mut self) -> f64;
    /// Takes a line of `log(text)`.
    fn log(&mut self, text: Symbol);
    /// The texts of the run.
    fn names(&self) -> &Names;
    /// The kind of process the task runs in.
    fn place(&self) -> Place;
    /// How many operations this run of the machine may take.
    fn steps_left(&self) -> u32;
}

/// Why a machine stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// It waits for the reply to this; see [`Machine::resume`].
    Call(Call),
    /// The task is done, with this.
    Return(Value),
    /// The task is done: a store failed, in this line, and nothing caught it.
    Raise { error: StoreError, line: u32 },
    /// The task is done: the strategy made a mistake.
    Fail(RuntimeError),
}

/// A running task: a function, a position in its code, its variables, and the
/// same for its callers. Small, and cheap to clone, compare and hash.
///
/// Two machines are equal when they will do the same from here on; how many
/// steps they took to get here is no part of that.
#[derive(Clone, Debug)]
pub struct Machine {
    frame: Frame,
    /// the outermost first
    callers: Vec<Frame>,
    /// each frame's slots, and what is being computed
    stack: Vec<Value>,
    /// raised in the line that `frame` stands in, at the next run
    raised: Option<StoreError>,
    steps: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Frame {
    function: FunctionId,
    /// the next operation
    at: u32,
    /// where its slots begin on the stack
    base: u32,
}

impl PartialEq for Machine {
    fn eq(&self, other: &Machine) -> bool {
        self.frame == other.frame
            && self.callers == other.callers
            && self.stack == other.stack
            && self.raised == other.raised
    }
}
impl Eq for Machine {}
impl Hash for Machine {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.frame.hash(state);
        self.callers.hash(state);
        self.stack.hash(state);
        self.raised.hash(state);
    }
}

/// Why the inner loop stopped.
enum Stop {
    Call(Call),
    Return(Value),
    Fail(String),
    /// an `except` that does not catch it passes it on
    Raise(StoreError, u32),
}

impl Machine {
    /// A task that will run `function`. Missing arguments are `None`, those too
    /// many are dropped.
    pub fn start(program: &Program, function: FunctionId, args: &[Value]) -> Machine {
        let definition = &program.functions[function.0 as usize];
        let arguments = usize::from(definition.arguments);
        let slots = usize::from(definition.slots);
        let mut stack = Vec::with_capacity(slots + 6);
        stack.extend(args.iter().take(arguments).cloned());
        stack.resize(arguments, Value::NONE);
        stack.resize(slots, EMPTY);
        Machine {
            frame: Frame { function, at: definition.entry, base: 0 },
            callers: Vec::new(),
            stack,
            raised: None,
            steps: 0,
        }
    }

    /// Runs until the next call, the end, or a mistake. After a [`Step::Call`]
    /// comes [`Machine::resume`], then the next `run`; after any other step the
    /// task is over.
    pub fn run(&mut self, program: &Program, parameters: &[Scalar], host: &mut impl Host) -> Step {
        if let Some(error) = self.raised.take() {
            let line = self.line(program);
            if !self.unwind(program, error, line) {
                return Step::Raise { error, line };
            }
        }
        loop {
            let stop = match self.execute(program, parameters, host) {
                Ok(stop) => stop,
                Err(message) => Stop::Fail(message),
            };
            match stop {
                Stop::Call(call) => return Step::Call(call),
                Stop::Return(value) => return Step::Return(value),
                Stop::Fail(message) => {
                    return Step::Fail(RuntimeError { line: self.line(program), message });
                }
                Stop::Raise(error, line) => {
                    if !self.unwind(program, error, line) {
                        return Step::Raise { error, line };
                    }
                }
            }
        }
    }

    /// Takes the reply to the last call; `run` goes on with it.
    pub fn resume(&mut self, reply: Result<Value, StoreError>) {
        match reply {
            Ok(value) => self.stack.push(value),
            Err(error) => self.raised = Some(error),
        }
    }

    /// The line of the call that it waits for.
    pub fn line(&self, program: &Program) -> u32 {
        let function = &program.functions[self.frame.function.0 as usize];
        if self.frame.at == function.entry {
            return function.line;
        }
        program.lines[self.frame.at as usize - 1]
    }

    /// The function that it is in, the innermost.
    pub fn function(&self) -> FunctionId {
        self.frame.function
    }

    /// That function's variables that have a value, in the order of their first
    /// use as Python counts it: arguments first.
    pub fn variables(&self, program: &Program) -> Vec<(Rc<str>, Value)> {
        let names = &program.functions[self.frame.function.0 as usize].variables;
        let slots = self.stack.iter().skip(self.frame.base as usize);
        names
            .iter()
            .zip(slots)
            .filter(|(_, value)| **value != EMPTY)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Operations run so far.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Goes to the innermost handler of an error; false where there is none.
    fn unwind(&mut self, program: &Program, error: StoreError, line: u32) -> bool {
        loop {
            let function = &program.functions[self.frame.function.0 as usize];
            let at = self.frame.at.wrapping_sub(1);
            let handler =
                function.handlers.iter().find(|handler| (handler.start..handler.end).contains(&at));
            if let Some(handler) = handler {
                let base = self.frame.base as usize;
                self.stack.truncate(base + usize::from(function.slots));
                self.stack[base + usize::from(handler.keep)..].fill(EMPTY);
                self.stack.push(Value::int(pack(error, line)));
                self.frame.at = handler.target;
                return true;
            }
            match self.callers.pop() {
                Some(caller) => {
                    self.stack.truncate(self.frame.base as usize);
                    self.frame = caller;
                }
                None => return false,
            }
        }
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().expect("every operation finds its operands")
    }

    fn pop_scalar(&mut self, what: &str) -> Result<Datum, String> {
        match self.pop() {
            Value::Datum(datum) => Ok(datum),
            other => Err(format!("{what} of {}: it takes plain values", call::kind(&other))),
        }
    }

    /// Operations, up to one that stops.
    fn execute(
        &mut self,
        program: &Program,
        parameters: &[Scalar],
        host: &mut impl Host,
    ) -> Result<Stop, String> {
        let code = program.code.as_slice();
        let mut budget = host.steps_left();
        let given = budget;
        let mut at = self.frame.at;
        let mut base = self.frame.base as usize;
        // leaves the inner loop, with what it kept in variables written back
        macro_rules! stop {
            ($stop:expr) => {{
                self.frame.at = at;
                self.steps = self.steps.saturating_add(given - budget);
                return $stop;
            }};
        }
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(message) => stop!(Err(message)),
                }
            };
        }
        loop {
            let op = code[at as usize];
            at += 1;
            if budget == 0 {
                stop!(Err("the task has used up its steps: a loop may never end, or too much \
                           work is done at once"
                    .into()));
            }
            budget -= 1;
            match op {
                Op::Constant(index) => self.stack.push(program.constants[index as usize].clone()),
                Op::Parameter(index) => {
                    let scalar = parameters.get(index as usize).copied().unwrap_or(Scalar::None);
                    self.stack.push(Datum::computed(scalar).into());
                }
                Op::Load(slot) => {
                    let value = &self.stack[base + slot as usize];
                    if let Value::Datum(Datum { origin: Origin(u32::MAX), .. }) = value {
                        let function = &program.functions[self.frame.function.0 as usize];
                        let name = function.variables.get(slot as usize).map_or("", |name| name);
                        stop!(Err(format!("`{name}` is used before it has a value")));
                    }
                    let value = value.clone();
                    self.stack.push(value);
                }
                Op::Assign(slot) => {
                    let value = self.pop();
                    self.stack[base + slot as usize] = value;
                }
                Op::Clear(slot) => self.stack[base + slot as usize] = EMPTY,
                Op::Pop => {
                    self.pop();
                }
                Op::Not => {
                    let value = !truthy(&self.pop(), host.names());
                    self.stack.push(Value::bool(value));
                }
                Op::Minus => {
                    let Datum { scalar, origin } = attempt!(self.pop_scalar("`-`"));
                    let scalar = attempt!(arith::negate(scalar));
                    self.stack.push(Datum { scalar, origin }.into());
                }
                Op::Plus => {
                    let Datum { scalar, origin } = attempt!(self.pop_scalar("`+`"));
                    let scalar = match scalar {
                        Scalar::Bool(value) => Scalar::Int(value.into()),
                        Scalar::Int(_) | Scalar::Float(_) => scalar,
                        other => {
                            stop!(Err(format!("`+` of {}: it takes a number", arith::kind(other))))
                        }
                    };
                    self.stack.push(Datum { scalar, origin }.into());
                }
                Op::Binary(operator) => {
                    let right = self.pop();
                    let left = self.pop();
                    let (Value::Datum(a), Value::Datum(b)) = (&left, &right) else {
                        stop!(Err(format!(
                            "`{}` of {} and {}: it takes plain values",
                            operator.sign(),
                            call::kind(&left),
                            call::kind(&right)
                        )));
                    };
                    let scalar =
                        attempt!(arith::binary(operator, a.scalar, b.scalar, host.names()));
                    self.stack.push(Datum { scalar, origin: a.origin.max(b.origin) }.into());
                }
                Op::Compare(comparison) => {
                    let right = self.pop();
                    let left = self.pop();
                    if let Value::List(list) = &right {
                        // looking through a list is work like that of a loop
                        budget = budget.saturating_sub(list.len() as u32);
                    }
                    let result = attempt!(compare(comparison, &left, &right, host.names()));
                    self.stack.push(Value::bool(result));
                }
                Op::Jump(target) => at = target,
                Op::JumpIfFalse(target) => {
                    if !truthy(&self.pop(), host.names()) {
                        at = target;
                    }
                }
                Op::JumpIfTrue(target) => {
                    if truthy(&self.pop(), host.names()) {
                        at = target;
                    }
                }
                Op::JumpIfNone(target) => {
                    if is_none(&self.pop()) {
                        at = target;
                    }
                }
                Op::JumpIfNotNone(target) => {
                    if !is_none(&self.pop()) {
                        at = target;
                    }
                }
                Op::KeepIfFalse(target) | Op::KeepIfTrue(target) => {
                    let wanted = matches!(op, Op::KeepIfTrue(_));
                    let top = self.stack.last().expect("every operation finds its operands");
                    if truthy(top, host.names()) == wanted {
                        at = target;
                    } else {
                        self.pop();
                    }
                }
                Op::List(length) => {
                    let from = self.stack.len() - length as usize;
                    let nested = self.stack[from..].iter().any(|v| matches!(v, Value::List(_)));
                    if nested {
                        stop!(Err("a list inside a list: keep it flat".into()));
                    }
                    let list: Rc<[Value]> = self.stack.drain(from..).collect();
                    self.stack.push(Value::List(list));
                }
                Op::Unpack(length) => {
                    let value = self.pop();
                    attempt!(self.unpack(&value, length as usize));
                }
                Op::Index => {
                    let index = self.pop();
                    let list = self.pop();
                    self.stack.push(attempt!(item_at(&list, &index)));
                }
                Op::Attribute(attribute) => {
                    let of = self.pop();
                    let value = attempt!(read_attribute(&of, attribute));
                    self.stack.push(value);
                }
                Op::Iterate(slot) => {
                    let list = self.pop();
                    if !matches!(list, Value::List(_)) {
                        stop!(Err(format!(
                            "`for` goes over a list or `range(n)`, and gets {}",
                            call::kind(&list)
                        )));
                    }
                    self.stack[base + slot as usize] = list;
                    self.stack[base + slot as usize + 1] = Value::int(0);
                }
                Op::Next { slot, exit } => {
                    let slot = base + slot as usize;
                    let position = as_int(&self.stack[slot + 1]);
                    let item = match &self.stack[slot] {
                        Value::List(list) => list.get(position as usize).cloned(),
                        _ => None,
                    };
                    match item {
                        Some(item) => {
                            self.stack[slot + 1] = Value::int(position + 1);
                            self.stack.push(item);
                        }
                        None => at = exit,
                    }
                }
                Op::Range { slot, given } => {
                    let [first, end, step] = attempt!(self.range(given));
                    let slot = base + slot as usize;
                    self.stack[slot] = Value::int(first);
                    self.stack[slot + 1] = Value::int(end);
                    self.stack[slot + 2] = Value::int(step);
                }
                Op::NextNumber { slot, exit } => {
                    let slot = base + slot as usize;
                    let next = as_int(&self.stack[slot]);
                    let end = as_int(&self.stack[slot + 1]);
                    let step = as_int(&self.stack[slot + 2]);
                    if if step > 0 { next < end } else { next > end } {
                        // beyond the last number there is also an end
                        let after = next.saturating_add(step);
                        self.stack[slot] = Value::int(after);
                        if after == i64::MAX || after == i64::MIN {
                            self.stack[slot + 1] = Value::int(after);
                        }
                        self.stack.push(Value::int(next));
                    } else {
                        at = exit;
                    }
                }
                Op::Native { native, given } => {
                    let from = self.stack.len() - given as usize;
                    let value = attempt!(native::run(native, &self.stack[from..], host));
                    self.stack.truncate(from);
                    self.stack.push(value);
                }
                // the two calls of every hit and miss, without the checks of the others
                Op::Store(op @ (StoreOp::CacheGet | StoreOp::DatabaseRead)) => {
                    let value = self.pop();
                    let key = attempt!(call::key(op.name(), &value));
                    stop!(Ok(Stop::Call(call::with_key(op, key))));
                }
                Op::Store(op) => {
                    let from = self.stack.len() - op.arguments().len();
                    let call = attempt!(call::store(op, &self.stack[from..]));
                    self.stack.truncate(from);
                    stop!(Ok(Stop::Call(call)));
                }
                Op::Queue { op, queue } => {
                    let from = self.stack.len() - op.arguments().len();
                    let call = attempt!(call::queue(op, queue, &self.stack[from..]));
                    self.stack.truncate(from);
                    stop!(Ok(Stop::Call(call)));
                }
                Op::Sleep => {
                    let value = self.pop();
                    let us = attempt!(call::seconds("sleep", "seconds", &value));
                    stop!(Ok(Stop::Call(Call::Sleep { us })));
                }
                Op::Lock => {
                    let value = self.pop();
                    let key = attempt!(call::key("lock", &value));
                    stop!(Ok(Stop::Call(Call::Lock(key))));
                }
                Op::Unlock(slot) => {
                    let key = attempt!(call::key("lock", &self.stack[base + slot as usize]));
                    stop!(Ok(Stop::Call(Call::Unlock(key))));
                }
                Op::Invoke { function, given } => {
                    let callee = &program.functions[function as usize];
                    let from = self.stack.len() - given as usize;
                    if callee.place.is_some_and(|place| place != host.place()) {
                        let args = self.stack.drain(from..).collect();
                        let function = FunctionId(function);
                        stop!(Ok(Stop::Call(Call::Invoke { function, args })));
                    }
                    if self.callers.len() >= DEEPEST_CALLS {
                        stop!(Err(format!(
                            "functions call one another more than {DEEPEST_CALLS} deep: does \
                             `{}` call itself for ever?",
                            callee.name
                        )));
                    }
                    self.frame.at = at;
                    self.callers.push(self.frame);
                    base = from;
                    at = callee.entry;
                    self.frame = Frame { function: FunctionId(function), at, base: base as u32 };
                    self.stack.resize(from + usize::from(callee.slots), EMPTY);
                }
                Op::Spawn { function, given } => {
                    let from = self.stack.len() - given as usize;
                    let args = self.stack.drain(from..).collect();
                    let function = FunctionId(function);
                    stop!(Ok(Stop::Call(Call::Spawn { function, args })));
                }
                Op::Return => {
                    let value = self.pop();
                    let Some(caller) = self.callers.pop() else {
                        stop!(Ok(Stop::Return(value)));
                    };
                    self.stack.truncate(base);
                    self.stack.push(value);
                    self.frame = caller;
                    at = caller.at;
                    base = caller.base as usize;
                }
                Op::Catches { slot, errors } => {
                    let (error, _) = unpack_error(as_int(&self.stack[base + slot as usize]));
                    self.stack.push(Value::bool(ErrorClass::caught(errors, error)));
                }
                Op::Reraise(slot) => {
                    let (error, line) = unpack_error(as_int(&self.stack[base + slot as usize]));
                    stop!(Ok(Stop::Raise(error, line)));
                }
            }
        }
    }

    /// Puts a list's values on the stack, the first on top.
    fn unpack(&mut self, value: &Value, length: usize) -> Result<(), String> {
        match value {
            Value::List(list) if list.len() == length => {
                self.stack.extend(list.iter().rev().cloned());
                Ok(())
            }
            Value::List(list) => {
                Err(format!("{length} names in front of `=`, and {} values behind it", list.len()))
            }
            other => {
                Err(format!("{length} names in front of `=`, and {} behind it", call::kind(other)))
            }
        }
    }

    /// The start, the end and the step of `range`.
    fn range(&mut self, given: u8) -> Result<[i64; 3], String> {
        let mut numbers = [0; 3];
        for number in numbers[..usize::from(given)].iter_mut().rev() {
            *number = match self.pop() {
                Value::Datum(Datum { scalar: Scalar::Int(value), .. }) => value,
                Value::Datum(Datum { scalar: Scalar::Bool(value), .. }) => value.into(),
                other => {
                    return Err(format!(
                        "`range` takes whole numbers, and gets {}",
                        call::kind(&other)
                    ));
                }
            };
        }
        match given {
            1 => Ok([0, numbers[0], 1]),
            2 => Ok([numbers[0], numbers[1], 1]),
            _ if numbers[2] == 0 => Err("the step of `range` is 0".into()),
            _ => Ok(numbers),
        }
    }
}

fn is_none(value: &Value) -> bool {
    matches!(value, Value::Datum(Datum { scalar: Scalar::None, .. }))
}

fn truthy(value: &Value, names: &Names) -> bool {
    match value {
        Value::Datum(datum) => arith::truthy(datum.scalar, names),
        Value::List(list) => !list.is_empty(),
        Value::Record(_) => true,
    }
}

/// What the compiler's own slots hold.
fn as_int(value: &Value) -> i64 {
    match value {
        Value::Datum(Datum { scalar: Scalar::Int(value), .. }) => *value,
        other => unreachable!("{other:?} in a slot of the compiler"),
    }
}

fn compare(
    comparison: Comparison,
    left: &Value,
    right: &Value,
    names: &Names,
) -> Result<bool, String> {
    match comparison {
        Comparison::Is => Ok(is_none(left)),
        Comparison::IsNot => Ok(!is_none(left)),
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|equal| !equal),
        Comparison::In => contains(right, left, names),
        Comparison::NotIn => contains(right, left, names).map(|contains| !contains),
        _ => match (left, right) {
            (Value::Datum(a), Value::Datum(b)) => {
                arith::compare(comparison, a.scalar, b.scalar, names)
            }
            _ => Err(format!(
                "comparing {} with {}: compare their values",
                call::kind(left),
                call::kind(right)
            )),
        },
    }
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Datum(a), Value::Datum(b)) => Ok(arith::equal(a.scalar, b.scalar)),
        (Value::Datum(_), _) | (_, Value::Datum(_)) => Ok(false),
        (Value::List(_), Value::List(_)) => {
            Err("`==` of two lists: compare their `len()` or their items".into())
        }
        _ => Err(format!(
            "`==` of {} and {}: compare their `.value` or `.version`",
            call::kind(left),
            call::kind(right)
        )),
    }
}

fn contains(all: &Value, one: &Value, names: &Names) -> Result<bool, String> {
    match (all, one) {
        (Value::List(list), one) => {
            for item in list.iter() {
                if equal(item, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (
            Value::Datum(Datum { scalar: Scalar::Text(all), .. }),
            Value::Datum(Datum { scalar: Scalar::Text(one), .. }),
        ) => Ok(names.text(*all).contains(names.text(*one).as_ref())),
        _ => Err(format!(
            "`in` looks for a value in a list or for a text in a text; this is {} in {}",
            call::kind(one),
            call::kind(all)
        )),
    }
}

fn item_at(list: &Value, index: &Value) -> Result<Value, String> {
    let Value::List(list) = list else {
        return Err(format!("`[…]` of {}: only lists have positions", call::kind(list)));
    };
    let index = match index {
        Value::Datum(Datum { scalar: Scalar::Int(index), .. }) => *index,
        Value::Datum(Datum { scalar: Scalar::Bool(index), .. }) => i64::from(*index),
        other => {
            return Err(format!("a position is a whole number, and this is {}", call::kind(other)));
        }
    };
    // -1 is the last one
    let from_start = if index < 0 { index.saturating_add(list.len() as i64) } else { index };
    usize::try_from(from_start)
        .ok()
        .and_then(|at| list.get(at))
        .cloned()
        .ok_or_else(|| format!("position {index} of a list of {}: check `len()`", list.len()))
}

fn read_attribute(of: &Value, attribute: Attribute) -> Result<Value, String> {
    let missing = |has: &str| Err(format!("{} has {has} only", call::kind(of)));
    let Value::Record(record) = of else {
        if is_none(of) {
            return Err("None has no attributes: check `is not None` first".into());
        }
        return Err(format!("{} has no attributes: entries, rows and items have", call::kind(of)));
    };
    let scalar = match (record.as_ref(), attribute) {
        (Record::Entry { value, .. }, Attribute::Value)
        | (Record::Row { value, .. }, Attribute::Value)
        | (Record::Item { value, .. }, Attribute::Value) => return Ok((*value).into()),
        (Record::Entry { age_us, .. }, Attribute::Age) => arith::float(time::to_seconds(*age_us)),
        (Record::Entry { ttl_us, .. }, Attribute::Ttl) => {
            ttl_us.map_or(Scalar::None, |us| arith::float(time::to_seconds(us)))
        }
        (Record::Entry { fresh, .. }, Attribute::Fresh) => Scalar::Bool(*fresh),
        (Record::Entry { version, .. }, Attribute::Version)
        | (Record::Item { version, .. }, Attribute::Version) => {
            version.map_or(Scalar::None, Scalar::Int)
        }
        (Record::Row { version, .. }, Attribute::Version) => Scalar::Int(*version),
        (Record::Item { key, .. }, Attribute::Key) => Scalar::Text(*key),
        (Record::Item { attempts, .. }, Attribute::Attempts) => Scalar::Int((*attempts).into()),
        (Record::Item { add, .. }, Attribute::Add) => Scalar::Bool(*add),
        (Record::Entry { .. }, _) => return missing(".value .age .ttl .fresh .version"),
        (Record::Row { .. }, _) => return missing(".value .version"),
        (Record::Item { .. }, _) => return missing(".key .value .attempts .version .add"),
    };
    Ok(Datum::computed(scalar).into())
}

const SOURCES: [ErrorSource; 5] = [
    ErrorSource::Cache,
    ErrorSource::Database,
    ErrorSource::Replica,
    ErrorSource::Queue,
    ErrorSource::Process,
];

const REASONS: [Reason; 8] = [
    Reason::Refused,
    Reason::Reset,
    Reason::Timeout,
    Reason::Injected,
    Reason::OutOfMemory,
    Reason::NotANumber,
    Reason::Constraint,
    Reason::Uncaught,
];

/// A caught error and its line as one number, which is what a slot can hold.
fn pack(error: StoreError, line: u32) -> i64 {
    i64::from(line) << 16 | (error.source as i64) << 8 | error.reason as i64
}

fn unpack_error(packed: i64) -> (StoreError, u32) {
    let error = StoreError {
        source: SOURCES[(packed >> 8 & 0xff) as usize],
        reason: REASONS[(packed & 0xff) as usize],
    };
    (error, (packed >> 16) as u32)
}
