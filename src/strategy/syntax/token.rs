//! Tokens: words, numbers, texts and signs, with their positions in the source.

use std::sync::Arc;

/// A position in the source: line and column from 1, in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub line: u32,
    pub column: u32,
    pub length: u32,
}

impl Span {
    /// From the start of this to the end of `other`, if both are on one line; otherwise this.
    pub fn to(self, other: Span) -> Span {
        if self.line == other.line && other.column >= self.column {
            Span { length: other.column + other.length - self.column, ..self }
        } else {
            self
        }
    }
}

/// One token.
#[derive(Clone, PartialEq, Debug)]
pub enum Token {
    Name(Arc<str>),
    /// A reserved word of Python, in the subset or not.
    Keyword(&'static str),
    /// at most [`TOO_LARGE_BY_ONE`](super::number::TOO_LARGE_BY_ONE)
    Int(u64),
    Float(f64),
    Text(Arc<str>),
    /// A text with values in it: `f"user:{key}"`.
    Format(Arc<[TextPart]>),
    /// An operator, a bracket, or another sign.
    Sign(&'static str),
    Newline,
    Indent,
    Dedent,
    End,
}

impl Token {
    /// Whether this word begins a function in other languages.
    pub fn is_foreign_def(&self) -> bool {
        matches!(self, Token::Name(word) if matches!(&**word, "function" | "func" | "fn"))
    }

    /// The token as text, for a message.
    pub fn describe(&self) -> String {
        match self {
            Token::Name(name) => format!("`{name}`"),
            Token::Keyword(word) | Token::Sign(word) => format!("`{word}`"),
            Token::Int(value) => format!("`{value}`"),
            Token::Float(value) => format!("`{value:?}`"),
            Token::Text(_) | Token::Format(_) => "a text".into(),
            Token::Newline => "the end of the line".into(),
            Token::Indent => "a deeper indentation".into(),
            Token::Dedent => "the end of the block".into(),
            Token::End => "the end of the program".into(),
        }
    }
}

/// A part of a text with values in it.
#[derive(Clone, PartialEq, Debug)]
pub enum TextPart {
    Text(String),
    /// `{value!r:spec}`
    Value {
        /// end in [`Token::End`]
        tokens: Vec<(Token, Span)>,
        /// as in `repr`
        quoted: bool,
        /// the format; empty: as in `str`
        spec: String,
    },
}

/// Python's reserved words.
pub const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "is", "if", "elif", "else", "while", "for", "break", "continue",
    "return", "pass", "try", "except", "finally", "raise", "with", "def", "None", "True", "False",
    "class", "lambda", "import", "from", "as", "global", "nonlocal", "del", "assert", "async",
    "await", "yield",
];

/// Signs, longer ones first.
pub const SIGNS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "@=", ":=", "->", "**", "//", "<<", ">>", "+", "-", "*", "/", "%", "<", ">", "=",
    "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "@", "&", "|", "^", "~", "!", "?", "$", "`",
];

/// Whether a word is part of the language's grammar.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}
