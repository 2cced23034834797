//! Expressions, by precedence.

use super::{DEEPEST, Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{Argument, Binary, Comparison, Expr, ExprKind, Name, Unary};
use crate::strategy::syntax::number::{TOO_LARGE_BY_ONE, too_large};
use crate::strategy::syntax::token::{Span, Token};

impl Parser<'_> {
    /// An expression; without parentheses a comma ends it.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.nested(Self::conditional)
    }

    /// An expression, or several with commas between them: a tuple.
    pub(super) fn expressions(&mut self) -> Parse<Expr> {
        let first = self.expression()?;
        if !self.is_sign(",") {
            return Ok(first);
        }
        let span = first.span;
        let mut all = vec![first];
        while self.eat_sign(",") {
            if self.ends_expression() {
                break;
            }
            all.push(self.expression()?);
        }
        self.node(ExprKind::List(all), span)
    }

    fn ends_expression(&self) -> bool {
        matches!(self.token(), Token::Newline | Token::End | Token::Sign(")" | "]" | "=" | ":"))
    }

    fn conditional(&mut self) -> Parse<Expr> {
        let yes = self.or()?;
        if !self.eat_word("if") {
            return Ok(yes);
        }
        let test = self.or()?;
        if !self.eat_word("else") {
            return self
                .error("`a if b` without `else`", "write `a if b else c`, or an `if` statement");
        }
        let no = self.expression()?;
        let span = yes.span;
        self.node(ExprKind::IfElse(Box::new([yes, test, no])), span)
    }

    fn or(&mut self) -> Parse<Expr> {
        let first = self.and()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let span = first.span;
        let mut all = vec![first];
        while self.eat_word("or") {
            all.push(self.and()?);
        }
        self.node(ExprKind::Or(all), span)
    }

    fn and(&mut self) -> Parse<Expr> {
        let first = self.not()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let span = first.span;
        let mut all = vec![first];
        while self.eat_word("and") {
            all.push(self.not()?);
        }
        self.node(ExprKind::And(all), span)
    }

    fn not(&mut self) -> Parse<Expr> {
        let span = self.span();
        if self.eat_word("not") {
            let operand = self.nested(Self::not)?;
            return self.node(ExprKind::Unary(Unary::Not, Box::new(operand)), span);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parse<Expr> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(comparison) = self.comparison_sign() {
            let right = self.sum()?;
            if matches!(comparison, Comparison::Is | Comparison::IsNot)
                && right.kind != ExprKind::None
            {
                return Err(SyntaxError::new(
                    right.span,
                    "`is` compares with `None` only",
                    "write `==` (or `!=`), or `is None`",
                ));
            }
            rest.push((comparison, right));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let span = first.span.to(self.last_span());
        self.node(ExprKind::Compare(Box::new(first), rest), span)
    }

    fn comparison_sign(&mut self) -> Option<Comparison> {
        let comparison = match self.token() {
            Token::Sign("==") => Comparison::Equal,
            Token::Sign("!=") => Comparison::NotEqual,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterEqual,
            Token::Keyword("in") => Comparison::In,
            Token::Keyword("not") if self.after() == &Token::Keyword("in") => {
                self.advance();
                Comparison::NotIn
            }
            Token::Keyword("is") if self.after() == &Token::Keyword("not") => {
                self.advance();
                Comparison::IsNot
            }
            Token::Keyword("is") => Comparison::Is,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    fn sum(&mut self) -> Parse<Expr> {
        let mut left = self.product()?;
        loop {
            let operator = match self.token() {
                Token::Sign("+") => Binary::Add,
                Token::Sign("-") => Binary::Subtract,
                _ => return Ok(left),
            };
            left = self.binary(left, operator, Self::product)?;
        }
    }

    fn product(&mut self) -> Parse<Expr> {
        let mut left = self.unary()?;
        loop {
            let operator = match self.token() {
                Token::Sign("*") => Binary::Multiply,
                Token::Sign("/") => Binary::Divide,
                Token::Sign("//") => Binary::FloorDivide,
                Token::Sign("%") => Binary::Modulo,
                Token::Sign(sign @ ("&" | "|" | "^" | "<<" | ">>" | "@" | "**")) => {
                    let advice = match *sign {
                        "&" => "for conditions write `and`",
                        "|" => "for conditions write `or`",
                        "**" => "multiply: `x * x`, or use math.exp()",
                        _ => "the operators are + - * / // %",
                    };
                    return self.error(format!("`{sign}` is not in this language"), advice);
                }
                _ => return Ok(left),
            };
            left = self.binary(left, operator, Self::unary)?;
        }
    }

    fn binary(
        &mut self,
        left: Expr,
        operator: Binary,
        operand: impl FnOnce(&mut Self) -> Parse<Expr>,
    ) -> Parse<Expr> {
        let span = self.span();
        self.advance();
        let right = operand(self)?;
        self.node(ExprKind::Binary(operator, Box::new(left), Box::new(right)), span)
    }

    fn unary(&mut self) -> Parse<Expr> {
        let span = self.span();
        let sign = match self.token() {
            Token::Sign("-") => Unary::Minus,
            Token::Sign("+") => Unary::Plus,
            Token::Sign("~") => {
                return self.error("`~` is not in this language", "for conditions write `not`");
            }
            Token::Sign("!") => return self.error("`!` means nothing here", "write `not`"),
            _ => return self.postfix(),
        };
        self.advance();
        if (sign, self.token()) == (Unary::Minus, &Token::Int(TOO_LARGE_BY_ONE)) {
            self.advance();
            return self.node(ExprKind::Int(i64::MIN), span);
        }
        let operand = self.nested(Self::unary)?;
        // -5 is one number
        match (sign, &operand.kind) {
            (Unary::Minus, ExprKind::Int(value)) if let Some(value) = value.checked_neg() => {
                Ok(Expr { kind: ExprKind::Int(value), ..operand })
            }
            (Unary::Minus, ExprKind::Float(value)) => {
                Ok(Expr { kind: ExprKind::Float(-value), ..operand })
            }
            _ => self.node(ExprKind::Unary(sign, Box::new(operand)), span),
        }
    }

    fn postfix(&mut self) -> Parse<Expr> {
        let mut value = self.atom()?;
        loop {
            let start = value.span;
            if self.eat_sign(".") {
                let name = self.name("a name after the dot", "write the attribute's name")?;
                let span = start.to(name.span);
                value = self.node(ExprKind::Attribute(Box::new(value), name), span)?;
            } else if self.is_sign("(") {
                let arguments = self.arguments()?;
                value = self.node(ExprKind::Call(Box::new(value), arguments), start)?;
            } else if self.eat_sign("[") {
                if self.is_sign(":") {
                    return self.slice();
                }
                let index = self.expression()?;
                if self.is_sign(":") {
                    return self.slice();
                }
                self.expect("]", "close the index with `]`")?;
                value = self.node(ExprKind::Index(Box::new(value), Box::new(index)), start)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn slice<T>(&self) -> Parse<T> {
        self.error("slices are not in this language", "take one item, `items[0]`, or loop over all")
    }

    /// The arguments of a call, both parentheses included.
    pub(super) fn arguments(&mut self) -> Parse<Vec<Argument>> {
        self.expect("(", "open the arguments with `(`")?;
        let mut arguments: Vec<Argument> = Vec::new();
        while !self.is_sign(")") {
            if let Token::Sign(sign @ ("*" | "**")) = self.token() {
                return self.error(
                    format!("`{sign}` arguments are not in this language"),
                    "write each argument out",
                );
            }
            let name = match self.token() {
                Token::Name(text) if self.after() == &Token::Sign("=") => {
                    let name = Name { text: text.clone(), span: self.span() };
                    self.advance();
                    self.advance();
                    Some(name)
                }
                _ => None,
            };
            if name.is_none() && arguments.last().is_some_and(|last| last.name.is_some()) {
                return self.error(
                    "an argument without a name behind one with a name",
                    "put the arguments without a name first",
                );
            }
            let value = self.expression()?;
            self.refuse_comprehension()?;
            arguments.push(Argument { name, value });
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect(")", "separate arguments with `,` and close them with `)`")?;
        Ok(arguments)
    }

    fn atom(&mut self) -> Parse<Expr> {
        let span = self.span();
        let kind = match self.token() {
            Token::Name(text) => {
                if text.as_ref() == "print" && self.after() == &Token::Sign("(") {
                    return self.error("`print` is not in this language", "write `log(…)`");
                }
                ExprKind::Name(text.clone())
            }
            Token::Int(value) => match i64::try_from(*value) {
                Ok(value) => ExprKind::Int(value),
                Err(_) => {
                    let (message, advice) = too_large(&value.to_string());
                    return self.error(message, advice);
                }
            },
            Token::Float(value) => ExprKind::Float(*value),
            Token::Text(text) => {
                let text = text.clone();
                if matches!(self.after(), Token::Text(_)) {
                    self.advance();
                    return self.error("two texts side by side", "put a `+` between them");
                }
                ExprKind::Text(text)
            }
            Token::Keyword("None") => ExprKind::None,
            Token::Keyword("True") => ExprKind::Bool(true),
            Token::Keyword("False") => ExprKind::Bool(false),
            Token::Sign("(") => return self.bracketed(")"),
            Token::Sign("[") => return self.bracketed("]"),
            Token::Sign("{") => {
                return self.error(
                    "dictionaries and sets are not in this language",
                    "what has to be remembered belongs in a store: `cache`, `db` or a queue",
                );
            }
            Token::Sign("*" | "**") => {
                return self.error("`*` in front of a value", "write each value out");
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
                self.node(ExprKind::List(all), span)
            }
        }
    }

    fn refuse_comprehension(&self) -> Parse<()> {
        if self.is_word("for") {
            return self.error("comprehensions are not in this language", "write a `for` loop");
        }
        Ok(())
    }

    /// An expression node, unless the tree grows too deep.
    fn node(&self, kind: ExprKind, span: Span) -> Parse<Expr> {
        let depth = 1 + match &kind {
            ExprKind::Attribute(value, _) | ExprKind::Unary(_, value) => value.depth,
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => a.depth.max(b.depth),
            ExprKind::Call(callee, arguments) => {
                arguments.iter().map(|a| a.value.depth).max().unwrap_or(0).max(callee.depth)
            }
            ExprKind::Compare(first, rest) => {
                rest.iter().map(|(_, e)| e.depth).max().unwrap_or(0).max(first.depth)
            }
            ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) => {
                all.iter().map(|e| e.depth).max().unwrap_or(0)
            }
            ExprKind::IfElse(parts) => parts.iter().map(|e| e.depth).max().unwrap_or(0),
            _ => 0,
        };
        if depth > DEEPEST {
            return Err(SyntaxError::new(
                span,
                format!("an expression of more than {DEEPEST} parts in a row"),
                "give a part of it a name on a line of its own",
            ));
        }
        Ok(Expr { kind, span, depth })
    }
}

/// What to say about a word of Python that is outside the subset.
pub(super) fn unsupported(word: &str) -> (String, &'static str) {
    let advice = match word {
        "class" => "functions and the stores are enough here: write functions",
        "lambda" => "write a function with `def` at the top level",
        "import" | "from" => {
            "everything is already here: cache, db, replica, now(), random(), math.log() and so on"
        }
        "global" | "nonlocal" => {
            "what has to be remembered between calls belongs in a store: `cache`, `db` or a queue"
        }
        "del" => "to remove an entry write `cache.delete(key)`; a variable needs no removing",
        "assert" => "write `if …: log(…)`",
        "async" | "await" => {
            "leave it out: every call to a store already waits for its reply; use spawn() for work on the side"
        }
        "yield" => "return a value, or push it on a queue",
        "as" => "leave `as …` out",
        "else" | "elif" => "put it right below the block of its `if`, indented like that `if`",
        "except" | "finally" => {
            "put it right below the block of its `try`, indented like that `try`"
        }
        "def" => "functions go at the top level, not inside another one",
        "in" | "is" | "and" | "or" => "write a value in front of it",
        _ => "statements begin on a line of their own",
    };
    let outside = matches!(
        word,
        "class"
            | "lambda"
            | "import"
            | "from"
            | "global"
            | "nonlocal"
            | "del"
            | "assert"
            | "async"
            | "await"
            | "yield"
            | "as"
    );
    if outside {
        (format!("`{word}` is not in this language"), advice)
    } else {
        (format!("`{word}` cannot stand here"), advice)
    }
}
