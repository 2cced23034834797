//! Texts in quotes.

use super::lexer::Lexer;
use super::token::{Span, Token};
use crate::strategy::error::SyntaxError;

impl Lexer {
    /// Reads a text from its first quote on; `prefix` characters were before it.
    pub(super) fn text_literal(&mut self, prefix: u32) {
        let Some(quote) = self.peek(0) else { return };
        let start = Span { line: self.line, column: self.column - prefix, length: prefix + 1 };
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        let width = if triple { 3 } else { 1 };
        for _ in 0..width {
            self.advance();
        }
        let mut text = String::new();
        loop {
            match self.peek(0) {
                Some(c) if c == quote => {
                    if !triple {
                        self.advance();
                        break;
                    }
                    if self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
                        for _ in 0..3 {
                            self.advance();
                        }
                        break;
                    }
                    text.push(c);
                    self.advance();
                }
                Some('\n' | '\r') if triple => {
                    text.push('\n');
                    self.newline();
                }
                None | Some('\n' | '\r') => {
                    let close: String = std::iter::repeat_n(quote, width).collect();
                    self.out.errors.push(SyntaxError::new(
                        start,
                        "this text is never closed",
                        format!("close it with {close}"),
                    ));
                    break;
                }
                Some('\\') => self.escape(&mut text),
                Some(c) => {
                    text.push(c);
                    self.advance();
                }
            }
        }
        let length = if self.line == start.line { self.column - start.column } else { 3 };
        self.out.tokens.push((Token::Text(text.into()), Span { length, ..start }));
    }

    fn escape(&mut self, text: &mut String) {
        match self.peek(1) {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(c @ ('\\' | '\'' | '"')) => text.push(c),
            other => {
                self.error(
                    2,
                    "an escape that this language does not have",
                    r#"it has \n, \t, \\, \' and \"; any other character can be written as it is"#,
                );
                if matches!(other, None | Some('\n' | '\r')) {
                    self.advance();
                    return;
                }
            }
        }
        self.advance();
        self.advance();
    }
}
