//! Statements and blocks.

use super::expression::unsupported;
use super::{Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{
    Argument, Binary, Block, Except, Expr, ExprKind, Name, Stmt, StmtKind, Target, Try,
};
use crate::strategy::syntax::token::{Span, Token};
use crate::vocabulary::Store;

impl Parser<'_> {
    /// `:` and the indented lines below it, or one statement after it.
    pub(super) fn block(&mut self, of: &str) -> Parse<Block> {
        if self.is_sign("=") {
            return self.error("`=` assigns", "to compare write `==`");
        }
        let missing = self.expect(":", &format!("end the line of `{of}` with `:`"));
        if let Err(error) = missing {
            // what stands below is looked at all the same
            if (self.token(), self.after()) != (&Token::Newline, &Token::Indent) {
                return Err(error);
            }
            self.errors.push(error);
        }
        if !self.eat(&Token::Newline) {
            return self.nested(|parser| Ok(vec![parser.simple_line()?]));
        }
        if !self.eat(&Token::Indent) {
            return Err(SyntaxError::new(
                self.last_span(),
                format!("`{of}` has no block"),
                "indent the lines below it by four spaces, or write `pass`",
            ));
        }
        self.nested(|parser| {
            let mut block = Vec::new();
            while !matches!(parser.token(), Token::Dedent | Token::End) {
                match parser.statement() {
                    Ok(Some(statement)) => block.push(statement),
                    Ok(None) => {}
                    Err(error) => parser.recover(error),
                }
            }
            parser.eat(&Token::Dedent);
            Ok(block)
        })
    }

    /// One statement, with its blocks. `None`: a text on its own, which is a comment.
    fn statement(&mut self) -> Parse<Option<Stmt>> {
        self.statement_at = self.at;
        // a word that changes nothing here
        if self.is_word("async") && matches!(self.after(), Token::Keyword("with" | "for")) {
            self.advance();
        }
        let span = self.span();
        let kind = match self.token() {
            Token::Keyword("if") => self.if_statement()?,
            Token::Keyword("while") => {
                self.advance();
                let test = self.expression()?;
                let body = self.block("while")?;
                self.refuse_loop_else()?;
                StmtKind::While(test, body)
            }
            Token::Keyword("for") => self.for_statement()?,
            Token::Keyword("try") => self.try_statement()?,
            Token::Keyword("with") => self.with_statement()?,
            Token::Indent => {
                return self.error(
                    "this line is indented deeper than the one above",
                    "indent it like the lines around it",
                );
            }
            Token::Text(_) if self.after() == &Token::Newline => {
                self.advance();
                self.advance();
                return Ok(None);
            }
            Token::Name(word)
                if &**word == "match"
                    && matches!(self.after(), Token::Name(_) | Token::Text(_)) =>
            {
                return self.error("`match` is not in this language", "write `if`, `elif`, `else`");
            }
            _ => return self.simple_line().map(Some),
        };
        Ok(Some(Stmt { kind, span }))
    }

    /// A statement without blocks and the end of its line.
    fn simple_line(&mut self) -> Parse<Stmt> {
        let span = self.span();
        let kind = self.simple()?;
        if !self.eat(&Token::Newline) && self.token() != &Token::End {
            return self.error_at_rest();
        }
        Ok(Stmt { kind, span })
    }

    /// Reports the unexpected text after a statement.
    pub(super) fn error_at_rest<T>(&self) -> Parse<T> {
        let found = self.token().describe();
        match self.token() {
            Token::Sign(";") => self.error("`;` between statements", "write one statement a line"),
            Token::Sign("=") => self.error(
                "only names can be assigned to",
                "write `name = value` or `a, b = pair`; to compare write `==`",
            ),
            Token::Sign(":=") => {
                self.error("`:=` is not in this language", "assign on a line of its own, with `=`")
            }
            Token::Sign(":") => self.error(
                "`:` cannot stand here",
                "only if, while, for, try, with and def end in `:`",
            ),
            Token::Keyword(word @ ("as" | "lambda" | "yield" | "from")) => {
                let (message, advice) = unsupported(word);
                self.error(message, advice)
            }
            _ => self.error(
                format!("{found} does not belong here"),
                "end the line before it, or put an operator between",
            ),
        }
    }

    fn simple(&mut self) -> Parse<StmtKind> {
        let Token::Keyword(word) = self.token() else { return self.assignment() };
        let kind = match *word {
            "break" => StmtKind::Break,
            "continue" => StmtKind::Continue,
            "pass" => StmtKind::Pass,
            "return" => {
                self.advance();
                let bare = matches!(self.token(), Token::Newline | Token::End);
                let value = if bare { None } else { Some(self.expressions()?) };
                return Ok(StmtKind::Return(value));
            }
            "raise" => {
                self.advance();
                let bare = matches!(self.token(), Token::Newline | Token::End);
                let error = if bare { None } else { Some(self.expression()?) };
                // what it came from is told to nobody here
                if error.is_some() && self.eat_word("from") {
                    self.expression()?;
                }
                return Ok(StmtKind::Raise(error));
            }
            "None" | "True" | "False" | "not" | "await" => return self.assignment(),
            "import" | "from" => {
                self.import()?;
                return Ok(StmtKind::Pass);
            }
            "if" | "while" | "for" | "try" | "with" => {
                return self.error(
                    format!("`{word}` behind a `:`"),
                    "write it on the next line, indented by four spaces",
                );
            }
            word => {
                let (message, advice) = unsupported(word);
                return self.error(message, advice);
            }
        };
        self.advance();
        Ok(kind)
    }

    fn assignment(&mut self) -> Parse<StmtKind> {
        let mut left = self.expressions()?;
        // a type hint
        if self.is_sign(":") && matches!(left.kind, ExprKind::Name(_)) {
            self.advance();
            self.hint();
            if !self.is_sign("=") {
                return Ok(StmtKind::Pass);
            }
        }
        let mut targets = Vec::new();
        while self.is_sign("=") {
            targets.push(self.target(left)?);
            self.advance();
            left = self.expressions()?;
        }
        if !targets.is_empty() {
            return Ok(StmtKind::Assign(targets, left));
        }
        let operator = match self.token() {
            Token::Sign("+=") => Binary::Add,
            Token::Sign("-=") => Binary::Subtract,
            Token::Sign("*=") => Binary::Multiply,
            Token::Sign("/=") => Binary::Divide,
            Token::Sign("//=") => Binary::FloorDivide,
            Token::Sign("%=") => Binary::Modulo,
            Token::Sign("**=") => Binary::Power,
            Token::Sign(sign) if sign.len() > 1 && sign.ends_with('=') && *sign != ":=" => {
                return self.error(
                    format!("`{sign}` is not in this language"),
                    "it has = += -= *= /= //= %= **=",
                );
            }
            _ => return Ok(StmtKind::Expr(left)),
        };
        let Target::One(name) = self.target(left)? else {
            return self.error("several names in front of an operator", "update one name a line");
        };
        self.advance();
        let value = self.expressions()?;
        Ok(StmtKind::Update(name, operator, value))
    }

    /// The names that an expression before `=` stands for.
    fn target(&self, left: Expr) -> Parse<Target> {
        let refuse = |span, what: &str, advice: &str| {
            Err(SyntaxError::new(span, format!("{what} cannot be assigned to"), advice))
        };
        let span = left.span;
        match left.kind {
            ExprKind::Name(text) => Ok(Target::One(Name { text, span })),
            ExprKind::List(all) | ExprKind::Tuple(all) if !all.is_empty() => {
                let mut names = Vec::new();
                for part in all {
                    match part.kind {
                        ExprKind::Name(text) => names.push(Name { text, span: part.span }),
                        _ => {
                            return refuse(
                                part.span,
                                "what is not a name",
                                "write names with commas between them",
                            );
                        }
                    }
                }
                Ok(Target::Several(names))
            }
            ExprKind::Attribute(..) => refuse(
                span,
                "an attribute",
                "entries and rows are copies; write to a store with cache.set() or db.write()",
            ),
            ExprKind::Index(of, _) => {
                let name = match &of.kind {
                    ExprKind::Name(name) => name.as_ref(),
                    _ => "",
                };
                match Store::of_object(name) {
                    Some(Store::Cache) => {
                        refuse(span, "a key of the cache", "write `cache.set(key, value)`")
                    }
                    Some(_) => {
                        refuse(span, "a key of the database", "write `db.write(key, value)`")
                    }
                    None => refuse(
                        span,
                        "a position or a field",
                        "lists and dictionaries never change: make another, `{**user, \"age\": 5}`; what functions share belongs in a store, `cache.set(key, value)`",
                    ),
                }
            }
            ExprKind::Call(..) => {
                refuse(span, "a call", "write `name = call(…)`; to compare write `==`")
            }
            _ => refuse(span, "a value", "write a name in front of `=`; to compare write `==`"),
        }
    }

    fn if_statement(&mut self) -> Parse<StmtKind> {
        let mut branches = Vec::new();
        self.advance();
        loop {
            let test = self.expression()?;
            branches.push((test, self.block("if")?));
            if !self.eat_word("elif") {
                break;
            }
        }
        if self.is_word("else") && matches!(self.after(), Token::Keyword("if")) {
            self.advance();
            return self.error("`else if` is not Python", "write `elif`");
        }
        let otherwise = if self.eat_word("else") { self.block("else")? } else { Vec::new() };
        Ok(StmtKind::If(branches, otherwise))
    }

    fn for_statement(&mut self) -> Parse<StmtKind> {
        self.advance();
        let mut names = vec![self.name("a loop variable", "write `for item in items:`")?];
        let mut several = false;
        while self.eat_sign(",") {
            several = true;
            names.push(self.name("a loop variable", "write `for a, b in pairs:`")?);
        }
        if !self.eat_word("in") {
            return self.error("`for` without `in`", "write `for item in items:`");
        }
        let over = self.expressions()?;
        let body = self.block("for")?;
        self.refuse_loop_else()?;
        let target = match names.pop() {
            Some(name) if !several => Target::One(name),
            last => {
                names.extend(last);
                Target::Several(names)
            }
        };
        Ok(StmtKind::For(target, over, body))
    }

    fn refuse_loop_else(&self) -> Parse<()> {
        if self.is_word("else") {
            return self.error(
                "`else` below a loop is not in this language",
                "put the lines behind the loop, or use a flag",
            );
        }
        Ok(())
    }

    fn try_statement(&mut self) -> Parse<StmtKind> {
        let start = self.span();
        self.advance();
        let body = self.block("try")?;
        let mut handlers = Vec::new();
        while self.eat_word("except") {
            let advice = "write `except StoreError:`, `except CacheError:`, `except DatabaseError:` or `except Timeout:`";
            let mut errors = Vec::new();
            if self.is_sign(":") {
                // all of them, as in Python
            } else if self.eat_sign("(") {
                while !self.is_sign(")") {
                    errors.push(self.error_name(advice)?);
                    if !self.eat_sign(",") {
                        break;
                    }
                }
                self.expect(")", "close the errors with `)`")?;
            } else {
                errors.push(self.error_name(advice)?);
                if self.is_sign(",") {
                    return self
                        .error("several errors without parentheses", "write `except (A, B):`");
                }
            }
            let name = match self.eat_word("as") {
                true => Some(self.name("a variable", "write `except StoreError as error:`")?),
                false => None,
            };
            handlers.push(Except { errors, name, body: self.block("except")? });
        }
        let otherwise = if self.is_word("else") {
            if handlers.is_empty() {
                return self.error("`else` without `except`", "put an `except` in front of it");
            }
            self.advance();
            self.block("else")?
        } else {
            Vec::new()
        };
        let finally = if self.eat_word("finally") { self.block("finally")? } else { Vec::new() };
        if handlers.is_empty() && finally.is_empty() && self.errors.is_empty() {
            return Err(SyntaxError::new(
                start,
                "`try` without `except`",
                "add `except StoreError:` and a block below it",
            ));
        }
        Ok(StmtKind::Try(Box::new(Try { body, handlers, otherwise, finally })))
    }

    /// The name of an error, with or without a module before it.
    fn error_name(&mut self, advice: &str) -> Parse<Name> {
        let mut name = self.name("an error's name", advice)?;
        while self.eat_sign(".") {
            let last = self.name("an error's name", advice)?;
            let text = format!("{}.{}", name.text, last.text).into();
            name = Name { text, span: name.span.to(last.span) };
        }
        Ok(name)
    }

    fn with_statement(&mut self) -> Parse<StmtKind> {
        self.advance();
        let advice = "write `with lock(key):` or `with db.transaction():`";
        let what = self.expression()?;
        if self.is_sign(",") {
            return self.error("two locks in one line", "write two `with` lines, one in the other");
        }
        if self.is_word("as") {
            return self.error("`as` is not in this language", advice);
        }
        let span = what.span;
        let ExprKind::Call(callee, mut arguments) = what.kind else {
            return Err(SyntaxError::new(span, ONLY, advice));
        };
        if let ExprKind::Attribute(of, name) = &callee.kind
            && of.kind == ExprKind::Name("db".into())
            && name.text.as_ref() == "transaction"
        {
            let repeatable = isolation(span, &arguments)?;
            return Ok(StmtKind::WithTransaction(repeatable, self.block("with")?));
        }
        if callee.kind != ExprKind::Name("lock".into()) {
            return Err(SyntaxError::new(span, ONLY, advice));
        }
        let is = |argument: &Argument, word: &str| {
            argument.name.as_ref().is_some_and(|name| name.text.as_ref() == word)
        };
        let last = arguments.pop();
        let (key, wait) = match arguments.pop() {
            Some(key) => (Some(key), last),
            None => (last, None),
        };
        let wait = match wait {
            Some(wait) if is(&wait, "wait") => Some(wait.value),
            Some(_) => {
                let advice = "write `with lock(key, wait=2):`";
                return Err(SyntaxError::new(span, "a lock has one key, and its wait", advice));
            }
            None => None,
        };
        let key = match (key, arguments.is_empty()) {
            (Some(key), true) if key.name.is_none() || is(&key, "key") => key,
            _ => return Err(SyntaxError::new(span, "a lock has one key", advice)),
        };
        let body = self.block("with")?;
        Ok(StmtKind::WithLock(key.value, wait, body))
    }
}

const ONLY: &str = "`with` is for locks and transactions only";

/// Whether the arguments of a transaction ask for repeatable reads.
fn isolation(span: Span, arguments: &[Argument]) -> Parse<bool> {
    let level = match arguments {
        [] => return Ok(false),
        [Argument { name: Some(name), value }] if name.text.as_ref() == "isolation" => value,
        _ => {
            let message = "a transaction takes its isolation, and nothing else";
            let advice = "write `with db.transaction(isolation=\"repeatable read\"):`";
            return Err(SyntaxError::new(span, message, advice));
        }
    };
    let word = match &level.kind {
        ExprKind::Text(text) => text.to_lowercase().replace('_', " "),
        _ => String::new(),
    };
    match word.as_str() {
        "read committed" => Ok(false),
        "repeatable read" => Ok(true),
        _ => {
            let advice = "write \"read committed\" or \"repeatable read\"";
            Err(SyntaxError::new(level.span, "there is no such isolation", advice))
        }
    }
}
