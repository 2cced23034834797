//! Builds the tree of a text, part by part.

use super::{Block, DEEPEST, Disallowed, Inline};

/// The open parts, the innermost last.
pub struct TreeBuilder {
    open: Vec<OpenPart>,
}

/// An open part.
pub enum OpenPart {
    /// The text as a whole, or an item of a list.
    Blocks(Vec<Block>),
    List {
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Words {
        span: Container,
        words: Vec<Inline>,
    },
}

/// A part that contains words.
pub enum Container {
    Paragraph,
    Emphasis,
    Strong,
    Link(String),
}

impl TreeBuilder {
    pub fn new() -> TreeBuilder {
        TreeBuilder { open: vec![OpenPart::Blocks(Vec::new())] }
    }

    /// The whole tree; every part must have ended.
    pub fn finish(mut self) -> Vec<Block> {
        match self.open.pop() {
            Some(OpenPart::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        }
    }

    pub fn begin_list(&mut self, first: Option<u64>) -> Result<(), Disallowed> {
        self.begin(OpenPart::List { first, items: Vec::new() })
    }

    pub fn begin_item(&mut self) -> Result<(), Disallowed> {
        self.begin(OpenPart::Blocks(Vec::new()))
    }

    pub fn begin_words(&mut self, span: Container) -> Result<(), Disallowed> {
        self.begin(OpenPart::Words { span, words: Vec::new() })
    }

    fn begin(&mut self, part: OpenPart) -> Result<(), Disallowed> {
        let is_paragraph = matches!(part, OpenPart::Words { span: Container::Paragraph, .. });
        if self.open.len() > DEEPEST && !is_paragraph {
            return Err(Disallowed::Deep);
        }
        self.open.push(part);
        Ok(())
    }

    /// Ends the innermost part.
    pub fn end(&mut self) {
        match self.open.pop() {
            Some(OpenPart::Blocks(blocks)) => {
                if let Some(OpenPart::List { items, .. }) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            Some(OpenPart::List { first, items }) => self.put(Block::List { first, items }),
            Some(OpenPart::Words { span, words }) => match span {
                Container::Paragraph => self.put(Block::Paragraph(words)),
                Container::Emphasis => self.add(Inline::Emphasis(words)),
                Container::Strong => self.add(Inline::Strong(words)),
                Container::Link(to) => self.add(Inline::Link { to, text: words }),
            },
            None => {}
        }
    }

    pub fn put(&mut self, block: Block) {
        if let Some(OpenPart::Blocks(blocks)) = self.open.last_mut() {
            blocks.push(block);
        }
    }

    /// Adds an inline part; adjacent texts are merged.
    pub fn add(&mut self, inline: Inline) {
        let Some(OpenPart::Words { words, .. }) = self.open.last_mut() else { return };
        match (words.last_mut(), inline) {
            (_, Inline::Text(text)) if text.is_empty() => {}
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => words.push(inline),
        }
    }
}
