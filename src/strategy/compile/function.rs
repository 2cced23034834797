//! Functions: variables, and the exits of blocks.

use std::sync::Arc;

use super::{Compiler, Declared, Global, MOST_CODE};
use crate::strategy::call::FunctionId;
use crate::strategy::ops::Op;
use crate::strategy::program::Handler;
use crate::strategy::syntax::ast::{Block, FunctionDef, Name, StmtKind, Target};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::{Scalar, Value};
use crate::vocabulary::command::{DatabaseCommand, StoreCommand};

/// The most variables of one function.
const MOST_VARIABLES: usize = 200;

/// A function while its code is written.
pub(super) struct Body<'c, 'a, 't> {
    pub compiler: &'c mut Compiler<'a>,
    pub id: FunctionId,
    /// named variables, by slot
    pub locals: Vec<Arc<str>>,
    /// names that stand for an unnamed slot, the inner ones last
    pub scopes: Vec<(Arc<str>, u16)>,
    /// unnamed slots in use after them, and the most in use at once
    pub temporaries: u16,
    most_temporaries: u16,
    /// the `try` and `with` blocks around what is being written
    pub guards: Vec<Guard<'t>>,
    pub loops: Vec<LoopExits>,
    /// the slot with the error of each surrounding `except` block
    pub errors: Vec<u16>,
    handlers: Vec<Handler>,
    /// the number of surrounding `finally` blocks
    pub in_finally: u32,
    /// the line of the operations being written
    line: u32,
}

/// A `try` or `with` block that is being written.
pub(super) struct Guard<'t> {
    /// what must be done when leaving it
    pub on_exit: OnExit<'t>,
    /// the code guarded so far; the last range is open
    ranges: Vec<(u32, Option<u32>)>,
}

#[derive(Clone, Copy)]
pub(super) enum OnExit<'t> {
    Nothing,
    /// leave the lock whose key is in a slot
    Unlock(u16),
    /// end the transaction
    Commit,
    /// run the `finally` block
    Finally(&'t Block),
}

/// The exits of a loop: `break` and `continue`.
pub(super) struct LoopExits {
    pub next: u32,
    /// jumps to be pointed to the end of the loop
    pub breaks: Vec<usize>,
    /// guards around the loop itself
    pub guards: usize,
    /// unnamed slots in use around the loop, its own included
    pub temporaries: u16,
}

impl Compiler<'_> {
    /// Writes a function's code.
    pub(super) fn function(&mut self, id: FunctionId, definition: &FunctionDef) {
        let entry = self.code.len() as u32;
        let arguments = self.arguments[id.0 as usize].clone();
        let mut locals: Vec<Arc<str>> = arguments.iter().map(|it| it.name.clone()).collect();
        let mut assigned: Vec<&Name> = definition.arguments.iter().map(|it| &it.name).collect();
        collect(&definition.body, &mut assigned);
        for name in assigned {
            let taken = match self.globals.get(&name.text) {
                Some(Global::Queue(_)) => Some("a queue"),
                Some(Global::Channel(_)) => Some("a channel"),
                Some(Global::Function(_)) => Some("a function"),
                Some(Global::Error(_)) => Some("an error"),
                _ => self.taken(&name.text),
            };
            if let Some(what) = taken {
                let message = format!("`{}` is {what}", name.text);
                self.error(name.span, message, "choose another name for the variable");
            }
            if !locals.contains(&name.text) {
                if locals.len() == MOST_VARIABLES {
                    self.error(
                        name.span,
                        format!("more than {MOST_VARIABLES} variables in a function"),
                        "split the function",
                    );
                    break;
                }
                locals.push(name.text.clone());
            }
        }
        let mut body = Body {
            compiler: self,
            id,
            locals,
            scopes: Vec::new(),
            temporaries: 0,
            most_temporaries: 0,
            guards: Vec::new(),
            loops: Vec::new(),
            errors: Vec::new(),
            handlers: Vec::new(),
            in_finally: 0,
            line: definition.name.span.line,
        };
        body.defaults(&arguments);
        body.block(&definition.body);
        if !ends_in_return(&definition.body) {
            body.load(Value::NONE);
            body.emit(Op::Return);
        }
        let (locals, most, handlers) = (body.locals, body.most_temporaries, body.handlers);
        let function = &mut self.functions[id.0 as usize];
        function.entry = entry;
        function.slots = locals.len() as u16 + most;
        function.variables = locals;
        function.handlers = handlers;
    }
}

impl<'t> Body<'_, '_, 't> {
    /// Sets the arguments that a client leaves out when it starts the function; calls in the
    /// program write all arguments.
    fn defaults(&mut self, arguments: &[Declared]) {
        let is_entry = matches!(
            &*self.compiler.functions[self.id.0 as usize].name,
            "read" | "write" | "delete" | "increment"
        );
        for (slot, argument) in arguments.iter().enumerate().filter(|_| is_entry) {
            if let Some(default) = argument.default {
                let slot = slot as u16;
                let given = self.emit(Op::JumpIfSet { slot, target: 0 });
                self.emit(default);
                self.emit(Op::Assign(slot));
                self.land([given]);
            }
        }
    }

    pub(super) fn at(&mut self, span: Span) {
        self.line = span.line;
    }

    pub(super) fn error(
        &mut self,
        span: Span,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.compiler.error(span, message, advice);
    }

    /// Whether the code has grown beyond the limit of a program; then writing stops, because each
    /// `finally` is written once per exit.
    pub(super) fn is_too_long(&mut self) -> bool {
        let too_long = self.compiler.code.len() > MOST_CODE;
        if too_long {
            let span = Span { line: self.line, column: 1, length: 1 };
            self.error(span, "the program is too long", "split it, or nest less in `finally`");
        }
        too_long
    }

    pub(super) fn emit(&mut self, op: Op) -> usize {
        self.compiler.code.push(op);
        self.compiler.lines.push(self.line);
        self.compiler.code.len() - 1
    }

    /// Writes a call to the database whose reply is dropped.
    pub(super) fn database(&mut self, command: DatabaseCommand) {
        self.emit(Op::Store { command: StoreCommand::Database(command), nth: 0 });
        self.emit(Op::Pop);
    }

    /// Whether a transaction of this function is open.
    pub(super) fn in_transaction(&self) -> bool {
        self.guards.iter().any(|guard| matches!(guard.on_exit, OnExit::Commit))
    }

    /// The position of the next operation.
    pub(super) fn here(&self) -> u32 {
        self.compiler.code.len() as u32
    }

    /// Points earlier jumps to the next operation.
    pub(super) fn land(&mut self, jumps: impl IntoIterator<Item = usize>) {
        let here = self.here();
        for jump in jumps {
            match &mut self.compiler.code[jump] {
                Op::Jump(target)
                | Op::JumpIfFalse(target)
                | Op::JumpIfTrue(target)
                | Op::JumpIfNone(target)
                | Op::JumpIfNotNone(target)
                | Op::KeepIfFalse(target)
                | Op::KeepIfTrue(target)
                | Op::Next { exit: target, .. }
                | Op::NextNumber { exit: target, .. }
                | Op::JumpIfSet { target, .. } => *target = here,
                other => unreachable!("{other:?} is no jump"),
            }
        }
    }

    /// Puts a constant on the stack.
    pub(super) fn load(&mut self, value: Value) {
        let constant = self.compiler.constant(value);
        self.emit(Op::Constant(constant));
    }

    pub(super) fn load_scalar(&mut self, scalar: Scalar) {
        self.load(crate::strategy::value::Datum::computed(scalar).into());
    }

    pub(super) fn local(&self, name: &str) -> Option<u16> {
        let scoped = self.scopes.iter().rev().find(|(scoped, _)| scoped.as_ref() == name);
        scoped.map(|(_, slot)| *slot).or_else(|| {
            self.locals.iter().position(|local| local.as_ref() == name).map(|slot| slot as u16)
        })
    }

    /// Reserves `count` consecutive unnamed slots; freed with [`Body::release`].
    pub(super) fn temporary(&mut self, count: u16) -> u16 {
        let slot = self.locals.len() as u16 + self.temporaries;
        self.temporaries += count;
        self.most_temporaries = self.most_temporaries.max(self.temporaries);
        slot
    }

    /// Frees unnamed slots, the last reserved first, and empties them.
    pub(super) fn release(&mut self, slot: u16, count: u16) {
        for each in slot..slot + count {
            self.emit(Op::Clear(each));
        }
        self.temporaries -= count;
    }

    /// Begins to guard the code that follows.
    pub(super) fn guard(&mut self, on_exit: OnExit<'t>) {
        let start = self.here();
        self.guards.push(Guard { on_exit, ranges: vec![(start, None)] });
    }

    /// Ends the innermost guard: errors in it go to the next operation. Jumps past the handler must
    /// be written before.
    pub(super) fn guarded(&mut self, ranges: Vec<(u32, Option<u32>)>) {
        let target = self.here();
        for (start, end) in ranges {
            let end = end.unwrap_or(target);
            if start < end {
                let keep = self.locals.len() as u16 + self.temporaries;
                self.handlers.push(Handler { start, end, target, keep });
            }
        }
    }

    /// Closes the innermost guard after the code written so far.
    pub(super) fn close(&mut self) -> Vec<(u32, Option<u32>)> {
        let here = self.here();
        let mut guard = self.guards.pop().expect("a guard is closed by who opened it");
        if let Some((_, end @ None)) = guard.ranges.last_mut() {
            *end = Some(here);
        }
        guard.ranges
    }

    /// Writes what must be done to leave the guards above `down_to`, the inner ones first, then
    /// `leave`; none of it is guarded by the guards being left.
    pub(super) fn leave(&mut self, down_to: usize, leave: impl FnOnce(&mut Self) -> Op) {
        let mut left = Vec::new();
        let line = self.line;
        while self.guards.len() > down_to {
            let here = self.here();
            let mut guard = self.guards.pop().expect("there are more than `down_to`");
            if let Some((_, end @ None)) = guard.ranges.last_mut() {
                *end = Some(here);
            }
            match guard.on_exit {
                OnExit::Nothing => {}
                OnExit::Unlock(slot) => {
                    self.emit(Op::Unlock(slot));
                    self.emit(Op::Pop);
                }
                OnExit::Commit => self.database(DatabaseCommand::Commit),
                OnExit::Finally(block) => self.finally(block),
            }
            left.push(guard);
        }
        self.line = line;
        let op = leave(self);
        self.emit(op);
        let here = self.here();
        while let Some(mut guard) = left.pop() {
            guard.ranges.push((here, None));
            self.guards.push(guard);
        }
    }

    /// Writes a `finally` block.
    pub(super) fn finally(&mut self, block: &'t Block) {
        self.in_finally += 1;
        // `break` and `continue` in it may only be those of its own loops
        let loops = std::mem::take(&mut self.loops);
        let errors = std::mem::take(&mut self.errors);
        self.block(block);
        self.loops = loops;
        self.errors = errors;
        self.in_finally -= 1;
    }
}

/// Whether a block's last statement is a `return`.
fn ends_in_return(block: &Block) -> bool {
    matches!(block.last().map(|statement| &statement.kind), Some(StmtKind::Return(_)))
}

/// The names that a block assigns: Python makes them variables of the function.
fn collect<'t>(block: &'t Block, names: &mut Vec<&'t Name>) {
    let target = |target: &'t Target, names: &mut Vec<&'t Name>| match target {
        Target::One(name) => names.push(name),
        Target::Several(several) => names.extend(several),
    };
    for statement in block {
        match &statement.kind {
            StmtKind::Assign(to, _) => to.iter().for_each(|to| target(to, names)),
            StmtKind::Update(name, ..) => names.push(name),
            StmtKind::If(branches, otherwise) => {
                for (_, block) in branches {
                    collect(block, names);
                }
                collect(otherwise, names);
            }
            StmtKind::While(_, block)
            | StmtKind::WithLock(_, _, block)
            | StmtKind::WithTransaction(_, block) => collect(block, names),
            StmtKind::For(to, _, block) => {
                target(to, names);
                collect(block, names);
            }
            StmtKind::Try(parts) => {
                collect(&parts.body, names);
                for handler in &parts.handlers {
                    names.extend(&handler.name);
                    collect(&handler.body, names);
                }
                collect(&parts.otherwise, names);
                collect(&parts.finally, names);
            }
            _ => {}
        }
    }
}
