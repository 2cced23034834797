//! A text in blocks of lines, so that typing redraws only one block.

use std::rc::Rc;
use std::sync::Arc;

/// The most lines of a block.
const MOST: usize = 40;

/// Some lines of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Unchanged as long as the lines are.
    pub id: u64,
    /// The number of its first line, from 0.
    pub first: usize,
    /// The number of its lines; a text's last line may be empty.
    pub lines: usize,
    /// Its lines, with their line ends, except for a text's last line.
    pub text: Arc<str>,
}

/// All lines of a text, in blocks.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    all: Rc<Vec<Block>>,
    made: u64,
}

impl Blocks {
    pub fn of(text: &str) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.update(text);
        blocks
    }

    pub fn all(&self) -> &Rc<Vec<Block>> {
        &self.all
    }

    /// The number of lines: one more than line ends.
    pub fn lines(&self) -> usize {
        self.all.last().map_or(1, |block| block.first + block.lines)
    }

    /// Changes the text. Unchanged blocks at its beginning and end stay the same.
    pub fn update(&mut self, text: &str) {
        let mut middle = text;
        let mut kept = 0;
        // Behind the last block there is nothing, so it can only be kept as the end.
        let others = &self.all[..self.all.len().saturating_sub(1)];
        for block in others {
            match middle.strip_prefix(&*block.text) {
                Some(rest) => (middle, kept) = (rest, kept + 1),
                None => break,
            }
        }
        let mut left = self.all.len();
        while left > kept {
            let rest = middle.strip_suffix(&*self.all[left - 1].text);
            match rest.filter(|rest| rest.is_empty() || rest.ends_with('\n')) {
                Some(rest) => (middle, left) = (rest, left - 1),
                None => break,
            }
        }
        let mut all: Vec<Block> = self.all[..kept].to_vec();
        let after = &self.all[left..];
        let mut lines: Vec<&str> = middle.split_inclusive('\n').collect();
        if after.is_empty() && (middle.is_empty() || middle.ends_with('\n')) {
            // behind the last line end there is a line
            lines.push("");
        }
        for part in in_parts(&lines) {
            self.made += 1;
            let text: String = part.concat();
            all.push(Block { id: self.made, first: 0, lines: part.len(), text: text.into() });
        }
        all.extend_from_slice(after);
        let mut first = 0;
        for block in &mut all {
            block.first = first;
            first += block.lines;
        }
        self.all = Rc::new(all);
    }
}

/// Lines in parts of about equal length, none too long.
fn in_parts<'a, 'b>(lines: &'b [&'a str]) -> impl Iterator<Item = &'b [&'a str]> {
    let parts = lines.len().div_ceil(MOST).max(1);
    lines.chunks(lines.len().div_ceil(parts).max(1))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(blocks: &Blocks) -> String {
        blocks.all.iter().map(|block| &*block.text).collect()
    }

    fn numbered(lines: usize) -> String {
        (0..lines).map(|line| format!("line {line}\n")).collect()
    }

    #[test]
    fn a_line_that_is_typed_in_changes_one_block_of_many() {
        let text = numbered(2_000);
        let mut blocks = Blocks::of(&text);
        let before = blocks.all.clone();
        blocks.update(&text.replace("line 1000\n", "line 1000\nanother\n"));
        let changed =
            blocks.all.iter().filter(|block| !before.iter().any(|old| old.id == block.id));
        assert!(changed.count() <= 2);
        assert!(before.len() >= 50);
        assert_eq!(blocks.lines(), 2_002);
    }

    #[test]
    fn a_text_has_a_line_behind_its_last_line_end() {
        for (text, lines) in [("", 1), ("a", 1), ("a\n", 2), ("\n\n", 3), ("a\nb", 2)] {
            assert_eq!(Blocks::of(text).lines(), lines, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_blocks_are_the_text_whatever_was_typed(
            texts in proptest::collection::vec("(a|b|\\n){0,120}", 1..6)
        ) {
            let mut blocks = Blocks::default();
            for text in &texts {
                blocks.update(text);
                prop_assert_eq!(&whole(&blocks), text);
                prop_assert_eq!(blocks.lines(), text.matches('\n').count() + 1);
                let mut first = 0;
                for block in blocks.all.iter() {
                    prop_assert_eq!(block.first, first);
                    prop_assert!(block.lines <= MOST);
                    first += block.lines;
                }
                let mut ids: Vec<u64> = blocks.all.iter().map(|block| block.id).collect();
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), blocks.all.len());
            }
        }
    }
}
