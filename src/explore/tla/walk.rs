//! Walks through a program from each call to the next ones.
//!
//! The walker does what the [`Machine`](crate::strategy::Machine) does, with expressions in place
//! of values. If a branch depends on an unknown value, it takes both.

use std::collections::{BTreeMap, BTreeSet};

use super::TlaError;
use super::need::Need;
use super::text::{self, identifier};
use crate::strategy::ops::Op;
use crate::strategy::program::{Function, Program};
use crate::strategy::value::{Datum, Names, Real, Scalar, Value};
use crate::vocabulary::command::{CacheCommand, DatabaseCommand, StoreCommand};
use crate::vocabulary::{Attribute, ErrorClass, Native};
use crate::world::Setup;

/// What a task does up to its next call, or to its end.
#[derive(Clone, PartialEq, Debug)]
pub enum Tree {
    If(String, Box<Tree>, Box<Tree>),
    /// It stops before a call: a label, and its variables with their values.
    Call(usize, Vec<(String, String)>),
    Return(String),
    /// The strategy makes a mistake.
    Mistake,
    /// It raises the error that a value holds.
    Raise(String),
}

/// What is called at a stop.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Called {
    Store { command: StoreCommand, nth: u16 },
    Publish(u16),
    Sleep,
    Lock,
    Unlock,
    Spawn(u16),
}

/// A place in a program before a call.
#[derive(Clone, Debug)]
pub struct Label {
    pub name: String,
    pub called: Called,
    /// The number of arguments: `arg1`, `arg2` and so on.
    pub arguments: usize,
    pub line: u32,
    pub(super) frames: Vec<Frame>,
    /// The name of each place on the stack.
    pub(super) layout: Vec<String>,
    /// Places that may have no value.
    pub(super) unset: BTreeSet<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Frame {
    pub(super) function: u16,
    pub(super) at: u32,
    pub(super) base: usize,
}

/// A known value, or the expression that computes one.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Known {
    Is(Scalar),
    /// A truth value, as a formula.
    If(String),
    By(String),
    Unset,
}

#[derive(Clone)]
pub(super) struct At {
    pub(super) frames: Vec<Frame>,
    pub(super) stack: Vec<Known>,
}

/// All labels of one program.
pub struct Walk<'a> {
    pub strategy: usize,
    pub program: &'a Program,
    parameters: &'a [Scalar],
    pub(super) names: &'a Names,
    /// The position of the app servers' own cache.
    pub local: Option<u16>,
    /// The prefix of each label's name.
    pub(super) prefix: String,
    pub labels: Vec<Label>,
    pub(super) known: BTreeMap<Vec<Frame>, usize>,
    /// Variables that may have no value at the call from which the walk continues.
    pub(super) unset: BTreeSet<String>,
    /// Whether a call turned out to be reached with fewer values than assumed when the walk
    /// continued from it: then the whole walk is repeated.
    pub again: bool,
    /// Instructions since the last call, over all branches.
    steps: u32,
}

/// The most instructions between two calls.
const MOST_STEPS: u32 = 20_000;

impl<'a> Walk<'a> {
    pub fn new(
        strategy: usize,
        program: &'a Program,
        parameters: &'a [Scalar],
        setup: &'a Setup,
        prefix: String,
    ) -> Walk<'a> {
        let (labels, known) = (Vec::new(), BTreeMap::new());
        let (names, local) = (&setup.names, setup.local.map(|cache| u16::from(cache.0)));
        let unset = BTreeSet::new();
        let (again, steps) = (false, 0);
        Walk {
            strategy,
            program,
            parameters,
            names,
            local,
            prefix,
            labels,
            known,
            unset,
            again,
            steps,
        }
    }

    /// The name of a function, unique among all programs.
    pub fn called(&self, function: u16) -> String {
        format!(
            "{}{}",
            self.prefix,
            identifier(&self.program.functions[usize::from(function)].name)
        )
    }

    /// What a function does when it begins with these arguments.
    pub fn enter(&mut self, function: u16, arguments: &[String]) -> Result<Tree, TlaError> {
        self.steps = 0;
        self.unset.clear();
        let definition = &self.program.functions[usize::from(function)];
        let mut stack: Vec<Known> = arguments.iter().cloned().map(Known::By).collect();
        stack.truncate(usize::from(definition.arguments));
        stack.resize(usize::from(definition.slots), Known::Unset);
        let frames = vec![Frame { function, at: definition.entry, base: 0 }];
        self.run(At { frames, stack })
    }

    /// What follows a call: after a reply, and after an error.
    pub fn after(&mut self, label: usize) -> Result<(Tree, Option<Tree>), TlaError> {
        self.steps = 0;
        let Label { frames, layout, unset, called, line, .. } = self.labels[label].clone();
        self.unset = unset.iter().map(|at| format!("l.{}", layout[*at])).collect();
        let stack: Vec<Known> = layout.iter().map(|name| Known::By(format!("l.{name}"))).collect();
        let is_answered = matches!(called, Called::Store { .. } | Called::Publish(_));
        let mut replied = At { frames, stack };
        let failed = replied.clone();
        replied.stack.push(match is_answered {
            true => Known::By("r.v".to_owned()),
            false => Known::Is(Scalar::None),
        });
        let replied = self.run(replied)?;
        let error = format!("Error(r.v, {line})");
        let failed = is_answered.then(|| self.raise(failed, &error)).transpose()?;
        Ok((replied, failed))
    }

    fn function(&self, at: &At) -> &'a Function {
        let frame = at.frames.last().map_or(0, |frame| frame.function);
        &self.program.functions[usize::from(frame)]
    }

    pub(super) fn refuse<T>(&self, line: u32, what: impl Into<String>) -> Result<T, TlaError> {
        Err(TlaError::Program { strategy: self.strategy + 1, line, what: what.into() })
    }

    /// Goes to the handler of an error.
    fn raise(&mut self, mut at: At, error: &str) -> Result<Tree, TlaError> {
        while let Some(frame) = at.frames.last().copied() {
            let function = self.function(&at);
            let before = frame.at.wrapping_sub(1);
            let handler =
                function.handlers.iter().find(|each| (each.start..each.end).contains(&before));
            if let Some(handler) = handler {
                at.stack.truncate(frame.base + usize::from(function.slots));
                at.stack[frame.base + usize::from(handler.keep)..].fill(Known::Unset);
                at.stack.push(Known::By(error.to_owned()));
                if let Some(frame) = at.frames.last_mut() {
                    frame.at = handler.target;
                }
                return self.run(at);
            }
            at.stack.truncate(frame.base);
            at.frames.pop();
        }
        Ok(Tree::Raise(error.to_owned()))
    }

    /// Takes both branches.
    fn fork(&mut self, on: Known, target: u32, jumps: bool, mut at: At) -> Result<Tree, TlaError> {
        let jump = |at: &mut At| {
            if let Some(frame) = at.frames.last_mut() {
                frame.at = target;
            }
        };
        let formula = match self.truth(on) {
            Ok(is_true) => {
                if is_true == jumps {
                    jump(&mut at);
                }
                return self.run(at);
            }
            Err(formula) => formula,
        };
        let mut other = at.clone();
        jump(&mut other);
        let (yes, no) = if jumps { (other, at) } else { (at, other) };
        let (yes, no) = (self.run(yes)?, self.run(no)?);
        Ok(if yes == no { yes } else { Tree::If(formula, Box::new(yes), Box::new(no)) })
    }

    /// Whether a value is true, or the formula for it.
    fn truth(&self, value: Known) -> Result<bool, String> {
        match value {
            Known::Is(scalar) => Ok(match scalar {
                Scalar::None => false,
                Scalar::Bool(value) => value,
                Scalar::Int(value) => value != 0,
                Scalar::Float(Real(value)) => value != 0.0,
                Scalar::Text(text) | Scalar::Dictionary(text) => !self.names.text(text).is_empty(),
            }),
            Known::If(formula) => Err(formula),
            Known::By(expression) => Err(format!("Truth({expression})")),
            Known::Unset => Ok(false),
        }
    }

    /// A value as an expression.
    pub(super) fn expression(&self, value: &Known) -> Result<String, TlaError> {
        Ok(match value {
            Known::Is(Scalar::None) => "None".to_owned(),
            // a time: in thousandths
            Known::Is(Scalar::Float(Real(value))) => {
                format!("<<\"float\", {}, 0, 0, {{}}>>", libm::round(value * 1_000.0) as i32)
            }
            Known::Is(scalar) => text::value(*scalar, 0, self.names)?,
            Known::If(formula) => format!("Bool({formula})"),
            Known::By(expression) => expression.clone(),
            Known::Unset => "Unset".to_owned(),
        })
    }

    /// What happens up to the next call, with the conditions under which it does.
    pub(super) fn run(&mut self, at: At) -> Result<Tree, TlaError> {
        let mut needs = Vec::new();
        let tree = self.go_on(at, &mut needs)?;
        Ok(needs
            .into_iter()
            .rev()
            .fold(tree, |tree, need| Tree::If(need, Box::new(tree), Box::new(Tree::Mistake))))
    }

    fn go_on(&mut self, mut at: At, needs: &mut Vec<String>) -> Result<Tree, TlaError> {
        loop {
            let Some(frame) = at.frames.last_mut() else { return Ok(Tree::Return("None".into())) };
            let (op, base) = (self.program.code[frame.at as usize], frame.base);
            let line = self.program.lines[frame.at as usize];
            frame.at += 1;
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return self.refuse(line, "a loop without a call, or one of too many turns,");
            }
            macro_rules! pop {
                () => {
                    at.stack.pop().unwrap_or(Known::Unset)
                };
            }
            macro_rules! need {
                ($need:expr) => {
                    match $need {
                        Need::Met => {}
                        Need::Unmet => return Ok(Tree::Mistake),
                        Need::If(formula) if needs.contains(&formula) => {}
                        Need::If(formula) => needs.push(formula),
                    }
                };
            }
            match op {
                Op::Constant(index) => {
                    at.stack.push(match &self.program.constants[usize::from(index)] {
                        Value::Datum(Datum { scalar, .. }) => Known::Is(*scalar),
                        _ => return self.refuse(line, "a constant list"),
                    })
                }
                Op::Parameter(index) => {
                    let value = self.parameters.get(usize::from(index)).copied();
                    at.stack.push(Known::Is(value.unwrap_or(Scalar::None)));
                }
                Op::Load(slot) => {
                    let value = at.stack[base + usize::from(slot)].clone();
                    need!(self.needs_value(&value));
                    at.stack.push(value);
                }
                Op::Assign(slot) => at.stack[base + usize::from(slot)] = pop!(),
                Op::Clear(slot) => at.stack[base + usize::from(slot)] = Known::Unset,
                Op::Pop => drop(pop!()),
                Op::Not => {
                    let value = pop!();
                    at.stack.push(match self.truth(value) {
                        Ok(value) => Known::Is(Scalar::Bool(!value)),
                        Err(formula) => Known::If(format!("~({formula})")),
                    });
                }
                Op::Jump(target) => frame.at = target,
                Op::JumpIfFalse(target) => {
                    let value = pop!();
                    return self.fork(value, target, false, at);
                }
                Op::JumpIfTrue(target) => {
                    let value = pop!();
                    return self.fork(value, target, true, at);
                }
                Op::JumpIfNone(target) | Op::JumpIfNotNone(target) => {
                    let value = self.is_none(pop!());
                    return self.fork(value, target, matches!(op, Op::JumpIfNone(_)), at);
                }
                Op::KeepIfFalse(target) | Op::KeepIfTrue(target) => {
                    let wanted = matches!(op, Op::KeepIfTrue(_));
                    let top = at.stack.last().cloned().unwrap_or(Known::Unset);
                    match self.truth(top) {
                        Ok(is_true) if is_true == wanted => frame.at = target,
                        Ok(_) => drop(pop!()),
                        Err(formula) => {
                            let mut kept = at.clone();
                            if let Some(frame) = kept.frames.last_mut() {
                                frame.at = target;
                            }
                            at.stack.pop();
                            let (kept, on) = (self.run(kept)?, self.run(at)?);
                            let (yes, no) = if wanted { (kept, on) } else { (on, kept) };
                            return Ok(Tree::If(formula, Box::new(yes), Box::new(no)));
                        }
                    }
                }
                Op::JumpIfSet { slot, target } => {
                    match at.stack[base + usize::from(slot)].clone() {
                        Known::Unset => {}
                        Known::By(value) => {
                            let formula = Known::If(format!("{value}[1] # \"unset\""));
                            return self.fork(formula, target, true, at);
                        }
                        _ => frame.at = target,
                    }
                }
                Op::Compare(comparison) => {
                    let (right, left) = (pop!(), pop!());
                    need!(self.needs_order(comparison, &left, &right)?);
                    at.stack.push(self.compare(comparison, &left, &right, line)?);
                }
                Op::Binary(binary) => {
                    let (right, left) = (pop!(), pop!());
                    need!(self.needs_numbers(binary, &left, &right)?);
                    at.stack.push(self.compute(binary, &left, &right, line)?);
                }
                Op::Join(count) => {
                    let from = at.stack.len() - usize::from(count);
                    let parts: Vec<Known> = at.stack.drain(from..).collect();
                    at.stack.push(self.join(&parts, line)?);
                }
                Op::List(count) | Op::Tuple(count) => {
                    let from = at.stack.len() - usize::from(count);
                    let parts: Vec<Known> = at.stack.drain(from..).collect();
                    let parts: Result<Vec<String>, _> =
                        parts.iter().map(|part| self.expression(part)).collect();
                    at.stack.push(Known::By(format!("List(<<{}>>)", parts?.join(", "))));
                }
                Op::Unpack(count) => {
                    let list = pop!();
                    need!(self.needs_items(&list, count)?);
                    let list = self.expression(&list)?;
                    let parts = (1..=count).rev();
                    at.stack.extend(parts.map(|nth| Known::By(format!("{list}[2][{nth}]"))));
                }
                Op::Index => {
                    let (index, list) = (pop!(), pop!());
                    let Known::Is(Scalar::Int(index @ 0..100)) = index else {
                        return self.refuse(line, "a position that is computed");
                    };
                    need!(self.needs_list(&list, index as usize + 1)?);
                    let list = self.expression(&list)?;
                    at.stack.push(Known::By(format!("{list}[2][{}]", index + 1)));
                }
                Op::Attribute(attribute) => {
                    let of = pop!();
                    need!(self.needs_attribute(&of, attribute)?);
                    let of = self.expression(&of)?;
                    let name = match attribute {
                        Attribute::Value | Attribute::Version | Attribute::Key => attribute.name(),
                        other => return self.refuse(line, format!("`.{}`", other.name())),
                    };
                    at.stack.push(Known::By(format!("{of}[2].{name}")));
                }
                Op::Iterate(slot) => {
                    let list = at.stack.last().cloned().unwrap_or(Known::Unset);
                    need!(self.needs_list(&list, 0)?);
                    at.stack[base + usize::from(slot)] = pop!();
                    at.stack[base + usize::from(slot) + 1] = Known::Is(Scalar::Int(0));
                }
                Op::Next { slot, exit } => {
                    return self.next_item(at, base + usize::from(slot), exit);
                }
                Op::Range { slot, given } => {
                    self.range(&mut at, base + usize::from(slot), usize::from(given), line)?;
                }
                Op::NextNumber { slot, exit } => {
                    let slot = base + usize::from(slot);
                    if let Some(tree) = self.next_number(&mut at, slot, exit)? {
                        return Ok(tree);
                    }
                }
                Op::Native { native, given } => {
                    let from = at.stack.len() - usize::from(given);
                    let arguments: Vec<Known> = at.stack.drain(from..).collect();
                    at.stack.push(match (native, &arguments[..]) {
                        (Native::Log, _) => Known::Is(Scalar::None),
                        (Native::Len, [of]) => {
                            need!(self.needs_list(of, 0)?);
                            Known::By(format!("Number(Len({}[2]))", self.expression(of)?))
                        }
                        _ => return self.refuse(line, format!("`{}`", native.name())),
                    });
                }
                Op::Catches { slot, errors } => {
                    let error = self.expression(&at.stack[base + usize::from(slot)])?;
                    // nothing is raised, so that all errors are those of stores
                    let every = ErrorClass::Every.bit();
                    let errors = match errors & every {
                        0 => errors,
                        _ => errors & !every | ErrorClass::Store.bit(),
                    };
                    let classes = ErrorClass::ALL.into_iter();
                    let classes = classes.filter(|class| class.bit() & errors != 0);
                    let classes = text::set(classes.map(|class| text::quoted(class.name())));
                    at.stack.push(Known::If(format!("Caught({error}, {classes})")));
                }
                Op::Reraise(slot) => {
                    let error = self.expression(&at.stack[base + usize::from(slot)])?;
                    return self.raise(at, &error);
                }
                Op::Return => {
                    let value = pop!();
                    let (base, function) = (frame.base, frame.function);
                    at.frames.pop();
                    if at.frames.is_empty() {
                        if function == self.program.read.0 {
                            need!(self.needs_plain(&value));
                        }
                        return Ok(Tree::Return(self.expression(&value)?));
                    }
                    at.stack.truncate(base);
                    at.stack.push(value);
                }
                Op::Invoke { function, given } => {
                    let callee = &self.program.functions[usize::from(function)];
                    let own = at.frames.first().map_or(0, |frame| frame.function);
                    let own = self.program.functions[usize::from(own)].place;
                    if callee.place.is_some() && callee.place != own {
                        return self.refuse(line, "a call of a function that is placed elsewhere");
                    }
                    if at.frames.iter().any(|frame| frame.function == function) {
                        return self.refuse(line, "a function that calls itself");
                    }
                    let base = at.stack.len() - usize::from(given);
                    at.stack.resize(base + usize::from(callee.slots), Known::Unset);
                    at.frames.push(Frame { function, at: callee.entry, base });
                }
                Op::Store { command, nth } => {
                    let called = Called::Store { command, nth };
                    let count = command.arguments().len();
                    match command {
                        StoreCommand::Database(
                            DatabaseCommand::Begin
                            | DatabaseCommand::Commit
                            | DatabaseCommand::Rollback,
                        ) => return self.refuse(line, "a transaction"),
                        _ if command.is_of_many() => {
                            return self.refuse(line, format!("`{}`", command.call()));
                        }
                        _ => {}
                    }
                    let from = at.stack.len() - count;
                    if command == StoreCommand::Cache(CacheCommand::Set)
                        && at.stack[from + 3] != Known::Is(Scalar::Int(0))
                    {
                        return self.refuse(line, "`stale=`");
                    }
                    for (nth, value) in at.stack[from..].iter().enumerate() {
                        need!(self.needs_argument(command, nth, value)?);
                    }
                    return self.stop(at, called, count, line);
                }
                Op::Publish(channel) => return self.stop(at, Called::Publish(channel), 1, line),
                Op::Sleep => {
                    pop!();
                    return self.stop(at, Called::Sleep, 0, line);
                }
                Op::Lock => {
                    if pop!() != Known::Is(Scalar::None) {
                        return self.refuse(line, "a lock that is waited for no longer than so");
                    }
                    return self.stop(at, Called::Lock, 1, line);
                }
                Op::Unlock(slot) => {
                    let key = at.stack[base + usize::from(slot)].clone();
                    at.stack.push(key);
                    return self.stop(at, Called::Unlock, 1, line);
                }
                Op::Spawn { function, given } => {
                    return self.stop(at, Called::Spawn(function), usize::from(given), line);
                }
                Op::SingleFlight { .. } | Op::ForgetFlight => {
                    return self.refuse(line, "`single_flight`");
                }
                Op::Prepare { .. } | Op::Collect(_) | Op::Gather => {
                    return self.refuse(line, "`gather`");
                }
                Op::Raise(_) => return self.refuse(line, "an error that the strategy raises"),
                Op::ErrorText(_) => return self.refuse(line, "an error's text"),
                Op::Slice => return self.refuse(line, "a part of a list or of a text"),
                Op::Dictionary(_) => return self.refuse(line, "a dictionary"),
                Op::Method { .. } => return self.refuse(line, "a method"),
                Op::Minus | Op::Plus => {
                    let of = pop!();
                    need!(self.needs_number(&of)?);
                    at.stack.push(self.signed(op == Op::Minus, &of)?);
                }
            }
        }
    }
}
