//! Lines that Python needs and a strategy does not: imports and type hints.

use super::{Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::token::Token;
use crate::vocabulary::language::ALIASES;

impl Parser<'_> {
    /// `import a, b` or `from a import b`: has no effect. The names exist here anyway, or the first
    /// use of one is an error with advice.
    pub(super) fn import(&mut self) -> Parse<()> {
        let is_from = self.is_word("from");
        self.advance();
        let module = self.module()?;
        if is_from {
            if !self.eat_word("import") {
                return self.error("`from` without `import`", "write `from time import sleep`");
            }
            return self.imported(&module);
        }
        while self.eat_sign(",") {
            self.module()?;
        }
        if self.is_word("as") {
            return self.error(
                "an import under another name",
                "leave `as …` out, and write the functions as they are called here: `time.time()`, `json.loads(…)`",
            );
        }
        Ok(())
    }

    /// A module's name, with its dots.
    fn module(&mut self) -> Parse<String> {
        let first = self.name("a module's name", "write `import time`")?;
        let mut name = first.text.to_string();
        while self.eat_sign(".") {
            name.push('.');
            name.push_str(&self.name("a module's name", "write `import time`")?.text);
        }
        Ok(name)
    }

    /// The names after `import`.
    fn imported(&mut self, module: &str) -> Parse<()> {
        let bracket = self.eat_sign("(");
        loop {
            let span = self.span();
            if self.eat_sign("*") {
                return Err(SyntaxError::new(span, "`import *`", "name what you need"));
            }
            let name = self.name("a name", "write `from time import sleep`")?;
            let full = format!("{module}.{}", name.text);
            let is_here = match module {
                "time" | "random" | "asyncio" => is_bare(&name.text),
                "json" | "math" => false,
                _ => true,
            };
            if !is_here {
                return Err(SyntaxError::new(
                    span,
                    format!("`{}` without its module", name.text),
                    format!("write `import {module}`, and `{full}(…)` where it is called"),
                ));
            }
            if self.is_word("as") {
                return self.error("an import under another name", "leave `as …` out");
            }
            if !self.eat_sign(",") || self.is_sign(")") {
                break;
            }
        }
        if bracket {
            self.expect(")", "close the names with `)`")?;
        }
        Ok(())
    }

    /// Skips `: type`, up to a token that a type cannot contain.
    pub(super) fn hint(&mut self) {
        let mut depth = 0u32;
        loop {
            match self.token() {
                Token::Sign("(" | "[" | "{") => depth += 1,
                Token::Sign(")" | "]" | "}") if depth > 0 => depth -= 1,
                Token::Sign(")" | "," | "=" | ":") if depth == 0 => return,
                Token::Newline | Token::Indent | Token::Dedent | Token::End => return,
                _ => {}
            }
            self.advance();
        }
    }
}

/// Whether a function of a module can be called by its bare name.
fn is_bare(name: &str) -> bool {
    matches!(name, "sleep" | "random" | "gather") || ALIASES.iter().any(|(alias, _)| *alias == name)
}
