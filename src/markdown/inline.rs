//! Parses a paragraph's text into words and marks (CommonMark 0.31.2, section 6).
//!
//! One pass cuts the text into tokens and pairs the marks; the tokens become parts of the tree at
//! the end.

use super::emphasis::{DelimiterRun, pair};
use super::link::{self, Destination};
use super::raw::{Angle, angle, entity};
use super::tree::{Container, TreeBuilder};
use super::{Disallowed, Inline, MarkdownError};

/// A piece of a paragraph.
pub enum InlineToken {
    Inline(Inline),
    /// Stars or underscores.
    DelimiterRun(DelimiterRun),
    /// A `[` whose meaning is not known yet.
    Open,
    Link(Destination),
    EndLink,
}

/// A `[` without a matching `]` so far.
struct Bracket {
    /// The position of its token.
    token: usize,
    /// Its line, or that of the `!` before it.
    line: usize,
    is_image: bool,
    /// It contains a link, so it cannot begin one.
    is_inert: bool,
    /// The number of runs before it.
    runs: usize,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<InlineToken>,
    brackets: Vec<Bracket>,
    /// The positions of the runs that may still begin or end an emphasis.
    runs: Vec<usize>,
    /// The words since the last token.
    words: String,
}

/// Adds the words of a paragraph, which begins in this line, to the tree.
pub fn say(text: &str, line: usize, tree: &mut TreeBuilder) -> Result<(), MarkdownError> {
    let mut scanner = Scanner {
        text,
        at: 0,
        line,
        tokens: Vec::new(),
        brackets: Vec::new(),
        runs: Vec::new(),
        words: String::new(),
    };
    while scanner.at < text.len() {
        scanner.step()?;
    }
    scanner.end_words();
    while let Some(bracket) = scanner.brackets.pop() {
        scanner.plain(&bracket);
    }
    pair(&mut scanner.tokens, &mut scanner.runs, 0);
    put(scanner.tokens, tree).map_err(|why| why.at(line))
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step(&mut self) -> Result<(), MarkdownError> {
        let rest = &self.text[self.at..];
        match rest.as_bytes()[0] {
            b'\\' => self.backslash(),
            b'`' => self.code(),
            b'&' => match entity(rest) {
                Some((letters, length)) => {
                    self.words.push_str(&letters);
                    self.at += length;
                }
                None => self.take(1),
            },
            b'<' => match angle(rest) {
                Some(Angle::Markup) => return Err(Disallowed::Html.at(self.line)),
                Some(Angle::Address(address)) => {
                    let target = link::target(address).map_err(|why| why.at(self.line))?;
                    self.token(InlineToken::Link(target));
                    self.words.push_str(address);
                    self.token(InlineToken::EndLink);
                    self.at += address.len() + 2;
                }
                None => self.take(1),
            },
            mark @ (b'*' | b'_') => {
                let run = DelimiterRun::at(self.text, self.at, mark);
                self.at += run.length();
                self.runs.push(self.tokens.len() + usize::from(!self.words.is_empty()));
                self.token(InlineToken::DelimiterRun(run));
            }
            b'!' if rest.starts_with("![") => self.open(2),
            b'[' => self.open(1),
            b']' => self.close()?,
            b'\n' => self.line_end(),
            _ => {
                let plain = rest.find(['\\', '`', '&', '<', '*', '_', '!', '[', ']', '\n']);
                self.take(plain.unwrap_or(rest.len()).max(1));
            }
        }
        Ok(())
    }

    /// Takes this many bytes as words.
    fn take(&mut self, bytes: usize) {
        self.words.push_str(&self.text[self.at..self.at + bytes]);
        self.at += bytes;
    }

    fn end_words(&mut self) {
        if !self.words.is_empty() {
            self.tokens.push(InlineToken::Inline(Inline::Text(std::mem::take(&mut self.words))));
        }
    }

    fn token(&mut self, token: InlineToken) {
        self.end_words();
        self.tokens.push(token);
    }

    fn backslash(&mut self) {
        match self.rest().as_bytes().get(1) {
            Some(b'\n') => {
                self.at += 2;
                self.line += 1;
                self.token(InlineToken::Inline(Inline::Break));
            }
            Some(mark) if mark.is_ascii_punctuation() => {
                self.at += 1;
                self.take(1);
            }
            _ => self.take(1),
        }
    }

    fn line_end(&mut self) {
        let words = self.words.trim_end_matches(' ').len();
        let spaces = self.words.len() - words;
        self.words.truncate(words);
        self.at += 1;
        self.line += 1;
        if spaces >= 2 {
            self.token(InlineToken::Inline(Inline::Break));
        } else {
            self.words.push(' ');
        }
    }

    fn code(&mut self) {
        let fence = run(self.rest());
        let mut at = fence;
        while let Some(next) = self.rest()[at..].find('`') {
            let length = run(&self.rest()[at + next..]);
            if length == fence {
                let code = self.rest()[fence..at + next].replace('\n', " ");
                self.line += self.rest()[..at + next].matches('\n').count();
                self.at += at + next + length;
                self.token(InlineToken::Inline(Inline::Code(inner(&code).to_owned())));
                return;
            }
            at += next + length;
        }
        self.take(fence);
    }

    fn open(&mut self, bytes: usize) {
        self.end_words();
        self.brackets.push(Bracket {
            token: self.tokens.len(),
            line: self.line,
            is_image: bytes == 2,
            is_inert: false,
            runs: self.runs.len(),
        });
        self.token(InlineToken::Open);
        self.at += bytes;
    }

    fn close(&mut self) -> Result<(), MarkdownError> {
        let found = self.brackets.last().filter(|bracket| !bracket.is_inert);
        let link = found.and_then(|_| link::parse(&self.rest()[1..]));
        let (Some(bracket), after) = (self.brackets.pop(), link) else {
            self.take(1);
            return Ok(());
        };
        let Some((to, length)) = after else {
            self.plain(&bracket);
            self.take(1);
            return Ok(());
        };
        if bracket.is_image {
            return Err(Disallowed::Image.at(bracket.line));
        }
        let target = link::target(&to).map_err(|why| why.at(bracket.line))?;
        self.end_words();
        pair(&mut self.tokens, &mut self.runs, bracket.runs);
        self.tokens[bracket.token] = InlineToken::Link(target);
        self.token(InlineToken::EndLink);
        for around in self.brackets.iter_mut().filter(|around| !around.is_image) {
            around.is_inert = true;
        }
        self.line += self.rest()[..1 + length].matches('\n').count();
        self.at += 1 + length;
        Ok(())
    }

    /// Turns a bracket that begins nothing into words.
    fn plain(&mut self, bracket: &Bracket) {
        let words = if bracket.is_image { "![" } else { "[" };
        self.tokens[bracket.token] = InlineToken::Inline(Inline::Text(words.to_owned()));
    }
}

/// The number of backticks at the beginning.
fn run(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// Code without the one space on both sides that separates it from its fence.
fn inner(code: &str) -> &str {
    let inner = code.strip_prefix(' ').and_then(|rest| rest.strip_suffix(' '));
    inner.filter(|_| code.bytes().any(|byte| byte != b' ')).unwrap_or(code)
}

fn put(tokens: Vec<InlineToken>, tree: &mut TreeBuilder) -> Result<(), Disallowed> {
    for token in tokens {
        match token {
            InlineToken::Inline(inline) => tree.add(inline),
            InlineToken::Open => {}
            InlineToken::Link(Destination(to)) => tree.begin_words(Container::Link(to))?,
            InlineToken::EndLink => tree.end(),
            InlineToken::DelimiterRun(run) => run.put(tree)?,
        }
    }
    Ok(())
}
