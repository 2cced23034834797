//! Python's own mistakes are left to the run: code that is never reached does no harm there.
//!
//! Python's own mistakes are left to the run: what is never reached does no harm there.

use super::call::Object;
use super::function::Body;
use super::{Declared, Global};
use crate::strategy::argument::{self, kind};
use crate::strategy::call::Call;
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::syntax::ast::{Argument, Binary, Comparison, Expr, ExprKind, Unary};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::{Composite, Datum, Real, Scalar, Symbol, Value};
use crate::vocabulary::command::{
    CacheCommand, DatabaseCommand, QueueCommand, ReplicaCommand, StoreCommand,
};

/// The value of an expression, as far as it can be inferred.
pub(super) enum Inferred {
    /// exactly this value; a text stands for any text
    Value(Value),
    /// a value of this one's kind
    Kind(Value),
}

impl Inferred {
    fn value(&self) -> &Value {
        match self {
            Inferred::Value(value) | Inferred::Kind(value) => value,
        }
    }

    /// Whether every such value leads to this mistake.
    fn is_sure(&self, mistake: &Mistake) -> bool {
        matches!(self, Inferred::Value(_)) || mistake.kind == MistakeKind::Type
    }
}

fn of_kind(scalar: Scalar) -> Option<Inferred> {
    Some(Inferred::Kind(Datum::computed(scalar).into()))
}

/// A text whose content is unknown.
const TEXT: Scalar = Scalar::Text(Symbol(0));

impl Body<'_, '_, '_> {
    /// The value of an expression; `None`: it cannot be inferred.
    pub(super) fn seen(&self, expr: &Expr) -> Option<Inferred> {
        let exactly = |scalar| Some(Inferred::Value(Datum::computed(scalar).into()));
        match &expr.kind {
            ExprKind::None => exactly(Scalar::None),
            ExprKind::Bool(value) => exactly(Scalar::Bool(*value)),
            ExprKind::Int(value) => exactly(Scalar::Int(*value)),
            ExprKind::Float(value) => exactly(Scalar::Float(Real(*value))),
            ExprKind::Unary(Unary::Minus, value) => match value.kind {
                ExprKind::Int(value) => exactly(Scalar::Int(value.checked_neg()?)),
                ExprKind::Float(value) => exactly(Scalar::Float(Real(-value))),
                _ => None,
            },
            ExprKind::Text(_) => exactly(TEXT),
            ExprKind::Format(_) => of_kind(TEXT),
            ExprKind::Dictionary(_) => of_kind(Scalar::Dictionary(Symbol(0))),
            ExprKind::List(_) => Some(Inferred::Kind(Value::List([].into()))),
            ExprKind::Tuple(_) => Some(Inferred::Kind(Value::Tuple([].into()))),
            ExprKind::Binary(Binary::Add, left, right) => {
                let is_text = |side: &Expr| {
                    self.seen(side).is_some_and(|seen| {
                        matches!(seen.value(), Value::Datum(Datum { scalar: Scalar::Text(_), .. }))
                    })
                };
                (is_text(left) || is_text(right)).then(|| of_kind(TEXT)).flatten()
            }
            ExprKind::Name(name) if self.local(name).is_none() => {
                match self.compiler.globals.get(name) {
                    Some(Global::Parameter(index)) => {
                        of_kind(self.compiler.parameters[usize::from(*index)].default)
                    }
                    _ => None,
                }
            }
            ExprKind::Call(callee, _) => self.seen_of_call(callee),
            _ => None,
        }
    }

    fn seen_of_call(&self, callee: &Expr) -> Option<Inferred> {
        match &callee.kind {
            ExprKind::Name(name) if !self.is_own(name) => match name.as_ref() {
                "str" | "repr" | "format" => of_kind(TEXT),
                "int" | "len" | "now" | "random" => of_kind(Scalar::Int(1)),
                _ => None,
            },
            ExprKind::Attribute(value, name) => {
                let record =
                    |record: Composite| Some(Inferred::Kind(Value::Composite(record.into())));
                match self.command(value, &name.text)? {
                    StoreCommand::Cache(CacheCommand::Entry) => record(Composite::Entry {
                        value: Datum::NONE,
                        age_us: 0,
                        ttl_us: None,
                        fresh: true,
                        version: None,
                    }),
                    StoreCommand::Database(DatabaseCommand::Row)
                    | StoreCommand::Replica(ReplicaCommand::Row) => {
                        record(Composite::Row { value: Datum::NONE, version: 0 })
                    }
                    StoreCommand::Cache(CacheCommand::Lease)
                    | StoreCommand::Queue(QueueCommand::Take) => {
                        Some(Inferred::Kind(Value::List([].into())))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the program itself defines this name.
    fn is_own(&self, name: &str) -> bool {
        self.local(name).is_some() || self.compiler.globals.contains_key(name)
    }

    /// The command of a store that a call means.
    fn command(&self, value: &Expr, word: &str) -> Option<StoreCommand> {
        let kind = match self.object(value)? {
            Object::Store(store) => store.kind(),
            Object::Queue(_) => crate::vocabulary::Store::Queue,
            Object::Channel(_) | Object::Module(_) => return None,
        };
        StoreCommand::find(kind, word)
    }

    /// Reports a mistake: what is wrong and, after the last colon, what to write instead.
    fn mistaken(&mut self, span: Span, mistake: &Mistake) {
        let (message, advice) = mistake
            .message
            .rsplit_once(": ")
            .unwrap_or((&mistake.message, "give it another value"));
        self.error(span, message.to_owned(), advice.to_owned());
    }

    /// Checks the arguments of a command.
    pub(super) fn check_command(
        &mut self,
        command: StoreCommand,
        declared: &[Declared],
        given: &[Argument],
    ) {
        for (at, argument) in given.iter().enumerate() {
            let at = match &argument.name {
                Some(name) => declared.iter().position(|it| it.name == name.text),
                None => Some(at),
            };
            let (Some(at), Some(seen)) = (at, self.seen(&argument.value)) else { continue };
            if let Err(mistake) = Call::check(command, at, seen.value())
                && seen.is_sure(&mistake)
            {
                self.mistaken(argument.value.span, &mistake);
            }
        }
    }

    /// Checks the key of a lock.
    pub(super) fn check_key(&mut self, call: &str, key: &Expr) {
        if let Some(seen) = self.seen(key)
            && let Err(mistake) = argument::key(call, seen.value())
        {
            self.mistaken(key.span, &mistake);
        }
    }

    /// Checks a time: of a pause, or of a wait.
    pub(super) fn check_seconds(&mut self, call: &str, name: &str, seconds: &Expr) {
        if let Some(seen) = self.seen(seconds)
            && let Err(mistake) = argument::seconds(call, name, seen.value())
            && seen.is_sure(&mistake)
        {
            self.mistaken(seconds.span, &mistake);
        }
    }

    /// Checks what `read` returns to its client.
    pub(super) fn check_answer(&mut self, value: &Expr) {
        let is_read = &*self.compiler.functions[usize::from(self.id.0)].name == "read";
        if is_read
            && let Some(seen) = self.seen(value)
            && let Err(mistake) = argument::answer(seen.value())
        {
            self.mistaken(value.span, &mistake);
        }
    }

    /// Checks an operator: rows, entries and items have none.
    pub(super) fn check_operands(&mut self, sign: &str, left: &Expr, right: &Expr) {
        let (left_seen, right_seen) = (self.seen(left), self.seen(right));
        let record =
            [(left, &left_seen), (right, &right_seen)].into_iter().find_map(|(side, seen)| {
                let value = seen.as_ref()?.value();
                matches!(value, Value::Composite(_)).then(|| (side.span, kind(value)))
            });
        if let Some((span, kind)) = record {
            let message = format!("`{sign}` of {kind}");
            self.error(span, message, "write `.value` or `.version` behind it");
        }
    }

    pub(super) fn check_comparison(&mut self, by: Comparison, left: &Expr, right: &Expr) {
        let sign = match by {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
            Comparison::Is | Comparison::IsNot | Comparison::In | Comparison::NotIn => return,
        };
        // to `== None` anything can be compared
        if right.kind != ExprKind::None && left.kind != ExprKind::None {
            self.check_operands(sign, left, right);
        }
    }

    /// Checks the items of a list.
    pub(super) fn check_items(&mut self, items: &[Expr]) {
        for item in items {
            if matches!(item.kind, ExprKind::List(_) | ExprKind::Tuple(_)) {
                self.error(item.span, "a list inside a list", "keep it flat");
            }
        }
    }

    /// Checks that `value.attribute` does not ask a plain value for an attribute of entries and
    /// rows.
    pub(super) fn check_owner(&mut self, value: &Expr) {
        let ExprKind::Call(callee, _) = &value.kind else { return };
        let ExprKind::Attribute(of, word) = &callee.kind else { return };
        let instead = match self.command(of, &word.text) {
            Some(StoreCommand::Cache(CacheCommand::Get)) => "cache.entry(key)",
            Some(StoreCommand::Database(DatabaseCommand::Read)) => "db.row(key)",
            Some(StoreCommand::Replica(ReplicaCommand::Read)) => "replica.row(key)",
            _ => return,
        };
        let message = format!("`{}` gives a plain value, which has no attributes", word.text);
        self.error(word.span, message, format!("write `{instead}`"));
    }
}
