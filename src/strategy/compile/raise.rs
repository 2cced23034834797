//! Errors that a program raises, and their classes.

use super::function::Body;
use super::{Compiler, Global, any_of};
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::program::Raisable;
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Name};
use crate::strategy::value::Scalar;
use crate::vocabulary::{ErrorClass, Native};

/// The advice for an error that the program does not declare.
const UNDECLARED: &str = "declare one at the top, `class NotFound(Exception): pass`, and raise \
                          that; or raise `DatabaseError`, another error of a store, or `Exception`";

const FORM: &str = "write `raise Busy(\"why\")`, with `class Busy(Exception): pass` at the top";

impl Compiler<'_> {
    /// `class Name(Base): pass`
    pub(super) fn declare_error(&mut self, name: &Name, base: &Name) {
        let own = self.raisable.len() - ErrorClass::ALL.len();
        let Some(of) = self.error_class(&base.text) else {
            let known = ErrorClass::ALL.map(ErrorClass::name);
            let advice = match nearest(&base.text, known) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("an error of your own derives from {}", any_of(known)),
            };
            return self.error(base.span, format!("there is no error `{}`", base.text), advice);
        };
        if own == Raisable::MOST_OWN {
            let message = format!("more than {} errors of its own", Raisable::MOST_OWN);
            return self.error(name.span, message, "raise one of them with another text");
        }
        let bit = 1 << (ErrorClass::ALL.len() + own);
        let classes = bit | self.raisable[usize::from(of)].classes;
        self.globals.insert(name.text.clone(), Global::Error(self.raisable.len() as u8));
        let in_run = self.names.declare_error(&name.text);
        self.raisable.push(Raisable { name: name.text.clone(), in_run, classes });
    }

    /// The class of this name, by its position among those that the program can raise.
    pub(super) fn error_class(&self, name: &str) -> Option<u8> {
        match self.globals.get(name) {
            Some(Global::Error(class)) => Some(*class),
            _ => ErrorClass::named(name).map(|class| class as u8),
        }
    }

    /// The bits by which an `except` with this name catches errors.
    pub(super) fn caught_by(&self, name: &str) -> Option<u32> {
        let class = u32::from(self.error_class(name)?);
        Some(1 << class)
    }

    /// The names of all errors that the program knows.
    pub(super) fn error_names(&self) -> impl Iterator<Item = &str> {
        self.raisable.iter().map(|each| &*each.name)
    }
}

impl<'t> Body<'_, '_, 't> {
    /// `raise Busy("why")`
    pub(super) fn raise(&mut self, error: &'t Expr) {
        let (callee, given): (&Expr, &'t [Argument]) = match &error.kind {
            ExprKind::Call(callee, given) => (callee, given),
            _ => (error, &[]),
        };
        let ExprKind::Name(name) = &callee.kind else {
            return self.error(callee.span, "`raise` takes an error", FORM);
        };
        let Some(class) = self.compiler.error_class(name) else {
            let (message, advice) = match self.local(name) {
                Some(_) => (
                    format!("`{name}` is a variable, and holds an error's text"),
                    "inside the `except`, `raise` alone passes its error on".to_owned(),
                ),
                None => match nearest(name, self.compiler.error_names()) {
                    Some(meant) => {
                        (format!("there is no error `{name}`"), format!("did you mean `{meant}`?"))
                    }
                    None => (format!("there is no error `{name}`"), UNDECLARED.to_owned()),
                },
            };
            return self.error(callee.span, message, advice);
        };
        match given {
            [] => {
                let text = self.compiler.names.intern("");
                self.load_scalar(text.map_or(Scalar::None, Scalar::Text));
            }
            [Argument { name: None, value }] => self.expression(value),
            _ => return self.error(error.span, "an error has one text", FORM),
        }
        self.at(error.span);
        self.emit(Op::Native { native: Native::Str, given: 1 });
        self.emit(Op::Raise(class.into()));
    }
}
