//! Expressions: each leaves one value on the stack.

use std::sync::Arc;

use super::Global;
use super::call::{Object, object_name};
use super::function::Body;
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Binary, Comparison, Expr, ExprKind, Name, Unary};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::{LONGEST_TEXT, Real, Scalar, Value};
use crate::vocabulary::language::{MODULES, is_reserved};
use crate::vocabulary::{Attribute, Store};

impl<'t> Body<'_, '_, 't> {
    pub(super) fn expression(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::None => self.load(Value::NONE),
            ExprKind::Bool(value) => self.load_scalar(Scalar::Bool(*value)),
            ExprKind::Int(value) => self.load_scalar(Scalar::Int(*value)),
            ExprKind::Float(value) => self.load_scalar(Scalar::Float(Real(*value))),
            ExprKind::Text(text) => self.text(text, expr.span),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Attribute(value, name) => self.attribute(value, name),
            ExprKind::Index(list, index) => {
                if let Some(Object::Store(store)) = self.object(list) {
                    let instead = if store.kind() == Store::Cache { "get" } else { "read" };
                    let of = object_name(list);
                    let message = format!("`{of}[…]` is not a value");
                    let advice = format!("write `{of}.{instead}(key)`");
                    return self.error(list.span, message, advice);
                }
                self.expression(list);
                self.expression(index);
                self.at(expr.span);
                self.emit(Op::Index);
            }
            ExprKind::Call(callee, arguments) => self.call(callee, arguments),
            ExprKind::Unary(operator, value) => {
                self.expression(value);
                self.at(expr.span);
                self.emit(match operator {
                    Unary::Not => Op::Not,
                    Unary::Minus => Op::Minus,
                    Unary::Plus => Op::Plus,
                });
            }
            ExprKind::Binary(operator, left, right) => {
                if !matches!(operator, Binary::Modulo) {
                    self.check_operands(operator.sign(), left, right);
                }
                self.expression(left);
                self.expression(right);
                self.at(expr.span);
                self.emit(Op::Binary(*operator));
            }
            ExprKind::Compare(first, rest) => self.compare(first, rest, expr.span),
            ExprKind::And(all) => self.either(all, Op::KeepIfFalse(0)),
            ExprKind::Or(all) => self.either(all, Op::KeepIfTrue(0)),
            ExprKind::IfElse(parts) => {
                let [yes, test, no] = parts.as_ref();
                let skips = self.jumps_unless(test);
                self.expression(yes);
                let end = self.emit(Op::Jump(0));
                self.land(skips);
                self.expression(no);
                self.land([end]);
            }
            ExprKind::Format(parts) => self.text_of_parts(parts, expr.span),
            ExprKind::Dictionary(fields) => self.dictionary(fields, expr.span),
            ExprKind::Each(_) => self.error(
                expr.span,
                "`*` arguments are not in this language",
                "write each argument out; `gather` alone takes `*[load(key) for key in keys]`",
            ),
            ExprKind::Slice(of, bounds) => self.slice(of, bounds, expr.span),
            ExprKind::List(all) | ExprKind::Tuple(all) => {
                self.check_items(all);
                for part in all {
                    self.expression(part);
                }
                self.at(expr.span);
                let length = all.len() as u16;
                self.emit(match expr.kind {
                    ExprKind::Tuple(_) => Op::Tuple(length),
                    _ => Op::List(length),
                });
            }
        }
    }

    /// Writes a condition; returns the jumps taken if it is false.
    pub(super) fn jumps_unless(&mut self, test: &'t Expr) -> Vec<usize> {
        match &test.kind {
            ExprKind::Bool(true) => Vec::new(),
            ExprKind::And(all) => all.iter().flat_map(|part| self.jumps_unless(part)).collect(),
            ExprKind::Unary(Unary::Not, value) => {
                self.expression(value);
                vec![self.emit(Op::JumpIfTrue(0))]
            }
            ExprKind::Compare(value, rest) if let [(comparison, _)] = rest.as_slice() => {
                let jump = match comparison {
                    Comparison::Is => Op::JumpIfNotNone(0),
                    Comparison::IsNot => Op::JumpIfNone(0),
                    _ => {
                        self.expression(test);
                        return vec![self.emit(Op::JumpIfFalse(0))];
                    }
                };
                self.expression(value);
                vec![self.emit(jump)]
            }
            _ => {
                self.expression(test);
                vec![self.emit(Op::JumpIfFalse(0))]
            }
        }
    }

    /// `and`, `or`: the first value that decides, or the last one.
    fn either(&mut self, all: &'t [Expr], jump: Op) {
        let mut jumps = Vec::new();
        for (index, part) in all.iter().enumerate() {
            self.expression(part);
            if index + 1 < all.len() {
                jumps.push(self.emit(jump));
            }
        }
        self.land(jumps);
    }

    fn compare(&mut self, first: &'t Expr, rest: &'t [(Comparison, Expr)], span: Span) {
        self.expression(first);
        let middle = (rest.len() > 1).then(|| self.temporary(1));
        let mut jumps = Vec::new();
        let mut left = first;
        for (index, (comparison, right)) in rest.iter().enumerate() {
            self.check_comparison(*comparison, left, right);
            left = right;
            self.expression(right);
            self.at(span);
            let Some(middle) = middle.filter(|_| index + 1 < rest.len()) else {
                self.emit(Op::Compare(*comparison));
                break;
            };
            // a < b < c asks for b once
            self.emit(Op::Assign(middle));
            self.emit(Op::Load(middle));
            self.emit(Op::Compare(*comparison));
            jumps.push(self.emit(Op::KeepIfFalse(0)));
            self.emit(Op::Load(middle));
        }
        self.land(jumps);
        if let Some(middle) = middle {
            self.release(middle, 1);
        }
    }

    pub(super) fn text(&mut self, text: &Arc<str>, span: Span) {
        if text.len() > LONGEST_TEXT {
            self.error(
                span,
                format!("a text of more than {LONGEST_TEXT} bytes"),
                "shorten it: keys and values are short",
            );
            return;
        }
        match self.compiler.names.intern(text) {
            Some(symbol) => self.load_scalar(Scalar::Text(symbol)),
            None => self.error(span, "too many different texts in this run", "use fewer"),
        }
    }

    pub(super) fn name(&mut self, name: &Arc<str>, span: Span) {
        self.at(span);
        if let Some(slot) = self.local(name) {
            self.emit(Op::Load(slot));
            return;
        }
        let form = match self.compiler.globals.get(name) {
            Some(Global::Parameter(index)) => {
                let index = *index;
                self.emit(Op::Parameter(index));
                return;
            }
            Some(Global::Queue(_)) => format!("ask it for something: `{name}.take(10)`"),
            Some(Global::Channel(_)) => format!("send something to it: `{name}.publish(key)`"),
            Some(Global::Function(_)) => format!("call it: `{name}(…)`"),
            Some(Global::Error(_)) => format!("raise it, `raise {name}(\"why\")`, or catch it"),
            Some(Global::Foreign(advice)) => {
                return self.error(span, format!("`{name}` is not here"), *advice);
            }
            None => match name.as_ref() {
                "cache" | "db" | "replica" => {
                    format!(
                        "ask it for something: `{name}.{}(key)`",
                        if name.as_ref() == "cache" { "get" } else { "read" }
                    )
                }
                "math" => {
                    "write math.log(x), math.exp(x), math.sqrt(x), math.floor(x) or math.ceil(x)"
                        .into()
                }
                "lock" => "write `with lock(key):`".into(),
                _ if is_reserved(name) => format!("call it: `{name}(…)`"),
                _ if self.compiler.taken(name).is_some() => {
                    format!("ask it for something: `{name}.get(key)`")
                }
                _ => {
                    let locals = self.locals.clone();
                    let advice =
                        self.compiler.unknown(name, locals.iter().map(|name| name.as_ref()));
                    return self.compiler.no_such(span, name, "", advice);
                }
            },
        };
        self.error(span, format!("`{name}` is not a value"), form);
    }

    /// Whether something has this name.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.local(name).is_some()
            || self.compiler.globals.contains_key(name)
            || is_reserved(name)
            || MODULES.contains(&name)
    }

    fn attribute(&mut self, value: &'t Expr, name: &Name) {
        if let Some(object) = self.object(value) {
            let of = object_name(value);
            let found = object.calls().contains(&name.text.as_ref());
            if found {
                let message = format!("`{of}.{}` is not called", name.text);
                self.error(name.span, message, format!("write `{of}.{}(…)`", name.text));
            } else {
                self.no_such_call(&of, object, name);
            }
            return;
        }
        self.check_owner(value);
        self.expression(value);
        if let ExprKind::Name(of) = &value.kind
            && !self.is_known(of)
        {
            return;
        }
        self.at(name.span);
        match Attribute::find(&name.text) {
            Some(attribute) => {
                self.emit(Op::Attribute(attribute));
            }
            None => {
                let advice = match nearest(&name.text, Attribute::ALL.map(Attribute::name)) {
                    Some(meant) => format!("did you mean `.{meant}`?"),
                    None => format!(
                        "entries have .value .age .ttl .fresh .version, rows .value .version, items .key .value .attempts .version .add; a field of a dictionary is `[\"{}\"]`",
                        name.text
                    ),
                };
                self.error(name.span, format!("nothing has a `.{}`", name.text), advice);
            }
        }
    }
}
