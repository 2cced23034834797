//! The tree of a text while it is read, part by part.

use super::{Block, DEEPEST, Inline, Refusal};

/// The parts that have begun and not ended, the innermost last.
pub struct Tree {
    open: Vec<Part>,
}

/// A part that has begun.
pub enum Part {
    /// The text as a whole, or an item of a list.
    Blocks(Vec<Block>),
    List {
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Words {
        span: Span,
        words: Vec<Inline>,
    },
}

/// What words stand in.
pub enum Span {
    Paragraph,
    Emphasis,
    Strong,
    Link(String),
}

impl Tree {
    pub fn new() -> Tree {
        Tree { open: vec![Part::Blocks(Vec::new())] }
    }

    /// The whole, every part having ended.
    pub fn finish(mut self) -> Vec<Block> {
        match self.open.pop() {
            Some(Part::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        }
    }

    pub fn begin_list(&mut self, first: Option<u64>) -> Result<(), Refusal> {
        self.begin(Part::List { first, items: Vec::new() })
    }

    pub fn begin_item(&mut self) -> Result<(), Refusal> {
        self.begin(Part::Blocks(Vec::new()))
    }

    pub fn begin_words(&mut self, span: Span) -> Result<(), Refusal> {
        self.begin(Part::Words { span, words: Vec::new() })
    }

    fn begin(&mut self, part: Part) -> Result<(), Refusal> {
        let is_paragraph = matches!(part, Part::Words { span: Span::Paragraph, .. });
        if self.open.len() > DEEPEST && !is_paragraph {
            return Err(Refusal::Deep);
        }
        self.open.push(part);
        Ok(())
    }

    /// Ends the innermost part.
    pub fn end(&mut self) {
        match self.open.pop() {
            Some(Part::Blocks(blocks)) => {
                if let Some(Part::List { items, .. }) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            Some(Part::List { first, items }) => self.put(Block::List { first, items }),
            Some(Part::Words { span, words }) => match span {
                Span::Paragraph => self.put(Block::Paragraph(words)),
                Span::Emphasis => self.add(Inline::Emphasis(words)),
                Span::Strong => self.add(Inline::Strong(words)),
                Span::Link(to) => self.add(Inline::Link { to, text: words }),
            },
            None => {}
        }
    }

    pub fn put(&mut self, block: Block) {
        if let Some(Part::Blocks(blocks)) = self.open.last_mut() {
            blocks.push(block);
        }
    }

    /// Texts side by side are one.
    pub fn add(&mut self, inline: Inline) {
        let Some(Part::Words { words, .. }) = self.open.last_mut() else { return };
        match (words.last_mut(), inline) {
            (_, Inline::Text(text)) if text.is_empty() => {}
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => words.push(inline),
        }
    }
}
