//! Expressions: each leaves one value on the stack.

use std::rc::Rc;

use super::function::Body;
use super::placement::{Use, Used};
use super::{Global, count};
use crate::strategy::call::FunctionId;
use crate::strategy::error::nearest;
use crate::strategy::machine::ops::Op;
use crate::strategy::syntax::ast::{Argument, Comparison, Expr, ExprKind, Name, Unary};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::{LONGEST_TEXT, Real, Scalar, Value};
use crate::strategy::vocabulary::{ATTRIBUTES, Default, NATIVES, Object, RESERVED, STORE_CALLS};

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
            ExprKind::List(all) => {
                for part in all {
                    self.expression(part);
                }
                self.at(expr.span);
                self.emit(Op::List(all.len() as u16));
            }
        }
    }

    /// Writes a condition; gives the jumps that are taken where it is false.
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
        for (index, (comparison, right)) in rest.iter().enumerate() {
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

    fn text(&mut self, text: &Rc<str>, span: Span) {
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

    pub(super) fn name(&mut self, name: &Rc<str>, span: Span) {
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
            Some(Global::Function(_)) => format!("call it: `{name}(…)`"),
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
                _ if RESERVED.contains(&name.as_ref()) => format!("call it: `{name}(…)`"),
                _ => {
                    let locals = self.locals.clone();
                    let advice =
                        self.compiler.unknown(name, locals.iter().map(|name| name.as_ref()));
                    self.error(span, format!("there is no `{name}`"), advice);
                    return;
                }
            },
        };
        self.error(span, format!("`{name}` is not a value"), form);
    }

    /// The store, queue or `math` that an expression in front of a dot names.
    fn object(&self, value: &Expr) -> Option<(Object, u16)> {
        let ExprKind::Name(name) = &value.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match (name.as_ref(), self.compiler.globals.get(name)) {
            (_, Some(Global::Queue(queue))) => Some((Object::Queue, *queue)),
            (_, Some(_)) => None,
            ("cache", _) => Some((Object::Cache, 0)),
            ("db", _) => Some((Object::Database, 0)),
            ("replica", _) => Some((Object::Replica, 0)),
            ("math", _) => Some((Object::Math, 0)),
            _ => None,
        }
    }

    fn attribute(&mut self, value: &'t Expr, name: &Name) {
        if let Some((object, _)) = self.object(value) {
            let of = object_name(value);
            let calls = calls_of(object);
            let found = calls.iter().any(|call| *call == name.text.as_ref());
            if found {
                let message = format!("`{of}.{}` is not called", name.text);
                self.error(name.span, message, format!("write `{of}.{}(…)`", name.text));
            } else {
                self.no_such_call(&of, &calls, name);
            }
            return;
        }
        self.expression(value);
        self.at(name.span);
        match ATTRIBUTES.iter().find(|(known, _)| *known == name.text.as_ref()) {
            Some((_, attribute)) => {
                self.emit(Op::Attribute(*attribute));
            }
            None => {
                let advice = match nearest(&name.text, ATTRIBUTES.iter().map(|(n, _)| *n)) {
                    Some(meant) => format!("did you mean `.{meant}`?"),
                    None => "entries have .value .age .ttl .fresh .version, rows .value .version, \
                             items .key .value .attempts .version .add"
                        .into(),
                };
                self.error(name.span, format!("nothing has a `.{}`", name.text), advice);
            }
        }
    }

    fn no_such_call(&mut self, of: &str, calls: &[&'static str], name: &Name) {
        let foreign = match (of, name.text.as_ref()) {
            ("cache", "read" | "fetch") => Some("cache.get(key)"),
            ("cache", "put" | "write" | "setex") => Some("cache.set(key, value, ttl=60)"),
            ("cache", "del" | "remove" | "invalidate" | "evict") => Some("cache.delete(key)"),
            ("cache", "setnx") => Some("cache.add(key, value, ttl=60)"),
            ("db", "get" | "fetch" | "query" | "select" | "load") => Some("db.read(key)"),
            ("db", "set" | "put" | "save" | "update" | "insert" | "upsert") => {
                Some("db.write(key, value)")
            }
            (_, "pop" | "get" | "popleft" | "dequeue") => Some("queue.take(1)"),
            (_, "put" | "append" | "enqueue" | "send") => Some("queue.push(key, value)"),
            _ => None,
        };
        let advice = match (foreign, nearest(&name.text, calls.iter().copied())) {
            (Some(foreign), _) => format!("write `{foreign}`"),
            (None, Some(meant)) => format!("did you mean `{of}.{meant}`?"),
            (None, None) => format!("it has {}", calls.join(", ")),
        };
        self.error(name.span, format!("there is no `{of}.{}`", name.text), advice);
    }

    fn call(&mut self, callee: &'t Expr, given: &'t [Argument]) {
        let span = callee.span;
        match &callee.kind {
            ExprKind::Attribute(value, name) => match self.object(value) {
                Some((Object::Math, _)) => self.native(&format!("math.{}", name.text), span, given),
                Some((object, queue)) => self.store_call(object, queue, value, name, given),
                None => {
                    let advice = match name.text.as_ref() {
                        "append" | "extend" | "insert" | "pop" | "remove" => {
                            "lists never change; keep what changes in a store or a queue"
                        }
                        "startswith" | "endswith" => {
                            "write `\"part\" in key`, or give the prefix a strategy of its own"
                        }
                        "format" | "join" => "glue texts together with `+` and `str()`",
                        _ => "only cache, db, replica, queues and math have calls",
                    };
                    if let ExprKind::Name(of) = &value.kind
                        && self.local(of).is_none()
                    {
                        // an unknown name is the greater mistake
                        self.name(of, value.span);
                    }
                    self.error(name.span, format!("`.{}(…)` cannot be called", name.text), advice);
                }
            },
            ExprKind::Name(name) if self.local(name).is_some() => {
                self.error(
                    span,
                    format!("`{name}` is a variable, not a function"),
                    "call a function",
                );
            }
            ExprKind::Name(name) => match self.compiler.globals.get(name) {
                Some(Global::Function(id)) => {
                    let id = *id;
                    self.user_arguments(id, span, given);
                    self.at(span);
                    let given = self.compiler.functions[id.0 as usize].arguments;
                    self.emit(Op::Invoke { function: id.0, given });
                }
                Some(_) => self.name_misused(name, span),
                None => self.native(name, span, given),
            },
            _ => self.error(span, "this cannot be called", "call a function by its name"),
        }
    }

    fn name_misused(&mut self, name: &str, span: Span) {
        self.error(span, format!("`{name}` cannot be called"), "call a function");
    }

    fn user_arguments(&mut self, id: FunctionId, span: Span, given: &'t [Argument]) {
        let names = self.compiler.arguments[id.0 as usize].clone();
        let declared: Vec<_> =
            names.iter().map(|name| (name.as_ref(), Default::Required)).collect();
        let callee = self.compiler.functions[id.0 as usize].name.clone();
        self.compiler.uses.push(Use { by: self.id, of: Used::Function(id), span });
        self.arguments(&callee, span, &declared, given);
    }

    fn store_call(
        &mut self,
        object: Object,
        queue: u16,
        value: &Expr,
        name: &Name,
        given: &'t [Argument],
    ) {
        let of = object_name(value);
        let span = value.span.to(name.span);
        let found =
            STORE_CALLS.iter().find(|(on, call, _)| *on == object && *call == name.text.as_ref());
        let Some(&(_, call, op)) = found else {
            self.no_such_call(&of, &calls_of(object), name);
            return;
        };
        if object == Object::Queue {
            let changes = self.compiler.queues[queue as usize].changes;
            if changes && matches!(call, "push" | "add" | "dead_letter") {
                let advice = "it has take, ack and retry: the database fills it";
                self.error(name.span, format!("a change stream has no `{call}`"), advice);
            }
            self.compiler.uses.push(Use { by: self.id, of: Used::Queue(queue), span });
        }
        let declared: Vec<_> =
            op.arguments().iter().map(|argument| (argument.name, argument.default)).collect();
        self.arguments(&format!("{of}.{call}"), span, &declared, given);
        self.at(span);
        self.emit(match object {
            Object::Queue => Op::Queue { op, queue },
            _ => Op::Store(op),
        });
    }

    fn native(&mut self, name: &str, span: Span, given: &'t [Argument]) {
        match name {
            "sleep" => {
                self.arguments(name, span, &[("seconds", Default::Required)], given);
                self.at(span);
                self.emit(Op::Sleep);
                return;
            }
            "spawn" => return self.spawn(span, given),
            "range" => {
                let advice = "write `for i in range(n):`";
                return self.error(span, "`range` stands behind `in` of a loop only", advice);
            }
            "lock" => {
                return self.error(span, "a lock is held by a block", "write `with lock(key):`");
            }
            "Queue" | "Changes" => {
                let advice = "declare it at the top level: `queue = Queue(at=cache)`";
                return self.error(span, "a queue inside a function", advice);
            }
            _ => {}
        }
        let found = NATIVES.iter().find(|(known, ..)| *known == name);
        let Some(&(_, native, least, most)) = found else {
            let advice = if RESERVED.contains(&name) {
                "call a function, such as cache.get(key)".to_owned()
            } else if name.starts_with("math.") {
                "it has math.log, math.exp, math.sqrt, math.floor and math.ceil".to_owned()
            } else {
                self.compiler.unknown(name, [])
            };
            let message = if RESERVED.contains(&name) {
                format!("`{name}` cannot be called")
            } else {
                format!("there is no function `{name}`")
            };
            return self.error(span, message, advice);
        };
        if let Some(argument) = given.iter().find(|argument| argument.name.is_some()) {
            let message = format!("`{name}` has no arguments with a name");
            return self.error(argument.value.span, message, "leave the name and the `=` out");
        }
        // `random` takes none or two
        let fits = (usize::from(least)..=usize::from(most)).contains(&given.len())
            && !(name == "random" && given.len() == 1);
        if !fits {
            let wanted = match (name, least, most) {
                ("random", ..) => "no arguments, or two".to_owned(),
                (_, least, most) if least == most => count(most.into(), "argument"),
                (_, least, most) => format!("{least} to {most} arguments"),
            };
            let advice = match name {
                "random" => "write `random()` for 0 to 1, or `random(low, high)`",
                "min" | "max" => "write `min(a, b)`",
                "now" => "write `now()`",
                _ => "give it one value",
            };
            let message = format!("`{name}` takes {wanted}, and gets {}", given.len());
            return self.error(span, message, advice);
        }
        for argument in given {
            self.expression(&argument.value);
        }
        self.at(span);
        self.emit(Op::Native { native, given: given.len() as u8 });
    }

    fn spawn(&mut self, span: Span, given: &'t [Argument]) {
        let advice = "write `spawn(refresh, key)`: the function's name, then its arguments";
        let function = match given.first() {
            Some(Argument { name: None, value }) => match &value.kind {
                ExprKind::Name(name) => match self.compiler.globals.get(name) {
                    Some(Global::Function(id)) => Some(*id),
                    _ => None,
                },
                ExprKind::Call(..) => {
                    let message = "`spawn` takes a function, and this calls it";
                    return self.error(value.span, message, advice);
                }
                _ => None,
            },
            _ => None,
        };
        let Some(id) = function else {
            return self.error(span, "`spawn` takes one of the program's functions", advice);
        };
        self.user_arguments(id, span, &given[1..]);
        self.at(span);
        let given = self.compiler.functions[id.0 as usize].arguments;
        self.emit(Op::Spawn { function: id.0, given });
    }
}

fn object_name(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.to_string(),
        _ => String::new(),
    }
}

fn calls_of(object: Object) -> Vec<&'static str> {
    if object == Object::Math {
        return vec!["log", "exp", "sqrt", "floor", "ceil"];
    }
    STORE_CALLS.iter().filter(|(on, ..)| *on == object).map(|(_, call, _)| *call).collect()
}
