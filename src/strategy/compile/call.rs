//! Calls: of stores, of the program's functions, of built-in functions.

use super::foreign::owner;
use super::function::Body;
use super::placement::{Use, Used};
use super::{Declared, Global, count, listed};
use crate::strategy::call::FunctionId;
use crate::strategy::error::nearest;
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Name};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::Value;
use crate::vocabulary::command::{Default, QueueCommand, StoreCommand};
use crate::vocabulary::language::{ALIASES, MODULES, is_reserved, of_module};
use crate::vocabulary::{Method, Native, Store, StoreId};

/// The object before the dot of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Object {
    Store(StoreId),
    /// a queue of the program, by its position
    Queue(u16),
    /// a channel of the program, by its position
    Channel(u16),
    /// a Python module, of which a few functions exist here
    Module(&'static str),
}

impl Object {
    /// The names of the object's calls.
    pub(super) fn calls(self) -> Vec<&'static str> {
        match self {
            Object::Store(store) => {
                let written = store.kind().commands().filter(|command| command.is_written());
                written.map(StoreCommand::name).collect()
            }
            Object::Queue(_) => Store::Queue.commands().map(StoreCommand::name).collect(),
            Object::Channel(_) => vec!["publish"],
            Object::Module(module) => of_module(module),
        }
    }

    fn store(self) -> Option<Store> {
        match self {
            Object::Store(store) => Some(store.kind()),
            Object::Queue(_) => Some(Store::Queue),
            Object::Channel(_) | Object::Module(_) => None,
        }
    }
}

impl<'t> Body<'_, '_, 't> {
    /// The store, queue or `math` that an expression before a dot names.
    pub(super) fn object(&self, value: &Expr) -> Option<Object> {
        let ExprKind::Name(name) = &value.kind else { return None };
        if self.local(name).is_some() {
            return None;
        }
        match self.compiler.globals.get(name) {
            Some(Global::Queue(queue)) => Some(Object::Queue(*queue)),
            Some(Global::Channel(channel)) => Some(Object::Channel(*channel)),
            Some(_) => None,
            None => {
                let module = MODULES.iter().find(|module| **module == name.as_ref());
                let store = || self.compiler.names.stores().find(name).map(Object::Store);
                module.map(|module| Object::Module(module)).or_else(store)
            }
        }
    }

    pub(super) fn no_such_call(&mut self, of: &str, object: Object, name: &Name) {
        let calls = object.calls();
        let foreign = object.store().and_then(|store| store.instead_of(&name.text));
        let foreign = foreign.or_else(|| match (object, name.text.as_ref()) {
            (Object::Module("asyncio"), "create_task" | "ensure_future") => {
                Some("spawn(refresh, key)")
            }
            _ => None,
        });
        let advice = match (foreign, nearest(&name.text, calls.iter().copied())) {
            (Some(foreign), _) if object.store() == Some(Store::Cache) => {
                format!("write `{}`", foreign.replacen(Store::Cache.object(), of, 1))
            }
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
                Some(Object::Module(module)) => {
                    let word = format!("{module}.{}", name.text);
                    if of_module(module).contains(&name.text.as_ref()) {
                        self.native(&word, span.to(name.span), given);
                    } else {
                        self.no_such_call(module, Object::Module(module), name);
                    }
                }
                Some(object @ Object::Channel(channel)) => {
                    let of = object_name(value);
                    if &*name.text != "publish" {
                        self.no_such_call(&of, object, name);
                        return self.look_at(given);
                    }
                    let declared = Declared { name: "key".into(), default: None };
                    let span = span.to(name.span);
                    self.arguments(&format!("{of}.publish"), span, &[declared], given);
                    self.at(span);
                    self.emit(Op::Publish(channel));
                }
                Some(object @ (Object::Store(_) | Object::Queue(_))) => {
                    self.store_call(object, value, name, given);
                }
                None => self.method(value, name, given),
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
                    self.user_arguments(id, span, given, Some(self.in_transaction()));
                    self.at(span);
                    let given = self.compiler.functions[id.0 as usize].arguments;
                    self.emit(Op::Invoke { function: id.0, given });
                }
                Some(Global::Foreign(advice)) => {
                    self.error(span, format!("`{name}` is not here"), *advice);
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

    /// `inside`: whether a transaction is open; `None`: the callee is a separate task.
    pub(super) fn user_arguments(
        &mut self,
        id: FunctionId,
        span: Span,
        given: &'t [Argument],
        inside: Option<bool>,
    ) {
        let declared = self.compiler.arguments[id.0 as usize].clone();
        let callee = self.compiler.functions[id.0 as usize].name.clone();
        self.compiler.uses.push(Use { by: self.id, of: Used::Function(id), span, inside });
        self.arguments(&callee, span, &declared, given);
    }

    fn store_call(&mut self, object: Object, value: &Expr, name: &Name, given: &'t [Argument]) {
        let of = object_name(value);
        let span = value.span.to(name.span);
        let found = object.store().and_then(|store| StoreCommand::find(store, &name.text));
        let Some(command) = found.filter(|command| command.is_written()) else {
            self.no_such_call(&of, object, name);
            return self.look_at(given);
        };
        let call = command.name();
        let nth = match object {
            Object::Store(store) => u16::from(store.nth()),
            Object::Queue(queue) => queue,
            Object::Channel(_) | Object::Module(_) => 0,
        };
        if let Object::Store(StoreId::Cache(cache)) = object
            && self.compiler.names.stores().is_local(cache)
        {
            let of = Used::Local;
            self.compiler.uses.push(Use { by: self.id, of, span, inside: None });
        }
        if let (Object::Queue(queue), StoreCommand::Queue(command)) = (object, command) {
            let changes = self.compiler.queues[queue as usize].changes;
            if changes && !QueueCommand::OF_CHANGES.contains(&command) {
                let has = listed(
                    QueueCommand::OF_CHANGES.map(|it| StoreCommand::Queue(it).name()),
                    "and",
                );
                let advice = format!("it has {has}: the database fills it");
                return self.error(name.span, format!("a change stream has no `{call}`"), advice);
            }
            let of = Used::Queue(queue);
            self.compiler.uses.push(Use { by: self.id, of, span, inside: None });
        }
        let mut declared = Vec::new();
        for argument in command.arguments() {
            let default = match argument.default {
                Default::Required => None,
                Default::None => Some(Value::NONE),
                Default::Int(value) => Some(Value::int(value)),
            };
            let default = default.map(|value| Op::Constant(self.compiler.constant(value)));
            declared.push(Declared { name: argument.name.into(), default });
        }
        if self.arguments(&format!("{of}.{call}"), span, &declared, given) {
            self.check_command(command, &declared, given);
        }
        self.at(span);
        self.emit(Op::Store { command, nth });
    }

    fn native(&mut self, word: &str, span: Span, given: &'t [Argument]) {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
        let name = alias.map_or(word, |(_, name)| name);
        match name {
            "sleep" => {
                let seconds = Declared { name: "seconds".into(), default: None };
                if self.arguments(word, span, &[seconds], given) {
                    self.check_seconds(word, "seconds", &given[0].value);
                }
                self.at(span);
                self.emit(Op::Sleep);
                return;
            }
            "spawn" => return self.spawn(span, given),
            "single_flight" => return self.single_flight(span, given),
            "gather" => return self.gather(span, given),
            "forget_flight" => {
                let key = Declared { name: "key".into(), default: None };
                self.arguments(word, span, &[key], given);
                self.at(span);
                self.emit(Op::ForgetFlight);
                return;
            }
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
            if is_reserved(name) {
                let message = format!("`{name}` cannot be called");
                return self.error(span, message, "call a function, such as cache.get(key)");
            }
            let advice = self.compiler.unknown(name, []);
            self.compiler.no_such(span, name, "function ", advice);
            return self.look_at(given);
        };
        if let Some(argument) = given.iter().find(|argument| argument.name.is_some()) {
            let message = format!("`{word}` has no arguments with a name");
            return self.error(argument.value.span, message, "leave the name and the `=` out");
        }
        let (least, most) = native.arity();
        // `random` takes none or two; Python's two of that name, one of them each
        let fits = (usize::from(least)..=usize::from(most)).contains(&given.len())
            && match word {
                "random" => given.len() != 1,
                "random.random" => given.is_empty(),
                "random.uniform" | "uniform" => given.len() == 2,
                _ => true,
            };
        if !fits {
            let wanted = match (name, least, most) {
                ("random", ..) => "no arguments, or two".to_owned(),
                ("log", ..) => "up to 16 values".to_owned(),
                (_, least, most) if least == most => count(most.into(), "argument"),
                (_, least, most) => format!("{least} to {most} arguments"),
            };
            let advice = match name {
                "random" => "write `random()` for 0 to 1, or `random(low, high)`",
                "min" | "max" => "write `min(a, b)`",
                "now" => "write `now()`",
                _ => "give it one value",
            };
            let message = format!("`{word}` takes {wanted}, and gets {}", given.len());
            return self.error(span, message, advice);
        }
        for argument in given {
            self.expression(&argument.value);
        }
        self.at(span);
        self.emit(Op::Native { native, given: given.len() as u8 });
    }

    /// Finds errors in the arguments of a call that is wrong itself.
    pub(super) fn look_at(&mut self, given: &'t [Argument]) {
        for argument in given {
            self.expression(&argument.value);
        }
    }

    /// Whether a name is the replica's, which the run does not have.
    fn is_missing_replica(&self, name: &str) -> bool {
        let word = Store::Replica.object();
        name == word && self.compiler.names.stores().find(word).is_none()
    }

    /// `value.method(…)`
    fn method(&mut self, value: &'t Expr, name: &Name, given: &'t [Argument]) {
        if let ExprKind::Name(of) = &value.kind
            && (!self.is_known(of) || self.is_missing_replica(of))
        {
            // an unknown name is the greater mistake
            let advice = self.compiler.unknown(of, []);
            let generic = advice.starts_with("give it a value");
            let advice = owner(&name.text).filter(|_| generic).unwrap_or(advice);
            self.compiler.no_such(value.span, of, "", advice);
            return self.look_at(given);
        }
        let Some(method) = Method::find(&name.text) else {
            let advice = match name.text.as_ref() {
                "append" | "extend" | "insert" | "pop" | "remove" | "popleft" | "appendleft" => {
                    "lists never change; keep what changes in a store or a queue"
                }
                "update" | "setdefault" => {
                    "dictionaries never change: make another, `{**user, \"age\": 5}`"
                }
                _ => "only cache, db, replica, queues, math, texts and dictionaries have calls",
            };
            let message = format!("`.{}(…)` cannot be called", name.text);
            return self.error(name.span, message, advice);
        };
        self.expression(value);
        if method == Method::Format {
            return self.format(value, name, given);
        }
        let (least, most) = method.arity();
        if let Some(argument) = given.iter().find(|argument| argument.name.is_some()) {
            let message = format!("`.{}` has no arguments with a name", name.text);
            return self.error(argument.value.span, message, "leave the name and the `=` out");
        }
        if !(usize::from(least)..=usize::from(most)).contains(&given.len()) {
            let wanted = match (least, most) {
                (least, most) if least == most => count(most.into(), "argument"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            let message = format!("`.{}` takes {wanted}, and gets {}", name.text, given.len());
            return self.error(name.span, message, "give it as many");
        }
        for argument in given {
            self.expression(&argument.value);
        }
        self.at(name.span);
        self.emit(Op::Method { method, given: 1 + given.len() as u8 });
    }

    fn spawn(&mut self, span: Span, given: &'t [Argument]) {
        let advice = "write `spawn(refresh, key)`: the function's name, then its arguments";
        let Some(id) = self.function_given("spawn", span, given.first(), advice) else { return };
        self.user_arguments(id, span, &given[1..], None);
        self.at(span);
        let given = self.compiler.functions[id.0 as usize].arguments;
        self.emit(Op::Spawn { function: id.0, given });
    }

    /// `single_flight(key, function, …)`
    fn single_flight(&mut self, span: Span, given: &'t [Argument]) {
        let advice = "write `single_flight(key, load)`: a key, the function's name, then its \
                      arguments where they are others than the key";
        let (key, function) = match given {
            [key @ Argument { name: None, .. }, function, ..] => (key, function),
            _ => {
                let message = "`single_flight` takes a key and a function";
                return self.error(span, message, advice);
            }
        };
        let function = self.function_given("single_flight", span, Some(function), advice);
        let Some(id) = function else { return };
        let callee = &self.compiler.functions[id.0 as usize];
        if callee.place.is_some() {
            let message = format!("`{}` runs elsewhere: it has an `@at`", callee.name);
            let advice = "callers of one process share a run: name a function without `@at`, which \
                          may call this one";
            return self.error(given[1].value.span, message, advice);
        }
        self.expression(&key.value);
        let rest = &given[2..];
        let takes_key = rest.is_empty() && self.compiler.arguments[id.0 as usize].len() == 1;
        if takes_key {
            self.compiler.uses.push(Use {
                by: self.id,
                of: Used::Function(id),
                span,
                inside: None,
            });
        } else {
            self.user_arguments(id, span, rest, None);
        }
        self.at(span);
        let given = self.compiler.functions[id.0 as usize].arguments;
        let given = if takes_key { 0 } else { given };
        self.emit(Op::SingleFlight { function: id.0, given });
    }

    /// The function of the program that an argument names.
    fn function_given(
        &mut self,
        word: &str,
        span: Span,
        given: Option<&'t Argument>,
        advice: &'static str,
    ) -> Option<FunctionId> {
        if let Some(Argument { name: None, value }) = given {
            match &value.kind {
                ExprKind::Name(name) => {
                    if let Some(Global::Function(id)) = self.compiler.globals.get(name) {
                        return Some(*id);
                    }
                }
                ExprKind::Call(..) => {
                    let message = format!("`{word}` takes a function, and this calls it");
                    self.error(value.span, message, advice);
                    return None;
                }
                _ => {}
            }
        }
        self.error(span, format!("`{word}` takes one of the program's functions"), advice);
        None
    }
}

/// The name before the dot.
pub(super) fn object_name(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.to_string(),
        _ => String::new(),
    }
}
