//! The same tree from another parser, for comparison.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::super::link;
use super::super::{Block, DEEPEST, Inline};

/// The tree, or that the text contains something not allowed.
pub fn parse(text: &str) -> Result<Vec<Block>, Refused> {
    let mut tree = Tree { open: vec![Part::Blocks(Vec::new())] };
    for event in Parser::new_ext(text, Options::empty()) {
        tree.take(event)?;
    }
    tree.end_words();
    match tree.open.pop() {
        Some(Part::Blocks(blocks)) => Ok(blocks),
        _ => Ok(Vec::new()),
    }
}

#[derive(Debug)]
pub struct Refused;

/// The open parts, the innermost last.
struct Tree {
    open: Vec<Part>,
}

enum Part {
    /// The text as a whole, or an item of a list.
    Blocks(Vec<Block>),
    List {
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Words {
        kind: Kind,
        words: Vec<Inline>,
    },
    Code(String),
}

enum Kind {
    Paragraph,
    /// The words of an item without a paragraph around them.
    Bare,
    Emphasis,
    Strong,
    Link(String),
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), Refused> {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => {
                self.end(tag);
                Ok(())
            }
            Event::Text(text) => match self.open.last_mut() {
                Some(Part::Code(code)) => {
                    code.push_str(&text);
                    Ok(())
                }
                _ => self.say(Inline::Text(text.into_string())),
            },
            Event::Code(text) => self.say(Inline::Code(text.into_string())),
            Event::SoftBreak => self.say(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.say(Inline::Break),
            Event::Html(_) | Event::InlineHtml(_) => Err(Refused),
            Event::Rule => Err(Refused),
            _ => Err(Refused),
        }
    }

    fn begin(&mut self, tag: Tag<'_>) -> Result<(), Refused> {
        let part = match tag {
            Tag::Paragraph => words(Kind::Paragraph),
            Tag::Emphasis => words(Kind::Emphasis),
            Tag::Strong => words(Kind::Strong),
            Tag::Link { dest_url, .. } => {
                words(Kind::Link(link::target(&dest_url).map_err(|_| Refused)?.0))
            }
            Tag::CodeBlock(_) => Part::Code(String::new()),
            Tag::List(first) => Part::List { first, items: Vec::new() },
            Tag::Item => Part::Blocks(Vec::new()),
            Tag::Heading { .. } => return Err(Refused),
            Tag::BlockQuote(_) => return Err(Refused),
            Tag::HtmlBlock => return Err(Refused),
            Tag::Image { .. } => return Err(Refused),
            _ => return Err(Refused),
        };
        if matches!(
            part,
            Part::Words { kind: Kind::Paragraph, .. } | Part::List { .. } | Part::Code(_)
        ) {
            self.end_words();
        } else if matches!(part, Part::Words { .. }) {
            self.begin_words();
        }
        self.push(part)
    }

    fn push(&mut self, part: Part) -> Result<(), Refused> {
        if self.open.len() > DEEPEST {
            return Err(Refused);
        }
        self.open.push(part);
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Item) {
            self.end_words();
        }
        let Some(part) = self.open.pop() else { return };
        match part {
            Part::Blocks(blocks) => {
                if let Some(Part::List { items, .. }) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            Part::List { first, items } => self.put(Block::List { first, items }),
            Part::Code(code) => self.put(Block::Code(code)),
            Part::Words { kind, words } => match kind {
                Kind::Paragraph | Kind::Bare => self.put(Block::Paragraph(words)),
                Kind::Emphasis => self.add(Inline::Emphasis(words)),
                Kind::Strong => self.add(Inline::Strong(words)),
                Kind::Link(to) => self.add(Inline::Link { to, text: words }),
            },
        }
    }

    /// Begins a paragraph for words outside one.
    fn begin_words(&mut self) {
        if matches!(self.open.last(), Some(Part::Blocks(_))) {
            self.open.push(words(Kind::Bare));
        }
    }

    fn end_words(&mut self) {
        if matches!(self.open.last(), Some(Part::Words { kind: Kind::Bare, .. }))
            && let Some(Part::Words { words, .. }) = self.open.pop()
        {
            self.put(Block::Paragraph(words));
        }
    }

    fn say(&mut self, inline: Inline) -> Result<(), Refused> {
        self.begin_words();
        self.add(inline);
        Ok(())
    }

    fn put(&mut self, block: Block) {
        if let Some(Part::Blocks(blocks)) = self.open.last_mut() {
            blocks.push(block);
        }
    }

    /// Adds an inline part; adjacent texts are merged.
    fn add(&mut self, inline: Inline) {
        let Some(Part::Words { words, .. }) = self.open.last_mut() else { return };
        match (words.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => words.push(inline),
        }
    }
}

fn words(kind: Kind) -> Part {
    Part::Words { kind, words: Vec::new() }
}
