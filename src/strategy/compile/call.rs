//! Calls: of stores, of the program's functions, of those that are built in.

use super::function::Body;
use super::placement::{Use, Used};
use super::{Global, count, listed};
use crate::strategy::call::FunctionId;
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Name};
use crate::strategy::syntax::token::Span;
use crate::vocabulary::command::{Default, QueueCommand, StoreCommand};
use crate::vocabulary::language::is_reserved;
use crate::vocabulary::{Native, Store, StoreId};

/// What stands in front of the dot of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Object {
    Store(StoreId),
    /// a queue of the program, by its position
    Queue(u16),
    Math,
}

impl Object {
    /// The names of its calls.
    pub(super) fn calls(self) -> Vec<&'static str> {
        match self {
            Object::Store(store) => store.kind().commands().map(StoreCommand::name).collect(),
            Object::Queue(_) => Store::Queue.commands().map(StoreCommand::name).collect(),
            Object::Math => Native::math().collect(),
        }
    }

    fn store(self) -> Option<Store> {
        match self {
            Object::Store(store) => Some(store.kind()),
            Object::Queue(_) => Some(Store::Queue),
            Object::Math => None,
        }
    }
}

impl<'t> Body<'_, '_, 't> {
    /// The store, queue or `math` that an expression in front of a dot names.
    pub(super) fn object(&self, value: &Expr) -> Option<Object> {
        let ExprKind::Name(name) = &value.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match self.compiler.globals.get(name) {
            Some(Global::Queue(queue)) => Some(Object::Queue(*queue)),
            Some(_) => None,
            None if name.as_ref() == "math" => Some(Object::Math),
            None => self.compiler.names.stores().find(name).map(Object::Store),
        }
    }

    pub(super) fn no_such_call(&mut self, of: &str, object: Object, name: &Name) {
        let calls = object.calls();
        let foreign = object.store().and_then(|store| store.instead_of(&name.text));
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
                Some(Object::Math) => self.native(&format!("math.{}", name.text), span, given),
                Some(object @ (Object::Store(_) | Object::Queue(_))) => {
                    self.store_call(object, value, name, given);
                }
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

    fn store_call(&mut self, object: Object, value: &Expr, name: &Name, given: &'t [Argument]) {
        let of = object_name(value);
        let span = value.span.to(name.span);
        let found = object.store().and_then(|store| StoreCommand::find(store, &name.text));
        let Some(command) = found else {
            self.no_such_call(&of, object, name);
            return;
        };
        let call = command.name();
        let nth = match object {
            Object::Store(store) => u16::from(store.nth()),
            Object::Queue(queue) => queue,
            Object::Math => 0,
        };
        if let (Object::Queue(queue), StoreCommand::Queue(command)) = (object, command) {
            let changes = self.compiler.queues[queue as usize].changes;
            if changes && !QueueCommand::OF_CHANGES.contains(&command) {
                let has = listed(
                    QueueCommand::OF_CHANGES.map(|it| StoreCommand::Queue(it).name()),
                    "and",
                );
                let advice = format!("it has {has}: the database fills it");
                self.error(name.span, format!("a change stream has no `{call}`"), advice);
            }
            self.compiler.uses.push(Use { by: self.id, of: Used::Queue(queue), span });
        }
        let declared: Vec<_> =
            command.arguments().iter().map(|argument| (argument.name, argument.default)).collect();
        self.arguments(&format!("{of}.{call}"), span, &declared, given);
        self.at(span);
        self.emit(Op::Store { command, nth });
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
        let Some(native) = Native::find(name) else {
            let advice = if is_reserved(name) {
                "call a function, such as cache.get(key)".to_owned()
            } else if name.starts_with("math.") {
                let math = Native::ALL.map(Native::name).into_iter();
                format!("it has {}", listed(math.filter(|word| word.starts_with("math.")), "and"))
            } else {
                self.compiler.unknown(name, [])
            };
            let message = if is_reserved(name) {
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
        let (least, most) = native.arity();
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
