//! The inner loop: executes operations up to one that stops.

use std::sync::Arc;

use super::operators::{
    as_int, compare, dictionary, is_none, item_at, items, join, of_lists, read_attribute, slice,
    truthy,
};
use super::{CallFrame, DEEPEST_CALLS, EMPTY, Host, Machine, Stopped, arith, method, native};
use crate::strategy::argument;
use crate::strategy::call::{CacheCall, Call, DatabaseCall, FunctionId, Prepared, StoreError};
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::ops::Op;
use crate::strategy::program::Program;
use crate::strategy::value::{Datum, Origin, Scalar, Symbol, Value};
use crate::vocabulary::command::{CacheCommand, DatabaseCommand, StoreCommand};
use crate::vocabulary::{CacheId, ErrorClass, Raised, Reason};

/// The most concurrent calls of one task.
const MOST_GATHERED: usize = 1_000;

impl Machine {
    #[inline(always)]
    fn pop(&mut self) -> Value {
        self.stack.pop().expect("every operation finds its operands")
    }

    fn pop_scalar(&mut self, what: &str) -> Result<Datum, Mistake> {
        match self.pop() {
            Value::Datum(datum) => Ok(datum),
            other => Err(Mistake::of_type(format!(
                "{what} of {}: it takes plain values",
                argument::kind(&other)
            ))),
        }
    }

    /// Executes operations up to one that stops.
    pub(super) fn execute(
        &mut self,
        program: &Program,
        parameters: &[Scalar],
        host: &mut impl Host,
    ) -> Stopped {
        let code = program.code.as_slice();
        let mut budget = host.steps_left();
        let given = budget;
        let mut at = self.frame.at;
        let mut base = self.frame.base as usize;
        // leaves the inner loop, with what it kept in variables written back
        macro_rules! stop {
            ($step:expr) => {{
                self.frame.at = at;
                self.steps = self.steps.saturating_add(given - budget);
                return $step;
            }};
        }
        macro_rules! fail {
            ($mistake:expr) => {{
                self.frame.at = at;
                self.steps = self.steps.saturating_add(given - budget);
                return self.fail(program, $mistake);
            }};
        }
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(mistake) => fail!(mistake),
                }
            };
        }
        loop {
            let op = code[at as usize];
            at += 1;
            if budget == 0 {
                fail!(Mistake::of_bound(
                    "the task has used up its steps: a loop may never end, or too much \
                     work is done at once"
                ));
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
                        fail!(Mistake::new(
                            MistakeKind::Unbound,
                            format!("`{name}` is used before it has a value")
                        ));
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
                    let datum = attempt!(self.pop_scalar("`-`"));
                    let scalar = attempt!(arith::negate(datum.scalar));
                    let (_, lineage) = host.names_mut().unite(datum, Datum::NONE);
                    self.stack.push(Datum { scalar, lineage, ..datum }.into());
                }
                Op::Plus => {
                    let datum = attempt!(self.pop_scalar("`+`"));
                    let Datum { scalar, .. } = datum;
                    let scalar = match scalar {
                        Scalar::Bool(value) => Scalar::Int(value.into()),
                        Scalar::Int(_) | Scalar::Float(_) => scalar,
                        other => {
                            let message =
                                format!("`+` of {}: it takes a number", arith::kind(other));
                            fail!(Mistake::of_type(message))
                        }
                    };
                    self.stack.push(Datum { scalar, ..datum }.into());
                }
                Op::Binary(operator) => {
                    if let [.., Value::Datum(a), Value::Datum(b)] = self.stack.as_mut_slice()
                        && let Some(sum) = arith::quick(operator, a.scalar, b.scalar)
                    {
                        let (origin, lineage) = host.names_mut().unite(*a, *b);
                        *a = Datum { scalar: Scalar::Int(sum), origin, lineage };
                        self.pop();
                        continue;
                    }
                    let right = self.pop();
                    let left = self.pop();
                    let (Value::Datum(a), Value::Datum(b)) = (&left, &right) else {
                        if let Some(result) = of_lists(operator, &left, &right, host.names_mut()) {
                            let made = attempt!(result);
                            // making a list is work like that of a loop
                            let length = made.items().map_or(0, |items| items.len());
                            budget = budget.saturating_sub(length as u32);
                            self.stack.push(made);
                            continue;
                        }
                        fail!(Mistake::of_type(format!(
                            "`{}` of {} and {}: it takes plain values",
                            operator.sign(),
                            argument::kind(&left),
                            argument::kind(&right)
                        )));
                    };
                    let scalar =
                        attempt!(arith::binary(operator, a.scalar, b.scalar, host.names_mut()));
                    let (origin, lineage) = host.names_mut().unite(*a, *b);
                    self.stack.push(Datum { scalar, origin, lineage }.into());
                }
                Op::Compare(comparison) => {
                    let right = self.pop();
                    let left = self.pop();
                    if let Some(list) = right.items() {
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
                Op::List(length) | Op::Tuple(length) => {
                    let from = self.stack.len() - length as usize;
                    let nested = self.stack[from..].iter().any(|value| value.items().is_some());
                    if nested {
                        fail!(Mistake::of_bound("a list inside a list: keep it flat"));
                    }
                    let list: Arc<[Value]> = self.stack.drain(from..).collect();
                    self.stack.push(match op {
                        Op::Tuple(_) => Value::Tuple(list),
                        _ => Value::List(list),
                    });
                }
                Op::Unpack(length) => {
                    let value = self.pop();
                    attempt!(self.unpack(&value, length as usize));
                }
                Op::Index => {
                    let index = self.pop();
                    let of = self.pop();
                    self.stack.push(attempt!(item_at(&of, &index, host.names_mut())));
                }
                Op::Slice => {
                    let from = self.stack.len() - 3;
                    let bounds: Vec<Value> = self.stack.drain(from..).collect();
                    let of = self.pop();
                    self.stack.push(attempt!(slice(&of, &bounds, host.names_mut())));
                }
                Op::Dictionary(length) => {
                    let from = self.stack.len() - 2 * length as usize;
                    let made = attempt!(dictionary(&self.stack[from..], host.names_mut()));
                    self.stack.truncate(from);
                    self.stack.push(made);
                }
                Op::Join(length) => {
                    let from = self.stack.len() - length as usize;
                    let joined = attempt!(join(&self.stack[from..], host.names_mut()));
                    self.stack.truncate(from);
                    self.stack.push(joined);
                }
                Op::Attribute(attribute) => {
                    let of = self.pop();
                    let value = attempt!(read_attribute(&of, attribute));
                    self.stack.push(value);
                }
                Op::Iterate(slot) => {
                    let of = self.pop();
                    let list = attempt!(items(of, host.names_mut()));
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
                Op::Method { method, given } => {
                    let from = self.stack.len() - given as usize;
                    let value =
                        attempt!(method::call(method, &self.stack[from..], host.names_mut()));
                    self.stack.truncate(from);
                    self.stack.push(value);
                }
                // the two calls of every hit and miss, without the checks of the others
                Op::Store { command: command @ StoreCommand::Cache(CacheCommand::Get), nth } => {
                    let value = self.pop();
                    let key = attempt!(argument::key(command.call(), &value));
                    let cache = CacheId(nth as u8);
                    stop!(Stopped::Call(Call::Cache(cache, CacheCall::Get { key })));
                }
                Op::Store {
                    command: command @ StoreCommand::Database(DatabaseCommand::Read),
                    ..
                } => {
                    let value = self.pop();
                    let key = attempt!(argument::key(command.call(), &value));
                    stop!(Stopped::Call(Call::Database(DatabaseCall::Read { key })));
                }
                Op::Store { command, nth } => {
                    let from = self.stack.len() - command.arguments().len();
                    let call = Call::read(command, nth, &self.stack[from..]);
                    let call = attempt!(call);
                    self.stack.truncate(from);
                    stop!(Stopped::Call(call));
                }
                Op::Publish(channel) => {
                    let value = self.pop();
                    stop!(Stopped::Call(Call::Publish { channel, value }));
                }
                Op::Sleep => {
                    let value = self.pop();
                    let us = attempt!(argument::seconds("sleep", "seconds", &value));
                    stop!(Stopped::Call(Call::Sleep { us }));
                }
                Op::Lock => {
                    let wait = self.pop();
                    let wait_us = match is_none(&wait) {
                        true => None,
                        false => Some(attempt!(argument::seconds("lock", "wait", &wait))),
                    };
                    let value = self.pop();
                    let key = attempt!(argument::key("lock", &value));
                    stop!(Stopped::Call(Call::Lock { key, wait_us }));
                }
                Op::Unlock(slot) => {
                    let key = attempt!(argument::key("lock", &self.stack[base + slot as usize]));
                    stop!(Stopped::Call(Call::Unlock(key)));
                }
                Op::SingleFlight { function, given } => {
                    let from = self.stack.len() - given as usize;
                    let mut args: Box<[Value]> = self.stack.drain(from..).collect();
                    let value = self.pop();
                    let key = attempt!(argument::key("single_flight", &value));
                    if given == 0 && program.functions[function as usize].arguments == 1 {
                        args = [value].into();
                    }
                    let function = FunctionId(function);
                    stop!(Stopped::Call(Call::SingleFlight { key, function, args }));
                }
                Op::Prepare { function, given } => {
                    let from = self.stack.len() - given as usize;
                    let function = Value::int(function.into());
                    let call: Arc<[Value]> =
                        [function].into_iter().chain(self.stack.drain(from..)).collect();
                    self.stack.push(Value::List(call));
                }
                Op::Collect(slot) => {
                    let item = self.pop();
                    let list = &mut self.stack[base + slot as usize];
                    let others = list.items().map_or(&[][..], |items| items);
                    if others.len() == MOST_GATHERED {
                        fail!(Mistake::of_bound(format!(
                            "more than {MOST_GATHERED} calls in one `gather`"
                        )));
                    }
                    *list = Value::List(others.iter().cloned().chain([item]).collect());
                }
                Op::Gather => {
                    let list = self.pop();
                    let calls = list.items().into_iter().flat_map(|calls| calls.iter());
                    let calls: Arc<[Prepared]> = calls.filter_map(prepared).collect();
                    if calls.is_empty() {
                        self.stack.push(Value::List([].into()));
                    } else {
                        stop!(Stopped::Call(Call::Gather(calls)));
                    }
                }
                Op::ForgetFlight => {
                    let value = self.pop();
                    let key = attempt!(argument::key("forget_flight", &value));
                    stop!(Stopped::Call(Call::ForgetFlight(key)));
                }
                Op::Invoke { function, given } => {
                    let callee = &program.functions[function as usize];
                    let from = self.stack.len() - given as usize;
                    if callee.place.is_some_and(|place| place != host.place()) {
                        let args = self.stack.drain(from..).collect();
                        let function = FunctionId(function);
                        stop!(Stopped::Call(Call::Invoke { function, args }));
                    }
                    if self.callers.len() >= DEEPEST_CALLS {
                        let message = format!(
                            "functions call one another more than {DEEPEST_CALLS} deep: does \
                             `{}` call itself for ever?",
                            callee.name
                        );
                        fail!(Mistake::new(MistakeKind::Recursion, message));
                    }
                    self.frame.at = at;
                    self.callers.push(self.frame);
                    base = from;
                    at = callee.entry;
                    self.frame =
                        CallFrame { function: FunctionId(function), at, base: base as u32 };
                    self.stack.resize(from + usize::from(callee.slots), EMPTY);
                }
                Op::Spawn { function, given } => {
                    let from = self.stack.len() - given as usize;
                    let args = self.stack.drain(from..).collect();
                    let function = FunctionId(function);
                    stop!(Stopped::Call(Call::Spawn { function, args }));
                }
                Op::Return => {
                    let value = self.pop();
                    let Some(caller) = self.callers.pop() else {
                        stop!(Stopped::Return(value));
                    };
                    self.stack.truncate(base);
                    self.stack.push(value);
                    self.frame = caller;
                    at = caller.at;
                    base = caller.base as usize;
                }
                Op::Catches { slot, errors } => {
                    let (error, _) = StoreError::unpack(as_int(&self.stack[base + slot as usize]));
                    let caught = match error.raised {
                        None => ErrorClass::caught(errors, error),
                        Some(raised) => program
                            .errors
                            .iter()
                            .any(|it| it.in_run == raised.class() && it.classes & errors != 0),
                    };
                    self.stack.push(Value::bool(caught));
                }
                Op::ErrorText(slot) => {
                    let (error, _) = StoreError::unpack(as_int(&self.stack[base + slot as usize]));
                    let text = match error.raised {
                        Some(raised) => Scalar::Text(Symbol(raised.text())),
                        None => {
                            let words = format!("{}: {}", error.source, error.reason);
                            attempt!(arith::text(&words, host.names_mut()))
                        }
                    };
                    self.stack.push(Datum::computed(text).into());
                }
                Op::JumpIfSet { slot, target } => {
                    if self.stack[base + slot as usize] != EMPTY {
                        at = target;
                    }
                }
                Op::Raise(_) | Op::Reraise(_) => {
                    self.frame.at = at;
                    let (error, line) = match op {
                        Op::Reraise(slot) => {
                            StoreError::unpack(as_int(&self.stack[base + slot as usize]))
                        }
                        _ => {
                            let text = self.pop();
                            (raised(program, op, &text), self.line(program))
                        }
                    };
                    if !self.unwind(program, error, line) {
                        stop!(Stopped::Raise { error, line });
                    }
                    at = self.frame.at;
                    base = self.frame.base as usize;
                }
            }
        }
    }

    /// Puts a list's values on the stack, the first on top.
    fn unpack(&mut self, value: &Value, length: usize) -> Result<(), Mistake> {
        match value {
            Value::List(list) | Value::Tuple(list) if list.len() == length => {
                self.stack.extend(list.iter().rev().cloned());
                Ok(())
            }
            Value::List(list) | Value::Tuple(list) => Err(Mistake::of_value(format!(
                "{length} names in front of `=`, and {} values behind it",
                list.len()
            ))),
            other => Err(Mistake::of_value(format!(
                "{length} names in front of `=`, and {} behind it",
                argument::kind(other)
            ))),
        }
    }

    /// The start, the end and the step of `range`.
    fn range(&mut self, given: u8) -> Result<[i64; 3], Mistake> {
        let mut numbers = [0; 3];
        for number in numbers[..usize::from(given)].iter_mut().rev() {
            *number = match self.pop() {
                Value::Datum(Datum { scalar: Scalar::Int(value), .. }) => value,
                Value::Datum(Datum { scalar: Scalar::Bool(value), .. }) => value.into(),
                other => {
                    return Err(Mistake::of_type(format!(
                        "`range` takes whole numbers, and gets {}",
                        argument::kind(&other)
                    )));
                }
            };
        }
        match given {
            1 => Ok([0, numbers[0], 1]),
            2 => Ok([numbers[0], numbers[1], 1]),
            _ if numbers[2] == 0 => Err(Mistake::of_value("the step of `range` is 0")),
            _ => Ok(numbers),
        }
    }
}

/// The error that an operation raises.
fn raised(program: &Program, op: Op, text: &Value) -> StoreError {
    let Op::Raise(class) = op else { unreachable!("{op:?} raises nothing") };
    let class = &program.errors[usize::from(class)];
    let text = match text {
        Value::Datum(Datum { scalar: Scalar::Text(Symbol(text)), .. }) => *text,
        other => unreachable!("`str` stands in front of it, and gives no {other:?}"),
    };
    StoreError {
        raised: Raised::new(class.in_run, text),
        ..StoreError::new(class.source(), Reason::Raised)
    }
}

/// A call that [`Op::Prepare`] has made.
fn prepared(call: &Value) -> Option<Prepared> {
    let (function, args) = call.items()?.split_first()?;
    Some(Prepared { function: FunctionId(as_int(function) as u16), args: args.into() })
}
