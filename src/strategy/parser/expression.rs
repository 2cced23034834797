//! Expressions, by precedence.

use super::{DEEPEST, Parse, Parser};
use crate::strategy::error::SyntaxError;
use crate::strategy::syntax::ast::{
    Argument, Binary, Comparison, Each, Expr, ExprKind, FormatPart, Name, Unary,
};
use crate::strategy::syntax::number::TOO_LARGE_BY_ONE;
use crate::strategy::syntax::token::{Span, Token};

impl Parser<'_> {
    /// An expression; outside parentheses a comma ends it.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.nested(Self::conditional)
    }

    /// An expression, or a tuple of several separated by commas.
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
        self.node(ExprKind::Tuple(all), span)
    }

    fn ends_expression(&self) -> bool {
        matches!(
            self.token(),
            Token::Newline | Token::End | Token::Sign(")" | "]" | "}" | "=" | ":")
        )
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

    pub(super) fn sum(&mut self) -> Parse<Expr> {
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
                Token::Sign(sign @ ("&" | "|" | "^" | "<<" | ">>" | "@")) => {
                    let advice = match *sign {
                        "&" => "for conditions write `and`",
                        "|" => "for conditions write `or`",
                        _ => "the operators are + - * / // % **",
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
            _ => return self.power(),
        };
        self.advance();
        if (sign, self.token()) == (Unary::Minus, &Token::Int(TOO_LARGE_BY_ONE))
            && self.after() != &Token::Sign("**")
        {
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

    /// `a ** b`, which binds tighter than a sign before `a`, but not than a sign before `b`.
    fn power(&mut self) -> Parse<Expr> {
        let base = self.postfix()?;
        if !self.is_sign("**") {
            return Ok(base);
        }
        self.binary(base, Binary::Power, |parser| parser.nested(Self::unary))
    }

    fn postfix(&mut self) -> Parse<Expr> {
        // every call waits for its reply as it is
        if self.eat_word("await") {
            return self.nested(Self::postfix);
        }
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
                value = self.index(value, start)?;
            } else {
                return Ok(value);
            }
        }
    }

    /// The brackets after a value, up to the `]`.
    fn index(&mut self, of: Expr, span: Span) -> Parse<Expr> {
        let mut bounds = [None, None, None];
        let mut colons = 0;
        loop {
            if !matches!(self.token(), Token::Sign(":" | "]")) {
                bounds[colons] = Some(self.expression()?);
            }
            if colons == 2 || !self.eat_sign(":") {
                break;
            }
            colons += 1;
        }
        self.expect("]", "close the index with `]`")?;
        match bounds {
            [Some(index), None, None] if colons == 0 => {
                self.node(ExprKind::Index(Box::new(of), Box::new(index)), span)
            }
            _ if colons == 0 => {
                let message = "brackets without a position";
                Err(SyntaxError::new(span, message, "write one: `items[0]`"))
            }
            bounds => self.node(ExprKind::Slice(Box::new(of), Box::new(bounds)), span),
        }
    }

    /// The arguments of a call, with both parentheses.
    pub(super) fn arguments(&mut self) -> Parse<Vec<Argument>> {
        self.expect("(", "open the arguments with `(`")?;
        let mut arguments: Vec<Argument> = Vec::new();
        while !self.is_sign(")") {
            if self.is_sign("**") {
                let message = "`**` arguments are not in this language";
                return self.error(message, "write each argument out");
            }
            let star = self.span();
            if self.eat_sign("*") {
                let value = self.nested(|parser| parser.each(star))?;
                arguments.push(Argument { name: None, value });
                if !self.eat_sign(",") {
                    break;
                }
                continue;
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

    /// `*[call for name in of]` of `gather`, after the star.
    fn each(&mut self, span: Span) -> Parse<Expr> {
        let refused = || {
            let advice = "write each argument out; `gather` also takes \
                          `*[load(key) for key in keys]`";
            SyntaxError::new(span, "`*` arguments are not in this language", advice)
        };
        let close = match self.token() {
            Token::Sign("[") => "]",
            Token::Sign("(") => ")",
            _ => return Err(refused()),
        };
        self.advance();
        let call = self.expression()?;
        if !self.is_word("for") {
            return Err(refused());
        }
        self.advance();
        let name = self.name("a name", "write `*[load(key) for key in keys]`")?;
        if !self.is_word("in") {
            return self.error("`in` is missing", "write `*[load(key) for key in keys]`");
        }
        self.advance();
        let of = self.nested(Self::or)?;
        if self.is_word("if") {
            return self.error(
                "a condition in a comprehension is not in this language",
                "choose the keys in a loop first",
            );
        }
        self.expect(close, "close the bracket")?;
        self.node(ExprKind::Each(Box::new(Each { call, name, of })), span)
    }

    pub(super) fn refuse_comprehension(&self) -> Parse<()> {
        if self.is_word("for") {
            return self.error("comprehensions are not in this language", "write a `for` loop");
        }
        Ok(())
    }

    /// An expression node, unless the tree would be too deep.
    pub(super) fn node(&self, kind: ExprKind, span: Span) -> Parse<Expr> {
        let depth = 1 + match &kind {
            ExprKind::Attribute(value, _) | ExprKind::Unary(_, value) => value.depth,
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => a.depth.max(b.depth),
            ExprKind::Call(callee, arguments) => {
                arguments.iter().map(|a| a.value.depth).max().unwrap_or(0).max(callee.depth)
            }
            ExprKind::Compare(first, rest) => {
                rest.iter().map(|(_, e)| e.depth).max().unwrap_or(0).max(first.depth)
            }
            ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) | ExprKind::Tuple(all) => {
                all.iter().map(|e| e.depth).max().unwrap_or(0)
            }
            ExprKind::Format(parts) => parts.iter().map(depth_of_part).max().unwrap_or(0),
            ExprKind::Dictionary(fields) => {
                let depth = |name: &Option<Expr>| name.as_ref().map_or(0, |name| name.depth);
                fields.iter().map(|(name, value)| depth(name).max(value.depth)).max().unwrap_or(0)
            }
            ExprKind::Slice(of, bounds) => {
                let bounds = bounds.iter().flatten().map(|bound| bound.depth);
                bounds.max().unwrap_or(0).max(of.depth)
            }
            ExprKind::Each(each) => each.call.depth.max(each.of.depth),
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

fn depth_of_part(part: &FormatPart) -> u16 {
    match part {
        FormatPart::Text(_) => 0,
        FormatPart::Value { value, .. } => value.depth,
    }
}

/// The advice for a word of Python outside the subset.
pub(super) fn unsupported(word: &str) -> (String, &'static str) {
    let advice = match word {
        "class" => {
            "write its methods as functions at the left edge, without `self`; what `self` keeps is in `cache` and `db`. An error of your own is `class Busy(Exception): pass`"
        }
        "lambda" => {
            "write a function with `def` at the top level, and call it where the value is needed"
        }
        "import" | "from" => "imports stand alone in a line: `import time`",
        "global" | "nonlocal" => {
            "what has to be remembered between calls belongs in a store: `cache`, `db` or a queue"
        }
        "del" => "to remove an entry write `cache.delete(key)`; a variable needs no removing",
        "assert" => "write `if …: log(…)`",
        "async" => "it stands in front of `def`, `with` or `for`, and changes nothing here",
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
            | "yield"
            | "as"
    );
    if outside {
        (format!("`{word}` is not in this language"), advice)
    } else {
        (format!("`{word}` cannot stand here"), advice)
    }
}
