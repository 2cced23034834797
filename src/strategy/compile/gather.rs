//! `gather(…)`: concurrent calls.
//!
//! Each is a task of its own, and so a call of a function. For any other call, such as one of a
//! store, the compiler adds a function that takes the arguments and makes the call.

use super::Compiler;
use super::function::Body;
use super::placement::{Use, Used};
use crate::strategy::call::FunctionId;
use crate::strategy::ops::Op;
use crate::strategy::program::Function;
use crate::strategy::syntax::ast::{Argument, Each, Expr, ExprKind};
use crate::strategy::syntax::token::Span;

/// The most calls that are listed one by one.
const MOST_CALLS: usize = 64;
const ADVICE: &str = "write `gather(load(a), load(b))`, or `gather(*[load(key) for key in keys])`";

/// A function that makes one call.
pub(super) struct Thunk {
    function: FunctionId,
    call: Op,
}

impl<'t> Body<'_, '_, 't> {
    pub(super) fn gather(&mut self, span: Span, given: &'t [Argument]) {
        let inside = Some(self.in_transaction());
        self.compiler.uses.push(Use { by: self.id, of: Used::Gather, span, inside });
        if let Some(argument) = given.iter().find(|argument| argument.name.is_some()) {
            let message = "`gather` has no arguments with a name";
            let advice = "the first error is raised: what is to go on after one has a `try` in a \
                          function of its own";
            return self.error(argument.value.span, message, advice);
        }
        if given.is_empty() || given.len() > MOST_CALLS {
            let message = format!("`gather` takes 1 to {MOST_CALLS} calls");
            return self.error(span, message, ADVICE);
        }
        let list = self.temporary(1);
        self.emit(Op::List(0));
        self.emit(Op::Assign(list));
        for argument in given {
            match &argument.value.kind {
                ExprKind::Each(each) => self.prepare_each(list, each),
                _ => self.prepare(list, &argument.value),
            }
        }
        self.emit(Op::Load(list));
        self.release(list, 1);
        self.at(span);
        self.emit(Op::Gather);
    }

    /// Adds a call to a list of those that have not begun.
    fn prepare(&mut self, list: u16, call: &'t Expr) {
        let ExprKind::Call(callee, given) = &call.kind else {
            return self.error(call.span, "`gather` takes calls", ADVICE);
        };
        self.call(callee, given);
        let made = self.compiler.code.last().copied();
        let begun = match made {
            Some(Op::Invoke { function, given })
                if self.compiler.functions[usize::from(function)].place.is_none() =>
            {
                Some((function, given))
            }
            Some(op) => arguments(op).map(|given| (self.thunk(call.span, op, given), given)),
            None => None,
        };
        let Some((function, given)) = begun else {
            let message = "this asks nobody, and takes no time: `gather` has nothing to wait for";
            return self.error(call.span, message, ADVICE);
        };
        self.compiler.code.pop();
        self.compiler.lines.pop();
        self.emit(Op::Prepare { function, given });
        self.emit(Op::Collect(list));
    }

    /// Adds a call for each item of a list.
    fn prepare_each(&mut self, list: u16, each: &'t Each) {
        let item = self.temporary(1);
        let (slot, count, exit) = self.over(&each.of);
        let next = self.here();
        let exit = self.emit(exit);
        self.emit(Op::Assign(item));
        self.scopes.push((each.name.text.clone(), item));
        self.prepare(list, &each.call);
        self.scopes.pop();
        self.emit(Op::Jump(next));
        self.land([exit]);
        self.release(slot, count);
        self.release(item, 1);
    }

    /// A function that makes a call with this many arguments.
    fn thunk(&mut self, span: Span, call: Op, given: u8) -> u16 {
        let id = FunctionId(self.compiler.functions.len() as u16);
        self.compiler.functions.push(Function {
            name: "gather".into(),
            place: None,
            line: span.line,
            arguments: given,
            entry: 0,
            variables: Vec::new(),
            slots: given.into(),
            handlers: Vec::new(),
        });
        self.compiler.arguments.push(Vec::new());
        self.compiler.thunks.push(Thunk { function: id, call });
        let of = Used::Function(id);
        self.compiler.uses.push(Use { by: self.id, of, span, inside: None });
        id.0
    }
}

/// The number of values that a call takes from the stack; `None`: it is not a call that waits.
fn arguments(op: Op) -> Option<u8> {
    match op {
        Op::Store { command, .. } => Some(command.arguments().len() as u8),
        Op::Invoke { given, .. } => Some(given),
        // the key as well
        Op::SingleFlight { given, .. } => Some(given + 1),
        Op::Publish(_) | Op::Sleep => Some(1),
        _ => None,
    }
}

impl Compiler<'_> {
    pub(super) fn write_thunks(&mut self) {
        for Thunk { function, call } in std::mem::take(&mut self.thunks) {
            let entry = self.code.len() as u32;
            let function = &mut self.functions[usize::from(function.0)];
            function.entry = entry;
            let (line, given) = (function.line, function.arguments);
            let loads = (0..u16::from(given)).map(Op::Load);
            self.code.extend(loads.chain([call, Op::Return]));
            self.lines.resize(self.code.len(), line);
        }
    }
}
