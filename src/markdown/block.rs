//! Parses a text into blocks, line by line (CommonMark 0.31.2, sections 4 and 5).

use super::inline::say;
use super::line::{
    Fence, ItemStart, Marker, closes, expanded, fence, indent_of, is_blank, item, refused, without,
};
use super::link::is_definition;
use super::tree::{Container, TreeBuilder};
use super::{Block, Disallowed, MarkdownError};

/// Parses a text.
///
/// # Errors
/// If it contains something that the tree does not have (raw HTML, a heading, an image, …), a link
/// to anything but `https://…` or `#…`, or nesting deeper than [`DEEPEST`](super::DEEPEST).
pub fn parse(text: &str) -> Result<Vec<Block>, MarkdownError> {
    let mut reader =
        BlockReader { tree: TreeBuilder::new(), lists: Vec::new(), leaf: Leaf::None, line: 0 };
    for line in text.lines() {
        reader.line += 1;
        reader.take(&expanded(line))?;
    }
    reader.leave(0)?;
    reader.close_leaf()?;
    reader.end_list(0);
    Ok(reader.tree.finish())
}

struct BlockReader {
    tree: TreeBuilder,
    /// The open lists, the outermost first.
    lists: Vec<List>,
    leaf: Leaf,
    /// The number of the present line, from 1.
    line: usize,
}

struct List {
    marker: Marker,
    /// The last item; only the innermost list's may be closed.
    item: Option<ListItem>,
}

struct ListItem {
    /// The indentation of its lines, in columns.
    indent: usize,
    /// Only its marker has been read.
    is_empty: bool,
}

/// The block that receives the next lines.
enum Leaf {
    None,
    Paragraph { line: usize, text: String },
    Fenced { fence: Fence, code: String },
    Indented { code: String, blank: String },
}

impl BlockReader {
    fn take(&mut self, line: &str) -> Result<(), MarkdownError> {
        let (mut depth, mut rest) = self.inside(line);
        let stays = depth == self.items();
        if stays && self.code_takes(rest)? {
            return Ok(());
        }
        while !is_blank(rest) {
            let in_paragraph = matches!(self.leaf, Leaf::Paragraph { .. });
            let indent = indent_of(rest);
            if indent >= 4 {
                if in_paragraph {
                    break;
                }
                let code = format!("{}\n", without(rest, 4));
                return self.begin(depth, Leaf::Indented { code, blank: String::new() });
            }
            let words = &rest[indent..];
            if let Some(why) = refused(words, in_paragraph && stays) {
                return Err(why.at(self.line));
            }
            if let Some(fence) = fence(words, indent) {
                return self.begin(depth, Leaf::Fenced { fence, code: String::new() });
            }
            let Some(found) = item(rest).filter(|it| it.interrupts || !(in_paragraph && stays))
            else {
                break;
            };
            self.begin_item(depth, &found)?;
            (depth, rest) = (depth + 1, found.rest);
        }
        let words = rest.trim_start_matches(' ');
        if words.is_empty() {
            self.close_leaf()?;
            // Only an item of which nothing but its marker has been read ends here.
            self.leave(depth)
        } else if let Leaf::Paragraph { text, .. } = &mut self.leaf {
            // It goes on even where the line is not indented as its item is.
            text.push('\n');
            text.push_str(words);
            Ok(())
        } else {
            self.begin(depth, Leaf::Paragraph { line: self.line, text: words.to_owned() })
        }
    }

    /// The number of open items that a line belongs to, and the rest of the line inside them.
    fn inside<'a>(&self, mut line: &'a str) -> (usize, &'a str) {
        let mut depth = 0;
        for item in self.lists.iter().filter_map(|list| list.item.as_ref()) {
            let belongs =
                if is_blank(line) { !item.is_empty } else { indent_of(line) >= item.indent };
            if !belongs {
                break;
            }
            line = without(line, item.indent);
            depth += 1;
        }
        (depth, line)
    }

    /// The number of open items.
    fn items(&self) -> usize {
        self.lists.iter().filter(|list| list.item.is_some()).count()
    }

    /// Whether the line belongs to the open code block, or ends it.
    fn code_takes(&mut self, line: &str) -> Result<bool, MarkdownError> {
        match &mut self.leaf {
            Leaf::Fenced { fence, .. } if closes(line, *fence) => self.close_leaf()?,
            Leaf::Fenced { fence, code } => push_line(code, without(line, fence.indent)),
            Leaf::Indented { blank, .. } if is_blank(line) => push_line(blank, without(line, 4)),
            Leaf::Indented { code, blank } if indent_of(line) >= 4 => {
                code.push_str(&std::mem::take(blank));
                push_line(code, without(line, 4));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Begins a block other than a list, inside `depth` items.
    fn begin(&mut self, depth: usize, leaf: Leaf) -> Result<(), MarkdownError> {
        self.leave(depth)?;
        self.close_leaf()?;
        self.end_list(depth);
        self.fill(depth);
        self.leaf = leaf;
        Ok(())
    }

    /// Begins an item inside `depth` items, and its list if it is the first.
    fn begin_item(&mut self, depth: usize, found: &ItemStart) -> Result<(), MarkdownError> {
        self.leave(depth)?;
        self.close_leaf()?;
        self.fill(depth);
        if self.lists.get(depth).is_none_or(|list| list.marker != found.marker) {
            self.end_list(depth);
            self.tree.begin_list(found.first).map_err(|why| why.at(self.line))?;
            self.lists.push(List { marker: found.marker, item: None });
        }
        self.tree.begin_item().map_err(|why| why.at(self.line))?;
        if let Some(list) = self.lists.last_mut() {
            list.item = Some(ListItem { indent: found.indent, is_empty: true });
        }
        Ok(())
    }

    /// Notes that the innermost of `depth` items contains more than its marker.
    fn fill(&mut self, depth: usize) {
        let around = depth.checked_sub(1).and_then(|at| self.lists[at].item.as_mut());
        if let Some(item) = around {
            item.is_empty = false;
        }
    }

    /// Ends all items beyond `depth`, and the lists in them.
    fn leave(&mut self, depth: usize) -> Result<(), MarkdownError> {
        if self.items() > depth {
            self.close_leaf()?;
        }
        while self.items() > depth {
            self.end_list(self.items());
            self.tree.end();
            if let Some(list) = self.lists.last_mut() {
                list.item = None;
            }
        }
        Ok(())
    }

    /// Ends the list inside `depth` items, if one is open there.
    fn end_list(&mut self, depth: usize) {
        if self.lists.len() > depth {
            self.tree.end();
            self.lists.pop();
        }
    }

    fn close_leaf(&mut self) -> Result<(), MarkdownError> {
        match std::mem::replace(&mut self.leaf, Leaf::None) {
            Leaf::None => {}
            Leaf::Paragraph { line, text } => {
                if is_definition(&text) {
                    return Err(Disallowed::Definition.at(line));
                }
                self.tree.begin_words(Container::Paragraph).map_err(|why| why.at(line))?;
                say(text.trim_end_matches(' '), line, &mut self.tree)?;
                self.tree.end();
            }
            Leaf::Fenced { code, .. } | Leaf::Indented { code, .. } => {
                self.tree.put(Block::Code(code));
            }
        }
        Ok(())
    }
}

fn push_line(code: &mut String, line: &str) {
    code.push_str(line);
    code.push('\n');
}
