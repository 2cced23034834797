//! Matches the arguments of a call to their declarations.

use super::function::Body;
use super::{Declared, count};
use crate::strategy::error::nearest;
use crate::strategy::machine::text;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Argument, ExprKind};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::Value;
use crate::vocabulary::Store;

impl<'t> Body<'_, '_, 't> {
    /// Writes a call's arguments in the order of the declaration; they are evaluated in the order
    /// in which they are written. False: they do not fit.
    pub(super) fn arguments(
        &mut self,
        callee: &str,
        span: Span,
        declared: &[Declared],
        given: &'t [Argument],
    ) -> bool {
        let Some(order) = self.order(callee, span, declared, given) else {
            self.look_at(given);
            return false;
        };
        let mut last = None;
        let in_order = order.iter().flatten().all(|&at| {
            let later = last.is_none_or(|last| at > last);
            last = Some(at);
            later
        });
        let plain = given.iter().all(|argument| {
            matches!(
                argument.value.kind,
                ExprKind::None
                    | ExprKind::Bool(_)
                    | ExprKind::Int(_)
                    | ExprKind::Float(_)
                    | ExprKind::Text(_)
                    | ExprKind::Name(_)
            )
        });
        let temporaries = if in_order || plain {
            None
        } else {
            let first = self.temporary(given.len() as u16);
            for (at, argument) in given.iter().enumerate() {
                self.expression(&argument.value);
                self.emit(Op::Assign(first + at as u16));
            }
            Some(first)
        };
        for (declared, at) in declared.iter().zip(&order) {
            match (at, declared.default, temporaries) {
                (Some(at), _, Some(first)) => {
                    self.emit(Op::Load(first + *at as u16));
                }
                (Some(at), _, None) => self.expression(&given[*at].value),
                (None, Some(default), _) => {
                    self.emit(default);
                }
                (None, None, _) => self.load(Value::NONE),
            }
        }
        if let Some(first) = temporaries {
            self.release(first, given.len() as u16);
        }
        true
    }

    /// The position, among the given arguments, of each declared one; `None`, with errors, if they
    /// do not fit.
    fn order(
        &mut self,
        callee: &str,
        span: Span,
        declared: &[Declared],
        given: &[Argument],
    ) -> Option<Vec<Option<usize>>> {
        let compiler = &*self.compiler;
        let shown = |default| match default {
            Op::Constant(index) => {
                let mut shown = String::new();
                let value = &compiler.constants[usize::from(index)];
                text::repr(value, compiler.names, &mut shown);
                shown
            }
            Op::Parameter(index) => compiler.parameters[usize::from(index)].name.to_string(),
            _ => String::new(),
        };
        let form = {
            let arguments: Vec<String> = declared
                .iter()
                .map(|it| match it.default {
                    None => it.name.to_string(),
                    Some(default) => format!("{}={}", it.name, shown(default)),
                })
                .collect();
            format!("write `{callee}({})`", arguments.join(", "))
        };
        let form = || form.clone();
        let mut order = vec![None; declared.len()];
        for (at, argument) in given.iter().enumerate() {
            let target = match &argument.name {
                None => at,
                Some(name) => match declared.iter().position(|it| it.name == name.text) {
                    Some(target) => target,
                    None => {
                        let known = declared.iter().map(|it| it.name.as_ref());
                        let foreign = Store::instead_of_argument(&name.text)
                            .filter(|_| declared.iter().any(|it| &*it.name == "ttl"));
                        let advice = match (foreign, nearest(&name.text, known)) {
                            (Some(foreign), _) => foreign.to_owned(),
                            (None, Some(meant)) => format!("did you mean `{meant}=`?"),
                            (None, None) => form(),
                        };
                        let message = format!("`{callee}` has no argument `{}`", name.text);
                        self.error(name.span, message, advice);
                        return None;
                    }
                },
            };
            match order.get_mut(target) {
                Some(slot @ None) => *slot = Some(at),
                Some(_) => {
                    let message = format!("`{}` is given twice", declared[target].name);
                    self.error(argument.value.span, message, form());
                    return None;
                }
                None => {
                    let message = format!(
                        "`{callee}` takes {}, and gets {}",
                        count(declared.len(), "argument"),
                        given.len()
                    );
                    self.error(span, message, form());
                    return None;
                }
            }
        }
        for (Declared { name, default }, slot) in declared.iter().zip(&order) {
            if default.is_none() && slot.is_none() {
                self.error(span, format!("`{callee}` misses its argument `{name}`"), form());
                return None;
            }
        }
        Some(order)
    }
}
