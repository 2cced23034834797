//! Text literals.

use super::lexer::Lexer;
use super::token::{Span, TextPart, Token};
use crate::strategy::error::SyntaxError;

impl Lexer {
    /// Reads a text from its first quote; the letters of `prefix` came before it.
    pub(super) fn text_literal(&mut self, prefix: &str) {
        let Some(quote) = self.peek(0) else { return };
        let before = prefix.len() as u32;
        let start = Span { line: self.line, column: self.column - before, length: before + 1 };
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        let width = if triple { 3 } else { 1 };
        self.pass(width);
        let (format, raw) = (prefix.contains('f'), prefix.contains('r'));
        let mut parts = Vec::new();
        let mut text = String::new();
        loop {
            match self.peek(0) {
                Some(c) if c == quote => {
                    if !triple {
                        self.advance();
                        break;
                    }
                    if self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
                        self.pass(3);
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
                Some('\\') if !raw => self.escape(&mut text),
                Some(c @ ('{' | '}')) if format && self.peek(1) == Some(c) => {
                    text.push(c);
                    self.pass(2);
                }
                Some('{') if format => {
                    self.placed(quote, &mut text, &mut parts);
                }
                Some('}') if format => {
                    self.error(1, "a `}` alone in a text with values", "write `}}`");
                    self.advance();
                }
                Some(c) => {
                    text.push(c);
                    self.advance();
                }
            }
        }
        let length = if self.line == start.line { self.column - start.column } else { 3 };
        let token = if parts.is_empty() {
            Token::Text(text.into())
        } else {
            parts.push(TextPart::Text(text));
            Token::Format(parts.into())
        };
        self.out.tokens.push((token, Span { length, ..start }));
    }

    fn pass(&mut self, count: usize) {
        for _ in 0..count {
            self.advance();
        }
    }

    /// Reads a value in braces, up to the `}`.
    fn placed(&mut self, quote: char, text: &mut String, parts: &mut Vec<TextPart>) {
        let open = self.here(1);
        self.advance();
        let place = self.here(1);
        let (mut code, mut spec, mut quoted) = (Vec::new(), String::new(), false);
        let (mut depth, mut inner): (u32, Option<char>) = (0, None);
        loop {
            let Some(c) = self.peek(0).filter(|c| !matches!(c, '\n' | '\r')) else {
                self.unclosed_value(open);
                break;
            };
            match (c, inner) {
                (c, Some(open)) if c == open => inner = None,
                (_, Some(_)) => {}
                ('"' | '\'', None) if c == quote && !self.closes_later(quote) => {
                    self.unclosed_value(open);
                    break;
                }
                ('"' | '\'', None) => inner = Some(c),
                ('(' | '[' | '{', None) => depth += 1,
                ('}', None) if depth == 0 => {
                    self.advance();
                    break;
                }
                (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
                ('!', None) if depth == 0 && self.peek(1) != Some('=') => {
                    self.advance();
                    match self.peek(0) {
                        Some('r') => quoted = true,
                        Some('s') => {}
                        _ => self.error(1, "`!` in front of another letter", "write `!r` or `!s`"),
                    }
                    self.advance();
                    continue;
                }
                (':', None) if depth == 0 => {
                    self.advance();
                    while let Some(c) = self.peek(0).filter(|c| !matches!(c, '}' | '\n' | '\r')) {
                        if c == '{' {
                            let advice = "write the width and the digits out";
                            self.error(1, "a value in how a value is written", advice);
                        }
                        spec.push(c);
                        self.advance();
                    }
                    continue;
                }
                _ => {}
            }
            code.push(c);
            self.advance();
        }
        // `{key=}` shows the name, too
        let shown: String = code.iter().collect();
        let is_named = shown
            .trim_end()
            .strip_suffix('=')
            .is_some_and(|name| !name.ends_with(['=', '!', '<', '>']));
        if is_named {
            text.push_str(&shown);
            while code.pop().is_some_and(|c| c != '=') {}
            quoted |= spec.is_empty();
        }
        parts.push(TextPart::Text(std::mem::take(text)));
        let tokens = self.piece(code, place);
        if let [(Token::End, _)] = tokens.as_slice() {
            let advice = "write a name between the braces, or `{{` and `}}`";
            self.out.errors.push(SyntaxError::new(open, "braces without a value", advice));
            return;
        }
        parts.push(TextPart::Value { tokens, quoted, spec });
    }

    fn unclosed_value(&mut self, open: Span) {
        let message = "`{` is never closed in this text";
        self.out.errors.push(SyntaxError::new(open, message, "close it with `}`, or write `{{`"));
    }

    /// Whether a quote inside braces opens a text there and does not end the surrounding one:
    /// another quote comes before a `}`.
    fn closes_later(&self, quote: char) -> bool {
        let mut ahead = 1;
        let mut quotes = 0;
        while let Some(c) = self.peek(ahead).filter(|c| !matches!(c, '\n' | '\r')) {
            if c == quote {
                quotes += 1;
            }
            if c == '}' && quotes % 2 == 1 {
                return true;
            }
            ahead += 1;
        }
        false
    }

    fn escape(&mut self, text: &mut String) {
        match self.peek(1) {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(c @ ('\\' | '\'' | '"')) => text.push(c),
            other => {
                self.error(
                    2,
                    "an escape that this language does not have",
                    r#"it has \n, \r, \t, \\, \' and \"; any other character can be written as it is"#,
                );
                if matches!(other, None | Some('\n' | '\r')) {
                    self.advance();
                    return;
                }
            }
        }
        self.pass(2);
    }
}
