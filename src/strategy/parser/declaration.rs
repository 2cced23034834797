//! The top level: parameters, queues, channels, errors and functions.

use super::expression::unsupported;
use super::{Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{
    Argument, Declaration, Decorator, ExprKind, Formal, FunctionDef, Name, StmtKind,
};
use crate::strategy::syntax::token::Token;

const TOP_LEVEL: &str = "the top level holds parameters (`TTL = 60`), queues (`queue = Queue(at=cache)`), errors (`class Busy(Exception): pass`) and functions";

impl Parser<'_> {
    /// All declarations, up to the end of the text.
    pub(super) fn items(&mut self) -> Vec<Declaration> {
        let mut items = Vec::new();
        while self.token() != &Token::End {
            self.statement_at = self.at;
            match self.item() {
                Ok(more) => items.extend(more),
                Err(error) => {
                    let before = self.at;
                    self.recover(error);
                    // a dedent or an indent that belongs to nothing
                    if self.at == before {
                        self.advance();
                    }
                }
            }
        }
        items
    }

    fn item(&mut self) -> Parse<Vec<Declaration>> {
        match self.token() {
            Token::Newline | Token::Dedent => {
                self.advance();
                Ok(Vec::new())
            }
            Token::Text(text) => {
                if self.after() != &Token::Newline {
                    return self.error("a text at the top level", TOP_LEVEL);
                }
                if self.docstring.is_none() {
                    self.docstring = Some(text.to_string());
                }
                self.advance();
                Ok(Vec::new())
            }
            Token::Sign("@") | Token::Keyword("def" | "async") => {
                self.function().map(|function| vec![function])
            }
            word if word.is_foreign_def() && matches!(self.after(), Token::Name(_)) => self.error(
                "a function of another language",
                "write `def read(key):`, and indent the lines of its body by four spaces",
            ),
            Token::Name(_) => self.declaration(),
            Token::Keyword("import" | "from") => {
                self.import()?;
                self.end_of_line()?;
                Ok(Vec::new())
            }
            Token::Keyword("if") => self.error(
                "a statement outside functions",
                "leave it out: clients call `read` and `write`, and `@every(60)` above a function runs it again and again",
            ),
            Token::Indent => self.error(
                "this line is indented, but belongs to no function",
                "begin it at the left edge, or put it into a function",
            ),
            Token::Keyword("class") => self.class().map(|class| vec![class]),
            Token::Keyword(
                word @ ("lambda" | "global" | "nonlocal" | "yield" | "del" | "assert"),
            ) => {
                let (message, advice) = unsupported(word);
                self.error(message, advice)
            }
            other => {
                let message = format!("{} at the top level", other.describe());
                self.error(message, TOP_LEVEL)
            }
        }
    }

    /// `NAME = …`, or `NAME = OTHER = …`
    fn declaration(&mut self) -> Parse<Vec<Declaration>> {
        let mut names = vec![self.name("a name", TOP_LEVEL)?];
        if self.eat_sign(":") {
            self.hint();
        }
        if !self.is_sign("=") {
            return Err(SyntaxError::new(
                names[0].span,
                "a statement outside functions",
                TOP_LEVEL,
            ));
        }
        self.advance();
        while matches!(self.token(), Token::Name(_)) && self.after() == &Token::Sign("=") {
            names.push(self.name("a name", TOP_LEVEL)?);
            self.advance();
        }
        let value = self.expressions()?;
        self.end_of_line()?;
        Ok(names.into_iter().map(|name| Declaration::Assign(name, value.clone())).collect())
    }

    /// `class Name(Base):` with nothing inside: an error of the program's own.
    fn class(&mut self) -> Parse<Declaration> {
        let (_, advice) = unsupported("class");
        let start = self.span();
        self.advance();
        let name = self.name("a class's name", "write `class Busy(Exception): pass`")?;
        let bases = if self.is_sign("(") { self.arguments()? } else { Vec::new() };
        let base = match bases.as_slice() {
            [Argument { name: None, value }] => match &value.kind {
                ExprKind::Name(text) => Some(Name { text: text.clone(), span: value.span }),
                _ => None,
            },
            _ => None,
        };
        let Some(base) = base else {
            let message = "a class that is no error";
            return Err(SyntaxError::new(start.to(name.span), message, advice));
        };
        let filled = |span| {
            let advice = "write `pass`: it has a name and a text, which `raise` gives it";
            SyntaxError::new(span, "an error class with something inside", advice)
        };
        // no block can hold these, and what is said of them elsewhere speaks of functions
        let mut inside = self.tokens[self.at..].iter().skip(1);
        let first = inside.find(|(token, _)| !matches!(token, Token::Newline | Token::Indent));
        if self.is_sign(":")
            && let Some((Token::Sign("..." | "@") | Token::Keyword("def" | "class"), span)) = first
            && (self.after() != &Token::Newline
                || self.tokens.get(self.at + 2).is_some_and(|it| it.0 == Token::Indent))
        {
            return Err(filled(*span));
        }
        let body = self.block("class")?;
        match body.iter().find(|statement| statement.kind != StmtKind::Pass) {
            None => Ok(Declaration::Error(name, base)),
            Some(statement) => Err(filled(statement.span)),
        }
    }

    fn end_of_line(&mut self) -> Parse<()> {
        if !self.eat(&Token::Newline) && self.token() != &Token::End {
            return self.error_at_rest();
        }
        Ok(())
    }

    fn function(&mut self) -> Parse<Declaration> {
        let mut decorators = Vec::new();
        while self.eat_sign("@") {
            let advice = "write `@at(cache)` or `@every(60)`";
            let mut name = self.name("a decorator", advice)?;
            while self.eat_sign(".") {
                let last = self.name("a decorator", advice)?;
                let text = format!("{}.{}", name.text, last.text).into();
                name = Name { text, span: name.span.to(last.span) };
            }
            // one that there is has arguments
            let is_known = matches!(name.text.as_ref(), "at" | "every" | "on");
            if is_known && !self.is_sign("(") {
                return self.error(format!("`@{}` without arguments", name.text), advice);
            }
            let arguments = if self.is_sign("(") { self.arguments()? } else { Vec::new() };
            decorators.push(Decorator { name, arguments });
            if !self.eat(&Token::Newline) {
                return self.error_at_rest();
            }
        }
        // every call waits for its reply as it is
        self.eat_word("async");
        if !self.eat_word("def") {
            return self.error("a decorator without a function", "put a `def` right below it");
        }
        let name = self.name("a function's name", "write `def read(key):`")?;
        self.expect("(", "write `def read(key):`")?;
        let mut arguments: Vec<Formal> = Vec::new();
        while !self.is_sign(")") {
            if let Token::Sign(sign @ ("*" | "**" | "/")) = self.token() {
                return self
                    .error(format!("`{sign}` among a function's arguments"), "name each argument");
            }
            let name = self.name("an argument's name", "write `def read(key):`")?;
            if self.eat_sign(":") {
                self.hint();
            }
            let default = if self.eat_sign("=") { Some(self.expression()?) } else { None };
            if default.is_none() && arguments.last().is_some_and(|last| last.default.is_some()) {
                return Err(SyntaxError::new(
                    name.span,
                    "an argument without a default behind one with a default",
                    "put the arguments without a default first",
                ));
            }
            arguments.push(Formal { name, default });
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect(")", "separate arguments with `,` and close them with `)`")?;
        if self.eat_sign("->") {
            self.hint();
        }
        let body = self.block("def")?;
        Ok(Declaration::Function(FunctionDef { name, arguments, decorators, body }))
    }
}
