//! What stands at the top level: parameters, queues and functions.

use super::expression::unsupported;
use super::{Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{Decorator, FunctionDef, Item, Name};
use crate::strategy::syntax::token::Token;

const TOP_LEVEL: &str =
    "the top level holds parameters (`TTL = 60`), queues (`queue = Queue(at=cache)`) and functions";

impl Parser<'_> {
    /// Everything, up to the end of the text.
    pub(super) fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        while self.token() != &Token::End {
            match self.item() {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {}
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

    fn item(&mut self) -> Parse<Option<Item>> {
        match self.token() {
            Token::Newline | Token::Dedent => {
                self.advance();
                Ok(None)
            }
            Token::Text(text) => {
                if self.after() != &Token::Newline {
                    return self.error("a text at the top level", TOP_LEVEL);
                }
                if self.docstring.is_none() {
                    self.docstring = Some(text.to_string());
                }
                self.advance();
                Ok(None)
            }
            Token::Sign("@") | Token::Keyword("def") => self.function().map(Some),
            Token::Name(_) => self.declaration().map(Some),
            Token::Indent => self.error(
                "this line is indented, but belongs to no function",
                "begin it at the left edge, or put it into a function",
            ),
            Token::Keyword(
                word @ ("class" | "lambda" | "import" | "from" | "global" | "nonlocal" | "async"
                | "await" | "yield" | "del" | "assert"),
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

    /// `NAME = …`
    fn declaration(&mut self) -> Parse<Item> {
        let name = self.name("a name", TOP_LEVEL)?;
        match self.token() {
            Token::Sign("=") => self.advance(),
            Token::Sign(":") => {
                return self.error("type annotations are not in this language", "leave it out");
            }
            _ => {
                return Err(SyntaxError::new(
                    name.span,
                    "a statement outside functions",
                    TOP_LEVEL,
                ));
            }
        }
        let value = self.expressions()?;
        if !self.eat(&Token::Newline) && self.token() != &Token::End {
            return self.error_at_rest();
        }
        Ok(Item::Assign(name, value))
    }

    fn function(&mut self) -> Parse<Item> {
        let mut decorators = Vec::new();
        while self.eat_sign("@") {
            let name = self.name("a decorator", "write `@at(cache)` or `@every(60)`")?;
            if !self.is_sign("(") {
                return self.error(
                    format!("`@{}` without arguments", name.text),
                    "write `@at(cache)` or `@every(60)`",
                );
            }
            let arguments = self.arguments()?;
            decorators.push(Decorator { name, arguments });
            if !self.eat(&Token::Newline) {
                return self.error_at_rest();
            }
        }
        if self.is_word("async") {
            let (message, advice) = unsupported("async");
            return self.error(message, advice);
        }
        if !self.eat_word("def") {
            return self.error("a decorator without a function", "put a `def` right below it");
        }
        let name = self.name("a function's name", "write `def read(key):`")?;
        self.expect("(", "write `def read(key):`")?;
        let mut arguments: Vec<Name> = Vec::new();
        while !self.is_sign(")") {
            if let Token::Sign(sign @ ("*" | "**" | "/")) = self.token() {
                return self
                    .error(format!("`{sign}` among a function's arguments"), "name each argument");
            }
            arguments.push(self.name("an argument's name", "write `def read(key):`")?);
            if self.is_sign("=") {
                return self.error(
                    "arguments with a default are not in this language",
                    "leave the default out and pass the value in each call",
                );
            }
            if self.is_sign(":") {
                return self.error("type annotations are not in this language", "leave it out");
            }
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect(")", "separate arguments with `,` and close them with `)`")?;
        if self.is_sign("->") {
            return self.error("type annotations are not in this language", "leave `-> …` out");
        }
        let body = self.block("def")?;
        Ok(Item::Function(FunctionDef { name, arguments, decorators, body }))
    }
}
