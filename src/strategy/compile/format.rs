//! Texts with values in them, and dictionaries.

use super::function::Body;
use crate::strategy::machine::{SPREAD, text};
use crate::strategy::ops::Op;
use crate::strategy::syntax::ast::{Argument, Expr, ExprKind, FormatPart, Name};
use crate::strategy::syntax::token::Span;
use crate::strategy::value::Value;
use crate::vocabulary::{Method, Native};

impl<'t> Body<'_, '_, 't> {
    /// `f"user:{key}"`
    pub(super) fn text_of_parts(&mut self, parts: &'t [FormatPart], span: Span) {
        for part in parts {
            match part {
                FormatPart::Text(text) => self.text(text, span),
                FormatPart::Value { value, quoted, spec } => {
                    self.expression(value);
                    self.at(span);
                    if *quoted {
                        self.emit(Op::Native { native: Native::Repr, given: 1 });
                    }
                    if !spec.is_empty() {
                        self.text(spec, span);
                        self.emit(Op::Native { native: Native::Format, given: 2 });
                    }
                }
            }
        }
        self.at(span);
        self.emit(Op::Join(parts.len() as u16));
    }

    /// `"…".format(…)`: the text is on the stack, followed by a list of the positional values and a
    /// dictionary of the named ones.
    pub(super) fn format(&mut self, of: &Expr, name: &Name, given: &'t [Argument]) {
        let named = given.iter().filter(|argument| argument.name.is_some());
        let names: Vec<&str> =
            named.clone().filter_map(|argument| Some(&*argument.name.as_ref()?.text)).collect();
        let by_position = given.len() - names.len();
        self.check_places(of, by_position, &names);
        for argument in &given[..by_position] {
            self.expression(&argument.value);
        }
        self.emit(Op::List(by_position as u16));
        for argument in named {
            if let Some(name) = &argument.name {
                self.text(&name.text, name.span);
            }
            self.expression(&argument.value);
        }
        self.emit(Op::Dictionary(names.len() as u16));
        self.at(name.span);
        self.emit(Op::Method { method: Method::Format, given: 3 });
    }

    /// Finds errors in the placeholders of a literal text.
    fn check_places(&mut self, of: &Expr, by_position: usize, names: &[&str]) {
        let ExprKind::Text(written) = &of.kind else { return };
        let pieces = match text::pieces(written) {
            Ok(pieces) => pieces,
            Err(mistake) => {
                return self.error(of.span, mistake.message, "write `{}` where a value goes");
            }
        };
        let mut next = 0;
        for piece in pieces {
            let text::FormatPiece::Place { name, .. } = piece else { continue };
            let position = if name.is_empty() { Ok(next) } else { name.parse::<usize>() };
            next += usize::from(name.is_empty());
            let is_given = match position {
                Ok(at) => at < by_position,
                Err(_) => names.contains(&name),
            };
            if !is_given {
                let message = format!("`format` gets no value for `{{{name}}}`");
                return self.error(
                    of.span,
                    message,
                    "give it one, or write a text with `f` in front",
                );
            }
        }
    }

    /// `{"name": value, **other}`
    pub(super) fn dictionary(&mut self, fields: &'t [(Option<Expr>, Expr)], span: Span) {
        for (name, value) in fields {
            match name {
                Some(name) => {
                    let is_other = matches!(
                        name.kind,
                        ExprKind::None | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_)
                    );
                    if is_other {
                        let message = "a field's name is a text";
                        self.error(name.span, message, "put it in quotes");
                    }
                    self.expression(name);
                }
                None => self.load(SPREAD),
            }
            self.expression(value);
        }
        self.at(span);
        self.emit(Op::Dictionary(fields.len() as u16));
    }

    /// `of[start:end:step]`
    pub(super) fn slice(&mut self, of: &'t Expr, bounds: &'t [Option<Expr>; 3], span: Span) {
        self.expression(of);
        for bound in bounds {
            match bound {
                Some(bound) => self.expression(bound),
                None => self.load(Value::NONE),
            }
        }
        self.at(span);
        self.emit(Op::Slice);
    }
}
