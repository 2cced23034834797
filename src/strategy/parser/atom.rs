//! Literals and names: numbers, texts, lists, dictionaries.

use std::sync::Arc;

use super::expression::unsupported;
use super::{Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{Expr, ExprKind, FormatPart};
use crate::strategy::syntax::number::too_large;
use crate::strategy::syntax::token::{Span, TextPart, Token};

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> Parse<Expr> {
        let span = self.span();
        let kind = match self.token() {
            Token::Name(text) => ExprKind::Name(text.clone()),
            Token::Int(value) => match i64::try_from(*value) {
                Ok(value) => ExprKind::Int(value),
                Err(_) => {
                    let (message, advice) = too_large(&value.to_string());
                    return self.error(message, advice);
                }
            },
            Token::Float(value) => ExprKind::Float(*value),
            Token::Text(_) | Token::Format(_) => return self.text(),
            Token::Keyword("None") => ExprKind::None,
            Token::Keyword("True") => ExprKind::Bool(true),
            Token::Keyword("False") => ExprKind::Bool(false),
            Token::Sign("(") => return self.bracketed(")"),
            Token::Sign("[") => return self.bracketed("]"),
            Token::Sign("{") => return self.nested(Self::dictionary),
            Token::Sign("*" | "**") => {
                return self.error("`*` in front of a value", "write each value out");
            }
            Token::Sign("...") => {
                return self.error(
                    "`...` stands for lines that are left out",
                    "write the lines that belong here, or `pass` where there are none",
                );
            }
            Token::Keyword(word) => {
                let (message, advice) = unsupported(word);
                return self.error(message, advice);
            }
            other => {
                let message = format!("expected a value, found {}", other.describe());
                return self.error(
                    message,
                    "write a name, a number, a text or a call such as cache.get(key)",
                );
            }
        };
        self.advance();
        self.node(kind, span)
    }

    /// One text, or several adjacent ones, which are joined; with or without values in them.
    fn text(&mut self) -> Parse<Expr> {
        let span = self.span();
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut end = span;
        loop {
            match self.token() {
                Token::Text(more) => text.push_str(more),
                Token::Format(more) => {
                    for part in Arc::clone(more).iter() {
                        match part {
                            TextPart::Text(more) => text.push_str(more),
                            TextPart::Value { tokens, quoted, spec } => {
                                if !text.is_empty() {
                                    parts.push(FormatPart::Text(std::mem::take(&mut text).into()));
                                }
                                let value = Parser::placed(tokens, self.depth)?;
                                let spec = spec.as_str().into();
                                parts.push(FormatPart::Value { value, quoted: *quoted, spec });
                            }
                        }
                    }
                }
                _ => break,
            }
            end = self.span();
            self.advance();
        }
        let span = span.to(end);
        if parts.is_empty() {
            return self.node(ExprKind::Text(text.into()), span);
        }
        if !text.is_empty() {
            parts.push(FormatPart::Text(text.into()));
        }
        self.node(ExprKind::Format(parts), span)
    }

    /// The value between two braces of a text.
    fn placed(tokens: &[(Token, Span)], depth: u16) -> Parse<Expr> {
        let mut inner = Parser::new(tokens, Vec::new());
        inner.depth = depth;
        let value = inner.nested(Parser::expressions)?;
        if inner.token() != &Token::End {
            return inner.error_at_rest();
        }
        Ok(value)
    }

    /// A value in parentheses, a tuple, or a list.
    fn bracketed(&mut self, close: &'static str) -> Parse<Expr> {
        let span = self.span();
        self.advance();
        let mut all = Vec::new();
        let mut comma = close == "]";
        while !self.is_sign(close) {
            all.push(self.expression()?);
            self.refuse_comprehension()?;
            if self.is_sign(":=") {
                return self.error(
                    "`:=` is not in this language",
                    "assign on a line of its own, with `=`",
                );
            }
            if !self.eat_sign(",") {
                break;
            }
            comma = true;
        }
        self.expect(close, "close the bracket")?;
        match all.pop() {
            Some(value) if !comma && all.is_empty() => Ok(value),
            last => {
                all.extend(last);
                let kind = if close == "]" { ExprKind::List(all) } else { ExprKind::Tuple(all) };
                self.node(kind, span)
            }
        }
    }

    /// `{"name": value, **other}`
    fn dictionary(&mut self) -> Parse<Expr> {
        let span = self.span();
        self.advance();
        let mut fields = Vec::new();
        while !self.is_sign("}") {
            if self.eat_sign("**") {
                fields.push((None, self.sum()?));
            } else {
                let name = self.expression()?;
                if !self.is_sign(":") {
                    return Err(SyntaxError::new(
                        span,
                        "sets are not in this language",
                        "write a list, `[1, 2]`, or a dictionary, `{\"name\": value}`",
                    ));
                }
                self.advance();
                fields.push((Some(name), self.expression()?));
            }
            self.refuse_comprehension()?;
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect("}", "separate fields with `,` and close them with `}`")?;
        self.node(ExprKind::Dictionary(fields), span)
    }
}
