//! Parses tokens into a tree: recursive descent of bounded depth.
//!
//! An error ends its statement, and the parser continues with the next one, so that one run finds
//! several errors.

mod atom;
mod declaration;
mod expression;
mod import;
mod statement;

use crate::order;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::SyntaxError;
use super::syntax::ast::{Declaration, Name};
use super::syntax::lexer::lex;
use super::syntax::token::{Span, Token};

/// The deepest nesting of expressions and blocks.
const DEEPEST: u16 = 64;

/// The most errors that one run reports.
const MOST_ERRORS: usize = 100;

/// A program as a tree.
pub struct Tree {
    pub items: Vec<Declaration>,
    /// the comments after `#`, by line
    pub comments: BTreeMap<u32, String>,
    /// the text with which the program begins
    pub docstring: Option<String>,
    /// the syntax errors; their statements were left out
    pub errors: Vec<SyntaxError>,
    /// names in the statements left out, which may define them
    pub left_out: BTreeSet<Arc<str>>,
}

/// Parses a program. The result has both the tree and the errors.
pub fn parse(source: &str) -> Tree {
    let lexed = lex(source);
    let mut parser = Parser::new(&lexed.tokens, lexed.errors);
    let items = parser.items();
    let Parser { docstring, mut errors, left_out, .. } = parser;
    // what follows an error in its line may only follow from it
    order::by_key(&mut errors, |error| error.line);
    errors.dedup_by_key(|error| error.line);
    Tree { items, comments: lexed.comments, docstring, errors, left_out }
}

/// All errors in the order of the text: syntax errors, and `others`.
pub(super) fn sorted(mut errors: Vec<SyntaxError>, others: Vec<SyntaxError>) -> Vec<SyntaxError> {
    let broken: Vec<u32> = errors.iter().map(|error| error.line).collect();
    errors.extend(others.into_iter().filter(|error| !broken.contains(&error.line)));
    order::by_key(&mut errors, |error| (error.line, error.column));
    errors.dedup_by_key(|error| (error.line, error.column));
    errors.truncate(MOST_ERRORS);
    errors
}

type Parse<T> = Result<T, SyntaxError>;

struct Parser<'a> {
    /// ends in [`Token::End`]
    tokens: &'a [(Token, Span)],
    at: usize,
    depth: u16,
    errors: Vec<SyntaxError>,
    docstring: Option<String>,
    /// where the present statement begins
    statement_at: usize,
    left_out: BTreeSet<Arc<str>>,
}

impl Parser<'_> {
    fn new(tokens: &[(Token, Span)], errors: Vec<SyntaxError>) -> Parser<'_> {
        Parser {
            tokens,
            at: 0,
            depth: 0,
            errors,
            docstring: None,
            statement_at: 0,
            left_out: BTreeSet::new(),
        }
    }

    fn token(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    /// The position of the previous token.
    fn last_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].1
    }

    fn after(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].0
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token(), Token::Sign(here) if *here == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Keyword(here) if *here == word)
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.token() == token;
        if found {
            self.advance();
        }
        found
    }

    fn error<T>(&self, message: impl Into<String>, advice: impl Into<String>) -> Parse<T> {
        Err(SyntaxError::new(self.span(), message, advice))
    }

    /// Consumes `sign`, or reports what is there instead.
    fn expect(&mut self, sign: &'static str, advice: &str) -> Parse<()> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        let found = self.token().describe();
        self.error(format!("expected `{sign}`, found {found}"), advice)
    }

    fn name(&mut self, what: &str, advice: &str) -> Parse<Name> {
        match self.token() {
            Token::Name(text) => {
                let name = Name { text: text.clone(), span: self.span() };
                self.advance();
                Ok(name)
            }
            Token::Keyword(word) => self.error(
                format!("`{word}` is a word of Python and cannot be {what}"),
                "choose another name",
            ),
            other => self.error(format!("expected {what}, found {}", other.describe()), advice),
        }
    }

    /// Runs `parse` one level deeper, or refuses.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= DEEPEST {
            return self.error(
                format!("nested more than {DEEPEST} deep"),
                "give the inner part a name on a line of its own, or a function",
            );
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Reports an error and continues after its statement and the block below it.
    fn recover(&mut self, error: SyntaxError) {
        self.errors.push(error);
        let start = self.statement_at;
        self.pass_statement();
        for (token, _) in &self.tokens[start.min(self.at)..self.at] {
            if let Token::Name(name) = token {
                self.left_out.insert(name.clone());
            }
        }
    }

    fn pass_statement(&mut self) {
        while !matches!(self.token(), Token::Newline | Token::Dedent | Token::End) {
            if self.token() == &Token::Indent {
                self.skip_block();
                return;
            }
            self.advance();
        }
        if self.eat(&Token::Newline) && self.token() == &Token::Indent {
            self.skip_block();
        }
    }

    fn skip_block(&mut self) {
        let mut deep = 0;
        loop {
            match self.token() {
                Token::Indent => deep += 1,
                Token::Dedent => deep -= 1,
                Token::End => return,
                _ => {}
            }
            self.advance();
            if deep == 0 {
                return;
            }
        }
    }
}
