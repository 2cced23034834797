//! Calls: of stores, of the program's functions, of those that come along.

use super::function::Body;
use super::placement::{Use, Used};
use super::{Global, count};
use crate::strategy::call::FunctionId;
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Name};
use crate::strategy::syntax::token::Span;
use crate::strategy::vocabulary::{Default, NATIVES, Object, RESERVED, STORE_CALLS};

impl<'t> Body<'_, '_, 't> {
    /// The store, queue or `math` that an expression in front of a dot names.
    pub(super) fn object(&self, value: &Expr) -> Option<(Object, u16)> {
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

    pub(super) fn no_such_call(&mut self, of: &str, calls: &[&'static str], name: &Name) {
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

    pub(super) fn call(&mut self, callee: &'t Expr, given: &'t [Argument]) {
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

/// The name in front of the dot.
pub(super) fn object_name(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.to_string(),
        _ => String::new(),
    }
}

/// The calls that a store has.
pub(super) fn calls_of(object: Object) -> Vec<&'static str> {
    if object == Object::Math {
        return vec!["log", "exp", "sqrt", "floor", "ceil"];
    }
    STORE_CALLS.iter().filter(|(on, ..)| *on == object).map(|(_, call, _)| *call).collect()
}
