//! Statements.

use super::any_of;
use super::function::{Body, Guard, LoopExits, OnExit};
use super::placement::{Use, Used};
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{
    Argument, Block, Expr, ExprKind, Name, Stmt, StmtKind, Target, Try,
};
use crate::strategy::value::{Scalar, Value};
use crate::vocabulary::ErrorClass;
use crate::vocabulary::command::DatabaseCommand;

impl<'t> Body<'_, '_, 't> {
    pub(super) fn block(&mut self, block: &'t Block) {
        for statement in block {
            if self.is_too_long() {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'t Stmt) {
        self.at(statement.span);
        match &statement.kind {
            StmtKind::Pass => {}
            StmtKind::Expr(value) => {
                if let ExprKind::Compare(..) = value.kind {
                    self.error(
                        value.span,
                        "this compares, and drops the result",
                        "to assign write `=`; to decide write `if …:`",
                    );
                }
                self.expression(value);
                self.emit(Op::Pop);
            }
            StmtKind::Assign(targets, value) => match targets.as_slice() {
                [Target::One(name)] => {
                    self.expression(value);
                    self.assign(name);
                }
                [Target::Several(names)] => self.assign_all(names, value),
                _ => {
                    self.expression(value);
                    let slot = self.temporary(1);
                    self.emit(Op::Assign(slot));
                    for target in targets {
                        self.emit(Op::Load(slot));
                        self.assign_target(target);
                    }
                    self.release(slot, 1);
                }
            },
            StmtKind::Update(name, operator, value) => {
                self.name(&name.text, name.span);
                self.expression(value);
                self.at(name.span);
                self.emit(Op::Binary(*operator));
                self.assign(name);
            }
            StmtKind::If(branches, otherwise) => self.if_statement(branches, otherwise),
            StmtKind::While(test, body) => {
                let next = self.here();
                let exits = self.jumps_unless(test);
                let breaks = self.loop_body(next, body);
                self.land(exits);
                self.land(breaks);
            }
            StmtKind::For(target, over, body) => self.for_statement(target, over, body),
            StmtKind::Break | StmtKind::Continue => self.exit_loop(statement),
            StmtKind::Return(value) => {
                if self.in_finally > 0 {
                    self.error(
                        statement.span,
                        "`return` inside `finally`",
                        "it would swallow the error: return behind the `try`",
                    );
                }
                match value {
                    Some(value) => {
                        self.expression(value);
                        self.check_answer(value);
                    }
                    None => self.load(Value::NONE),
                }
                self.at(statement.span);
                self.leave_with_value();
            }
            StmtKind::Try(parts) => self.try_statement(parts),
            StmtKind::WithLock(key, wait, body) => {
                self.check_key("lock", key);
                self.expression(key);
                let slot = self.temporary(1);
                self.emit(Op::Assign(slot));
                self.emit(Op::Load(slot));
                match wait {
                    Some(wait) => {
                        if !matches!(wait.kind, ExprKind::None) {
                            self.check_seconds("lock", "wait", wait);
                        }
                        self.expression(wait);
                    }
                    None => self.load(Value::NONE),
                }
                self.at(statement.span);
                self.emit(Op::Lock);
                self.emit(Op::Pop);
                self.guard(OnExit::Unlock(slot));
                self.block(body);
                let ranges = self.close();
                self.emit(Op::Unlock(slot));
                self.emit(Op::Pop);
                let end = self.emit(Op::Jump(0));
                self.guarded(ranges);
                let error = self.temporary(1);
                self.emit(Op::Assign(error));
                self.emit(Op::Unlock(slot));
                self.emit(Op::Pop);
                self.emit(Op::Reraise(error));
                self.land([end]);
                self.release(error, 1);
                self.release(slot, 1);
            }
            StmtKind::WithTransaction(repeatable, body) => {
                let (of, span) = (Used::Transaction, statement.span);
                let inside = Some(self.in_transaction());
                self.compiler.uses.push(Use { by: self.id, of, span, inside });
                self.load_scalar(Scalar::Int(i64::from(*repeatable)));
                self.database(DatabaseCommand::Begin);
                self.guard(OnExit::Commit);
                self.block(body);
                let ranges = self.close();
                self.database(DatabaseCommand::Commit);
                let end = self.emit(Op::Jump(0));
                self.guarded(ranges);
                let error = self.temporary(1);
                self.emit(Op::Assign(error));
                self.database(DatabaseCommand::Rollback);
                self.emit(Op::Reraise(error));
                self.land([end]);
                self.release(error, 1);
            }
            StmtKind::Raise(Some(error)) => self.raise(error),
            StmtKind::Raise(None) => match self.errors.last() {
                Some(&slot) => {
                    self.emit(Op::Reraise(slot));
                }
                None => self.error(
                    statement.span,
                    "`raise` outside an `except` block",
                    "it passes on the error that an `except` caught; put it into one",
                ),
            },
        }
    }

    /// Returns the value on the stack. A `finally` on the way out may catch errors, which empties
    /// the stack; so the value is kept in a variable.
    fn leave_with_value(&mut self) {
        let runs_finally = |guard: &Guard<'_>| matches!(guard.on_exit, OnExit::Finally(_));
        if !self.guards.iter().any(runs_finally) {
            return self.leave(0, |_| Op::Return);
        }
        let slot = self.temporary(1);
        self.emit(Op::Assign(slot));
        self.leave(0, |body| {
            body.emit(Op::Load(slot));
            Op::Return
        });
        self.temporaries -= 1;
    }

    fn assign(&mut self, name: &Name) {
        // a variable that was one too many has been reported
        if let Some(slot) = self.local(&name.text) {
            self.emit(Op::Assign(slot));
        }
    }

    fn assign_all(&mut self, names: &'t [Name], value: &'t Expr) {
        match &value.kind {
            // a, b = b, a: no tuple is made
            ExprKind::List(values) | ExprKind::Tuple(values) if values.len() == names.len() => {
                for value in values {
                    self.expression(value);
                }
                for name in names.iter().rev() {
                    self.assign_last_of(names, name);
                }
            }
            _ => {
                self.expression(value);
                self.unpack(names);
            }
        }
    }

    /// Assigns the value on the stack.
    fn assign_target(&mut self, target: &Target) {
        match target {
            Target::One(name) => self.assign(name),
            Target::Several(names) => self.unpack(names),
        }
    }

    fn unpack(&mut self, names: &[Name]) {
        self.emit(Op::Unpack(names.len() as u16));
        for name in names {
            self.assign(name);
        }
    }

    /// Assigns one of `names` from the stack, in reverse order. A repeated name keeps its last
    /// value, as in Python.
    fn assign_last_of(&mut self, names: &[Name], name: &Name) {
        let later = names.iter().rposition(|other| other.text == name.text);
        if later.is_some_and(|at| std::ptr::eq(&names[at], name)) {
            self.assign(name);
        } else {
            self.emit(Op::Pop);
        }
    }

    fn if_statement(&mut self, branches: &'t [(Expr, Block)], otherwise: &'t Block) {
        let mut ends = Vec::new();
        for (index, (test, block)) in branches.iter().enumerate() {
            self.at(test.span);
            let skips = self.jumps_unless(test);
            self.block(block);
            let last = index + 1 == branches.len() && otherwise.is_empty();
            if !last {
                ends.push(self.emit(Op::Jump(0)));
            }
            self.land(skips);
        }
        self.block(otherwise);
        self.land(ends);
    }

    /// Writes a loop's body and the jump back; returns the jumps out of it.
    fn loop_body(&mut self, next: u32, body: &'t Block) -> Vec<usize> {
        self.loops.push(LoopExits {
            next,
            breaks: Vec::new(),
            guards: self.guards.len(),
            temporaries: self.temporaries,
        });
        self.block(body);
        self.emit(Op::Jump(next));
        self.loops.pop().map_or(Vec::new(), |exits| exits.breaks)
    }

    fn exit_loop(&mut self, statement: &Stmt) {
        let is_break = statement.kind == StmtKind::Break;
        let Some(exits) = self.loops.last() else {
            let word = if is_break { "break" } else { "continue" };
            let (message, advice) = if self.in_finally > 0 {
                (format!("`{word}` out of a `finally`"), "put it behind the `try`")
            } else {
                (format!("`{word}` outside a loop"), "to leave the function write `return`")
            };
            self.error(statement.span, message, advice);
            return;
        };
        let (guards, next, kept) = (exits.guards, exits.next, exits.temporaries);
        let in_use = self.temporaries;
        let clear = |body: &mut Self| {
            let first = body.locals.len() as u16;
            for slot in first + kept..first + in_use {
                body.emit(Op::Clear(slot));
            }
        };
        if is_break {
            let mut jump = 0;
            self.leave(guards, |body| {
                clear(body);
                jump = body.here() as usize;
                Op::Jump(0)
            });
            if let Some(exits) = self.loops.last_mut() {
                exits.breaks.push(jump);
            }
        } else {
            self.leave(guards, |body| {
                clear(body);
                Op::Jump(next)
            });
        }
    }

    fn for_statement(&mut self, target: &'t Target, over: &'t Expr, body: &'t Block) {
        let (slot, count, exit) = self.over(over);
        let next = self.here();
        let exit = self.emit(exit);
        self.assign_target(target);
        let breaks = self.loop_body(next, body);
        self.land([exit]);
        self.land(breaks);
        self.release(slot, count);
    }

    /// Begins to go through a list or a range: its first slot, how many there are, and what
    /// takes the next item.
    pub(super) fn over(&mut self, over: &'t Expr) -> (u16, u16, Op) {
        let begun = match range(over) {
            Some(arguments) => {
                let slot = self.temporary(3);
                let given = self.range(over, arguments);
                self.emit(Op::Range { slot, given });
                (slot, 3, Op::NextNumber { slot, exit: 0 })
            }
            None => {
                let slot = self.temporary(2);
                self.expression(over);
                self.emit(Op::Iterate(slot));
                (slot, 2, Op::Next { slot, exit: 0 })
            }
        };
        self.at(over.span);
        begun
    }

    fn range(&mut self, over: &Expr, arguments: &'t [Argument]) -> u8 {
        let named = arguments.iter().any(|argument| argument.name.is_some());
        if named || arguments.is_empty() || arguments.len() > 3 {
            self.error(
                over.span,
                "`range` takes one to three numbers",
                "write `range(n)`, `range(start, end)` or `range(start, end, step)`",
            );
        }
        for argument in arguments {
            self.expression(&argument.value);
        }
        arguments.len().min(3) as u8
    }

    fn try_statement(&mut self, parts: &'t Try) {
        let has_finally = !parts.finally.is_empty();
        if has_finally {
            self.guard(OnExit::Finally(&parts.finally));
        }
        if parts.handlers.is_empty() {
            self.block(&parts.body);
        } else {
            self.try_except(parts);
        }
        if has_finally {
            let ranges = self.close();
            self.finally(&parts.finally);
            let end = self.emit(Op::Jump(0));
            self.guarded(ranges);
            let error = self.temporary(1);
            self.emit(Op::Assign(error));
            self.finally(&parts.finally);
            self.emit(Op::Reraise(error));
            self.land([end]);
            self.release(error, 1);
        }
    }

    fn try_except(&mut self, parts: &'t Try) {
        self.guard(OnExit::Nothing);
        self.block(&parts.body);
        let ranges = self.close();
        self.block(&parts.otherwise);
        let mut ends = vec![self.emit(Op::Jump(0))];
        self.guarded(ranges);
        let error = self.temporary(1);
        self.emit(Op::Assign(error));
        self.errors.push(error);
        for handler in &parts.handlers {
            // of no names: all
            let mut errors = if handler.errors.is_empty() { ErrorClass::Every.bit() } else { 0 };
            for name in &handler.errors {
                match self.compiler.caught_by(&name.text) {
                    Some(bit) => errors |= bit,
                    None => {
                        let known = nearest(&name.text, self.compiler.error_names());
                        let advice = match (name.text.split('.').next(), known) {
                            (Some("redis"), _) => "write `CacheError`".to_owned(),
                            (_, Some(meant)) => format!("did you mean `{meant}`?"),
                            (_, None) => {
                                format!("write {}", any_of(ErrorClass::ALL.map(ErrorClass::name)))
                            }
                        };
                        self.error(name.span, format!("there is no error `{}`", name.text), advice);
                    }
                }
                self.at(name.span);
            }
            self.emit(Op::Catches { slot: error, errors });
            let skip = self.emit(Op::JumpIfFalse(0));
            let slot = handler.name.as_ref().and_then(|name| self.local(&name.text));
            if let Some(slot) = slot {
                self.emit(Op::ErrorText(error));
                self.emit(Op::Assign(slot));
            }
            self.block(&handler.body);
            // as in Python, the name is gone behind the block
            if let Some(slot) = slot {
                self.emit(Op::Clear(slot));
            }
            ends.push(self.emit(Op::Jump(0)));
            self.land([skip]);
        }
        self.emit(Op::Reraise(error));
        self.errors.pop();
        self.land(ends);
        self.release(error, 1);
    }
}

/// The arguments, if an expression is a call of `range`.
fn range(over: &Expr) -> Option<&[Argument]> {
    match &over.kind {
        ExprKind::Call(callee, arguments) => match &callee.kind {
            ExprKind::Name(name) if name.as_ref() == "range" => Some(arguments),
            _ => None,
        },
        _ => None,
    }
}
