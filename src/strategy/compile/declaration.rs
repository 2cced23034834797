//! Declarations: parameters, queues, and decorators.

use super::foreign::made;
use super::{Compiler, Declared, Global, count};
use crate::decimal;
use crate::strategy::call::FunctionId;
use crate::strategy::error::{SyntaxError, nearest};
use crate::strategy::machine::arith;
use crate::strategy::ops::Op;
use crate::strategy::program::{
    Channel, EveryExpr, Function, Loop, Parameter, QueueSpec, SHORTEST_LOOP_US, every_us,
};
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, Formal, FunctionDef, Name, Unary};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::{LONGEST_TEXT, Real, Scalar};
use crate::time;
use crate::vocabulary::Role;
use crate::vocabulary::queue::Rules;

impl Compiler<'_> {
    /// `NAME = …`
    pub(super) fn declare_value(&mut self, name: &Name, value: &Expr, comment: Option<&String>) {
        if let ExprKind::Call(callee, arguments) = &value.kind
            && let ExprKind::Name(what) = &callee.kind
        {
            match what.as_ref() {
                "Queue" => return self.declare_queue(name, value, arguments),
                "Changes" => return self.declare_changes(name, value, arguments),
                "Channel" => return self.declare_channel(name, value, arguments),
                _ => {}
            }
        }
        if let Some(advice) = made(value) {
            self.error(value.span, "a parameter's value must be a literal", advice);
            self.globals.insert(name.text.clone(), Global::Foreign(advice));
            return;
        }
        match self.literal(value) {
            Ok(default) => self.declare_parameter(name, value, default, comment),
            Err(error) => {
                self.errors.push(error);
                // known all the same, so that its uses are no further errors
                self.declare_parameter(name, value, Scalar::Int(0), None);
            }
        }
    }

    fn declare_parameter(
        &mut self,
        name: &Name,
        value: &Expr,
        default: Scalar,
        comment: Option<&String>,
    ) {
        let comment = comment.map_or("", |text| text.trim());
        let number = match default {
            Scalar::Int(value) => Some(value as f64),
            Scalar::Float(Real(value)) => Some(value),
            _ => None,
        };
        let (mut text, mut low, mut high) = (comment, None, None);
        let (before, last) = comment.rsplit_once('·').unwrap_or(("", comment));
        if let (Some(number), Some((from, to))) = (number, last.split_once("..")) {
            match (bound(from), bound(to)) {
                (Some(from), Some(to)) => {
                    (text, low, high) = (before.trim(), from, to);
                    let outside = from.is_some_and(|low| number < low)
                        || to.is_some_and(|high| number > high);
                    if outside {
                        self.error(
                            value.span,
                            format!("{number} is outside the range `{}`", last.trim()),
                            "change the value or the range",
                        );
                    }
                }
                // words with dots between them, as prose has
                _ if !comment.contains('·') => {}
                _ => self.error(
                    value.span,
                    format!("the range `{}` behind the `·` is not two numbers", last.trim()),
                    "write it like `· 1..3600`",
                ),
            }
        }
        let index = self.parameters.len() as u16;
        self.globals.insert(name.text.clone(), Global::Parameter(index));
        self.parameters.push(Parameter {
            name: name.text.clone(),
            default,
            low,
            high,
            text: text.to_owned(),
            line: name.span.line,
        });
    }

    /// The value of a literal, or of an expression of literals.
    pub(super) fn literal(&mut self, value: &Expr) -> Result<Scalar, SyntaxError> {
        let refuse = |advice: &str| {
            Err(SyntaxError::new(value.span, "a parameter's value must be a literal", advice))
        };
        match &value.kind {
            ExprKind::Bool(value) => Ok(Scalar::Bool(*value)),
            ExprKind::Int(value) => Ok(Scalar::Int(*value)),
            ExprKind::Float(value) => Ok(Scalar::Float(Real(*value))),
            ExprKind::Text(text) if text.len() > LONGEST_TEXT => {
                refuse("texts are at most 1,000 bytes long")
            }
            ExprKind::Text(text) => match self.names.intern(text) {
                Some(symbol) => Ok(Scalar::Text(symbol)),
                None => refuse("too many different texts in this run"),
            },
            ExprKind::Unary(Unary::Minus, inner) => {
                let inner = self.literal(inner)?;
                arith::negate(inner).or_else(|mistake| refuse(&mistake.message))
            }
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.literal(left)?, self.literal(right)?);
                match arith::binary(*operator, left, right, self.names) {
                    Ok(value) => Ok(value),
                    Err(mistake) => refuse(&mistake.message),
                }
            }
            ExprKind::None => refuse("write a number, a text, True or False"),
            ExprKind::Name(_) => {
                refuse("write the number out: a parameter may be changed without the other one")
            }
            _ => refuse("write a number (`24 * 3600` is fine), a text, True or False"),
        }
    }

    fn declare_changes(&mut self, name: &Name, value: &Expr, arguments: &[Argument]) {
        if !arguments.is_empty() {
            self.error(value.span, "`Changes` takes no arguments", "write `changes = Changes()`");
        }
        let queue = QueueSpec {
            name: name.text.clone(),
            place: Role::Database,
            durable: true,
            rules: Rules::FIFO,
            changes: true,
            line: name.span.line,
        };
        self.add_queue(name, queue);
    }

    fn declare_channel(&mut self, name: &Name, value: &Expr, arguments: &[Argument]) {
        if !arguments.is_empty() {
            self.error(value.span, "`Channel` takes no arguments", "write `bus = Channel()`");
        }
        self.globals.insert(name.text.clone(), Global::Channel(self.channels.len() as u16));
        let (name, line) = (name.text.clone(), name.span.line);
        self.channels.push(Channel { name, handlers: Vec::new(), line });
    }

    /// `@on(bus)`: the function runs on every app server.
    fn listen(&mut self, id: FunctionId, span: Span, channel: Option<&Expr>) {
        let found = channel.and_then(|channel| match &channel.kind {
            ExprKind::Name(name) => self.globals.get(name).copied(),
            _ => None,
        });
        let Some(Global::Channel(channel)) = found else {
            let advice = "declare it at the top level, `bus = Channel()`, and write `@on(bus)`";
            return self.error(span, "`@on` names a channel", advice);
        };
        self.channels[usize::from(channel)].handlers.push(id);
        let needed = self.arguments[usize::from(id.0)].iter().filter(|it| it.default.is_none());
        if needed.count() != 1 {
            let advice = "it gets what was published: write `def forget(key):`";
            self.error(span, "a function with `@on` takes one argument", advice);
        }
        let function = &mut self.functions[usize::from(id.0)];
        if function.place.is_some_and(|place| place != Role::App) {
            let advice = "leave `@at` out: it runs on every app server";
            return self.error(span, "a function with `@on` at another place", advice);
        }
        function.place = Some(Role::App);
    }

    pub(super) fn add_queue(&mut self, name: &Name, queue: QueueSpec) {
        self.globals.insert(name.text.clone(), Global::Queue(self.queues.len() as u16));
        self.queues.push(queue);
    }

    pub(super) fn declare_function(&mut self, definition: &FunctionDef) {
        let mut arguments: Vec<Declared> = Vec::new();
        for Formal { name, .. } in &definition.arguments {
            if arguments.iter().any(|other| other.name == name.text) {
                self.error(
                    name.span,
                    format!("`{}` is there twice", name.text),
                    "give each argument its own name",
                );
            }
            // its default is read once every name is known
            arguments.push(Declared { name: name.text.clone(), default: None });
        }
        if arguments.len() > 16 {
            self.error(definition.name.span, "more than 16 arguments", "pass fewer");
            arguments.truncate(16);
        }
        self.functions.push(Function {
            name: definition.name.text.clone(),
            place: None,
            line: definition.name.span.line,
            arguments: arguments.len() as u8,
            entry: 0,
            variables: Vec::new(),
            slots: 0,
            handlers: Vec::new(),
        });
        self.arguments.push(arguments);
    }

    /// Handles a function's decorators, once every name is known.
    pub(super) fn decorate(&mut self, id: FunctionId, definition: &FunctionDef) {
        let index = id.0 as usize;
        for (at, formal) in definition.arguments.iter().enumerate() {
            if let Some(default) = &formal.default {
                let default = self.default(default);
                if let Some(argument) = self.arguments[index].get_mut(at) {
                    argument.default = Some(default);
                }
            }
        }
        let mut every = None;
        let mut on = None;
        for decorator in &definition.decorators {
            let span = decorator.name.span;
            let argument = match decorator.arguments.as_slice() {
                [argument] if argument.name.is_none() => Some(&argument.value),
                _ => None,
            };
            match decorator.name.text.as_ref() {
                "at" => match argument.and_then(place) {
                    Some(_) if self.functions[index].place.is_some() => {
                        self.error(span, "a second `@at`", "a function runs in one place");
                    }
                    Some(place) => self.functions[index].place = Some(place),
                    None => self.error(
                        span,
                        "`@at` names a place",
                        "write `@at(app)`, `@at(cache)` or `@at(worker)`",
                    ),
                },
                "every" => {
                    let Some(argument) = argument else {
                        self.error(span, "`@every` takes the seconds", "write `@every(60)`");
                        continue;
                    };
                    if every.is_some() {
                        self.error(span, "a second `@every`", "leave one of them");
                    }
                    every = self.every(argument);
                    if !definition.arguments.is_empty() {
                        self.error(
                            definition.arguments[0].name.span,
                            format!("a function with `@every` gets {}", count(0, "argument")),
                            "take what it works on from a queue or a store",
                        );
                    }
                }
                "on" => on = Some((span, argument)),
                other => {
                    let advice = match nearest(other, ["at", "every", "on"]) {
                        Some(meant) => format!("did you mean `@{meant}`?"),
                        None => "there are `@at(cache)`, `@every(60)` and `@on(bus)`".into(),
                    };
                    self.error(span, format!("there is no decorator `@{other}`"), advice);
                }
            }
        }
        if let Some((span, channel)) = on {
            if every.is_some() {
                self.error(span, "`@on` and `@every` above one function", "write two functions");
            }
            self.listen(id, span, channel);
        }
        if let Some(every) = every {
            let place = self.functions[index].place.unwrap_or(Role::App);
            let line = definition.name.span.line;
            self.loops.push(Loop { function: id, place, every, line });
        }
    }

    /// The default of an argument: a literal, or a parameter.
    fn default(&mut self, value: &Expr) -> Op {
        let scalar = match &value.kind {
            ExprKind::None => Some(Scalar::None),
            ExprKind::Name(name) => match self.globals.get(name) {
                Some(Global::Parameter(index)) => return Op::Parameter(*index),
                _ => None,
            },
            _ => self.literal(value).ok(),
        };
        if scalar.is_none() {
            let advice = "write a number, a text, True, False, None or a parameter's name";
            self.error(value.span, "a default must be a literal", advice);
        }
        let scalar = scalar.unwrap_or(Scalar::None);
        Op::Constant(self.constant(crate::strategy::value::Datum::computed(scalar).into()))
    }

    fn every(&mut self, seconds: &Expr) -> Option<EveryExpr> {
        let advice = format!(
            "write seconds from {} to a year, or the name of a parameter",
            time::to_seconds(SHORTEST_LOOP_US)
        );
        let found = match &seconds.kind {
            ExprKind::Name(name) => match self.globals.get(name) {
                Some(Global::Parameter(index)) => {
                    let default = self.parameters[*index as usize].default;
                    every_us(default).map(|_| EveryExpr::Parameter(*index))
                }
                _ => {
                    let advice = self.unknown(name, []);
                    self.no_such(seconds.span, name, "parameter ", advice);
                    return None;
                }
            },
            _ => self.literal(seconds).ok().and_then(every_us).map(EveryExpr::Us),
        };
        if found.is_none() {
            self.error(seconds.span, "`@every` cannot be this", advice);
        }
        found
    }
}

/// The place that an expression names.
pub(super) fn place(value: &Expr) -> Option<Role> {
    match &value.kind {
        ExprKind::Name(name) => Role::HOSTS.into_iter().find(|role| role.name() == &**name),
        _ => None,
    }
}

/// One end of a range; `Some(None)` if it is open.
fn bound(text: &str) -> Option<Option<f64>> {
    let text = text.trim().replace('_', "");
    if text.is_empty() {
        return Some(None);
    }
    decimal::float(&text).filter(|number| number.is_finite()).map(Some)
}
