//! Splits text into tokens: Python's indentation and line joining, the subset's literals.
//!
//! Errors are reported and skipped, so that one run finds several.

use std::collections::BTreeMap;

use super::number::parse_number;
use super::token::{KEYWORDS, SIGNS, Span, Token};
use crate::strategy::error::SyntaxError;

/// The longest program, in bytes.
pub const LONGEST_SOURCE: usize = 64 * 1024;

/// The tokens of a text, its comments by line, and its errors.
pub struct Lexed {
    pub tokens: Vec<(Token, Span)>,
    /// the comments without the `#`
    pub comments: BTreeMap<u32, String>,
    pub errors: Vec<SyntaxError>,
}

/// Splits a text into tokens. The result always ends in [`Token::End`].
pub fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        text: source.strip_prefix('\u{feff}').unwrap_or(source).chars().collect(),
        at: 0,
        line: 1,
        column: 1,
        indents: vec![0],
        open: Vec::new(),
        out: Lexed { tokens: Vec::new(), comments: BTreeMap::new(), errors: Vec::new() },
    };
    if source.len() > LONGEST_SOURCE {
        lexer.error(
            1,
            "the program is longer than 64 KiB",
            "a strategy is a page or two: shorten it",
        );
    } else {
        lexer.run();
    }
    lexer.push(Token::End, 1);
    lexer.out
}

pub(super) struct Lexer {
    text: Vec<char>,
    at: usize,
    pub(super) line: u32,
    pub(super) column: u32,
    indents: Vec<u32>,
    /// open brackets, in which a line continues
    open: Vec<(char, Span)>,
    pub(super) out: Lexed,
}

impl Lexer {
    /// The tokens of a piece of the text, with positions from `place` on.
    pub(super) fn piece(&mut self, text: Vec<char>, place: Span) -> Vec<(Token, Span)> {
        let mut inner = Lexer {
            text,
            at: 0,
            line: place.line,
            column: place.column,
            indents: vec![0],
            // lines go on inside
            open: vec![('{', place)],
            out: Lexed { tokens: Vec::new(), comments: BTreeMap::new(), errors: Vec::new() },
        };
        while inner.peek(0).is_some() {
            inner.token();
        }
        if inner.open.len() > 1 {
            inner.error(1, "a bracket is not closed", "close it in front of the `}`");
        }
        inner.push(Token::End, 1);
        self.out.errors.append(&mut inner.out.errors);
        inner.out.tokens
    }

    fn run(&mut self) {
        let mut line_start = true;
        while self.peek(0).is_some() {
            if line_start && !self.indentation() {
                continue;
            }
            line_start = self.token();
        }
        self.close_all();
        if !matches!(self.out.tokens.last(), None | Some((Token::Newline, _))) {
            self.push(Token::Newline, 1);
        }
        for _ in 1..self.indents.len() {
            self.push(Token::Dedent, 1);
        }
    }

    /// Reads the indentation of a line. False: the line is blank.
    fn indentation(&mut self) -> bool {
        let mut width = 0;
        let mut tab = None;
        while let Some(c @ (' ' | '\t')) = self.peek(0) {
            if c == '\t' && tab.is_none() {
                tab = Some(self.here(1));
            }
            width += 1;
            self.advance();
        }
        match self.peek(0) {
            None => return false,
            Some('\n' | '\r') => {
                self.newline();
                return false;
            }
            Some('#') => {
                self.comment();
                return false;
            }
            _ => {}
        }
        if !self.open.is_empty() {
            if !self.starts_statement() {
                return true;
            }
            self.close_all();
            self.push(Token::Newline, 1);
        }
        if let Some(span) = tab {
            self.out.errors.push(SyntaxError::new(
                span,
                "a tab in the indentation",
                "indent with four spaces",
            ));
        }
        let span = Span { line: self.line, column: 1, length: width.max(1) };
        let current = *self.indents.last().unwrap_or(&0);
        if width > current {
            if self.indents.len() >= 64 {
                self.out.errors.push(SyntaxError::new(
                    span,
                    "blocks are nested more than 64 deep",
                    "move the inner part to a function of its own",
                ));
            } else {
                self.indents.push(width);
                self.out.tokens.push((Token::Indent, span));
            }
        } else if width < current {
            while self.indents.last().is_some_and(|&indent| indent > width) {
                self.indents.pop();
                self.out.tokens.push((Token::Dedent, span));
            }
            if self.indents.last() != Some(&width) {
                self.out.errors.push(SyntaxError::new(
                    span,
                    "this indentation matches no block around it",
                    "indent it like the lines of the block that it belongs to",
                ));
            }
        }
        true
    }

    /// Whether a line can only be the start of a statement, so that a bracket above was not closed.
    fn starts_statement(&self) -> bool {
        let word: String = self.text[self.at..]
            .iter()
            .take(10)
            .take_while(|c| c.is_ascii_alphanumeric() || **c == '_' || **c == '@')
            .collect();
        word.starts_with('@')
            || matches!(
                word.as_str(),
                "def" | "return" | "while" | "try" | "except" | "with" | "break" | "continue"
            )
    }

    /// Reads one token or some space. True: a new line begins.
    fn token(&mut self) -> bool {
        let Some(c) = self.peek(0) else { return false };
        match c {
            ' ' | '\t' => {
                self.advance();
            }
            '\n' | '\r' => {
                if self.open.is_empty() {
                    self.push(Token::Newline, 1);
                }
                self.newline();
                return true;
            }
            '#' => self.comment(),
            '"' | '\'' => self.text_literal(""),
            '0'..='9' => self.number(),
            '.' if self.peek(1).is_some_and(|c| c.is_ascii_digit()) => self.number(),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '\\' => {
                if !matches!(self.peek(1), Some('\n' | '\r')) {
                    self.error(
                        1,
                        "a backslash inside a line",
                        "remove it, or end the line behind it",
                    );
                }
                self.advance();
                if matches!(self.peek(0), Some('\n' | '\r')) {
                    self.newline();
                }
            }
            _ => self.sign(c),
        }
        false
    }

    fn sign(&mut self, c: char) {
        let rest = &self.text[self.at..];
        let found = SIGNS.iter().find(|sign| {
            let mut rest = rest.iter();
            sign.chars().all(|c| rest.next() == Some(&c))
        });
        let Some(&sign) = found else {
            let (message, advice) = foreign(c);
            self.error(1, message, advice);
            self.advance();
            return;
        };
        let span = self.here(sign.len() as u32);
        match sign {
            "{" if self.open.is_empty() && self.begins_function() => {
                self.skip_braces();
                return;
            }
            "(" | "[" | "{" => self.open.push((c, span)),
            ")" | "]" | "}" => {
                let wanted = match c {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                match self.open.pop() {
                    Some((open, _)) if open == wanted => {}
                    Some((open, span)) => {
                        self.unclosed(open, span);
                    }
                    None => {
                        self.error(
                            1,
                            format!("`{c}` closes nothing"),
                            format!("remove it, or open it with `{wanted}`"),
                        );
                    }
                }
            }
            _ => {}
        }
        self.out.tokens.push((Token::Sign(sign), span));
        for _ in 0..sign.len() {
            self.advance();
        }
    }

    /// Reports the outermost open bracket, and treats all brackets as closed, so that this is one
    /// error.
    fn close_all(&mut self) {
        while let Some((sign, span)) = self.open.pop() {
            if self.open.is_empty() {
                self.unclosed(sign, span);
            }
            self.push(Token::Sign(closing(sign)), 1);
        }
    }

    /// Whether the line so far is `function read(key)`, as JavaScript begins a function.
    fn begins_function(&self) -> bool {
        let tokens = &self.out.tokens;
        let line = tokens.iter().rposition(|(token, _)| *token == Token::Newline);
        let line = tokens[line.map_or(0, |at| at + 1)..].iter().map(|(token, _)| token);
        let mut line = line.filter(|token| !matches!(token, Token::Indent | Token::Dedent));
        let begins = line.next().is_some_and(|token| token.is_foreign_def());
        begins
            && matches!(line.next(), Some(Token::Name(_)))
            && matches!(line.next(), Some(Token::Sign("(")))
    }

    /// Passes a body in braces, which is of another language; the parser refuses its first line.
    fn skip_braces(&mut self) {
        let mut depth = 0;
        while let Some(c) = self.peek(0) {
            depth = match c {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            match c {
                '\n' | '\r' => self.newline(),
                _ => self.advance(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn unclosed(&mut self, sign: char, span: Span) {
        let close = closing(sign);
        self.out.errors.push(SyntaxError::new(
            span,
            format!("`{sign}` is never closed"),
            format!("close it with `{close}`"),
        ));
    }

    fn word(&mut self) {
        let start = self.here(1);
        let mut word = String::new();
        while let Some(c) = self.peek(0) {
            if !(c.is_alphanumeric() || c == '_') {
                break;
            }
            word.push(c);
            self.advance();
        }
        let span = Span { length: self.column - start.column, ..start };
        if let Some(quote @ ('"' | '\'')) = self.peek(0)
            && matches!(
                word.to_ascii_lowercase().as_str(),
                "f" | "r" | "b" | "u" | "rb" | "br" | "fr" | "rf"
            )
        {
            let word = word.to_ascii_lowercase();
            if word.contains('b') {
                self.out.errors.push(SyntaxError::new(
                    span,
                    format!("`{word}{quote}…{quote}` is not in this language"),
                    "write the text without the `b`: texts and bytes are the same here",
                ));
            }
            self.text_literal(&word);
            return;
        }
        if !word.is_ascii() {
            self.out.errors.push(SyntaxError::new(
                span,
                format!("the name `{word}` has a letter outside a–z"),
                "write names with the letters a–z, digits and `_`",
            ));
        }
        let token = match KEYWORDS.iter().find(|keyword| **keyword == word) {
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name(word.into()),
        };
        self.out.tokens.push((token, span));
    }

    fn number(&mut self) {
        let start = self.here(1);
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            let part = c.is_alphanumeric()
                || c == '_'
                || (c == '.' && !text.contains(['.', 'e', 'E']))
                || (matches!(c, '+' | '-')
                    && text.ends_with(['e', 'E'])
                    && !text.starts_with("0x"));
            if !part {
                break;
            }
            text.push(c);
            self.advance();
        }
        let span = Span { length: self.column - start.column, ..start };
        match parse_number(&text) {
            Ok(token) => self.out.tokens.push((token, span)),
            Err((message, advice)) => {
                self.out.errors.push(SyntaxError::new(span, message, advice));
                self.out.tokens.push((Token::Int(0), span));
            }
        }
    }

    fn comment(&mut self) {
        let mut text = String::new();
        self.advance();
        while let Some(c) = self.peek(0) {
            if matches!(c, '\n' | '\r') {
                break;
            }
            text.push(c);
            self.advance();
        }
        self.out.comments.insert(self.line, text);
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
        self.column += 1;
    }

    /// Consumes the end of a line, in any of its three forms.
    pub(super) fn newline(&mut self) {
        if self.peek(0) == Some('\r') && self.peek(1) == Some('\n') {
            self.at += 1;
        }
        self.at += 1;
        self.line += 1;
        self.column = 1;
    }

    pub(super) fn here(&self, length: u32) -> Span {
        Span { line: self.line, column: self.column, length }
    }

    fn push(&mut self, token: Token, length: u32) {
        let span = self.here(length);
        self.out.tokens.push((token, span));
    }

    pub(super) fn error(
        &mut self,
        length: u32,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let span = self.here(length);
        self.out.errors.push(SyntaxError::new(span, message, advice));
    }
}

/// The closing bracket for this one.
fn closing(sign: char) -> &'static str {
    match sign {
        '(' => ")",
        '[' => "]",
        _ => "}",
    }
}

/// The error for a character that only resembles one of the language.
fn foreign(c: char) -> (String, &'static str) {
    let advice = match c {
        '“' | '”' | '„' | '«' | '»' => "write straight quotes: \"",
        '‘' | '’' | '‚' => "write straight quotes: '",
        '−' | '–' | '—' => "write the minus sign of the keyboard: -",
        '×' => "multiply with *",
        '÷' => "divide with /",
        '≤' => "write <=",
        '≥' => "write >=",
        '≠' => "write !=",
        '→' => "remove it",
        '\u{a0}' | '\u{2002}'..='\u{200b}' | '\u{3000}' => "write an ordinary space",
        _ => "remove it; outside texts and comments a program is letters a–z, digits and signs",
    };
    if c.is_control() || c.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&c) {
        (format!("the invisible character U+{:04X}", c as u32), advice)
    } else {
        (format!("`{c}` means nothing here"), advice)
    }
}
