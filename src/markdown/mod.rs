//! The subset of Markdown that a lesson may use, as a tree to draw.
//!
//! Paragraphs, emphasis, strong, code, lists, and links to `https://` or to a place in the page
//! (`#…`). Anything else is an error with its line. No text in this tree is ever markup, so nothing
//! in it can run or load anything.
//!
//! The rules are CommonMark's (0.31.2), with three differences: link definitions
//! (`[name]: https://…`) are not allowed; of HTML's named characters 42 are known, and the others
//! stay as written; and an unfinished tag counts as words.

use std::fmt;

mod block;
mod emphasis;
mod inline;
mod line;
mod link;
pub mod prose;
mod raw;
mod tree;
mod write;

pub use block::parse;
pub use write::{escaped, markdown, plain};

/// The deepest nesting: a paragraph in a list in a list has depth four.
pub const DEEPEST: usize = 8;

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    Paragraph(Vec<Inline>),
    /// Code, with its line breaks.
    Code(String),
    List {
        /// The number of the first item; `None`: not numbered.
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
}

/// A part of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Inline {
    Text(String),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link {
        /// The address, which begins with `https://` or `#`.
        to: String,
        text: Vec<Inline>,
    },
    /// A line break in the same paragraph.
    Break,
}

/// Why a text is not in the allowed subset of Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownError {
    /// The line, from 1.
    pub line: usize,
    pub why: Disallowed,
}

/// Something in a text that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disallowed {
    Html,
    Heading,
    Quotation,
    Rule,
    Image,
    Definition,
    Link {
        /// The address, cut off if it is long.
        to: String,
    },
    Deep,
}

impl Disallowed {
    fn at(self, line: usize) -> MarkdownError {
        MarkdownError { line, why: self }
    }
}

impl fmt::Display for Disallowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Disallowed::Html => "raw HTML",
            Disallowed::Heading => "a heading",
            Disallowed::Quotation => "a quotation",
            Disallowed::Rule => "a line across",
            Disallowed::Image => "an image",
            Disallowed::Definition => {
                return f.write_str(
                    "an address that is given a name (allowed: [words](https://…), the address beside the words)",
                );
            }
            Disallowed::Link { to } => {
                return write!(f, "a link to \"{to}\" (allowed: `https://…` or `#…`)");
            }
            Disallowed::Deep => return write!(f, "text nested deeper than {DEEPEST} levels"),
        };
        write!(f, "{what} (allowed: paragraphs, *emphasis*, **strong**, `code`, lists and links)")
    }
}

impl fmt::Display for MarkdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "has {} in line {}", self.why, self.line)
    }
}

impl std::error::Error for MarkdownError {}

/// The placeholders in a text: everything between braces in its words and code, in order.
pub fn placeholders(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    let _ = fill(blocks, &mut |name| {
        found.push(name.to_owned());
        String::new()
    });
    found
}

/// The text with its placeholders replaced, braces included. The replacements stay plain text,
/// whatever they look like.
pub fn fill(blocks: &[Block], value: &mut impl FnMut(&str) -> String) -> Vec<Block> {
    let mut fill_block = |block: &Block| match block {
        Block::Paragraph(inlines) => Block::Paragraph(fill_inlines(inlines, value)),
        Block::Code(code) => Block::Code(code.clone()),
        Block::List { first, items } => Block::List {
            first: *first,
            items: items.iter().map(|item| fill(item, value)).collect(),
        },
    };
    blocks.iter().map(&mut fill_block).collect()
}

fn fill_inlines(inlines: &[Inline], value: &mut impl FnMut(&str) -> String) -> Vec<Inline> {
    let mut fill_inline = |inline: &Inline| match inline {
        Inline::Text(text) => Inline::Text(fill_text(text, value)),
        Inline::Code(text) => Inline::Code(fill_text(text, value)),
        Inline::Emphasis(inner) => Inline::Emphasis(fill_inlines(inner, value)),
        Inline::Strong(inner) => Inline::Strong(fill_inlines(inner, value)),
        Inline::Link { to, text } => {
            Inline::Link { to: to.clone(), text: fill_inlines(text, value) }
        }
        Inline::Break => Inline::Break,
    };
    inlines.iter().map(&mut fill_inline).collect()
}

fn fill_text(mut text: &str, value: &mut impl FnMut(&str) -> String) -> String {
    let mut filled = String::new();
    while let Some((before, rest)) = text.split_once('{') {
        let Some((name, after)) = rest.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(&value(name));
        text = after;
    }
    filled.push_str(text);
    filled
}

#[cfg(test)]
mod tests;
