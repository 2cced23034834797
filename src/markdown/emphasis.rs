//! Runs of stars and underscores, and how they pair up.

use super::inline::InlineToken;
use super::tree::{Container, TreeBuilder};
use super::{Disallowed, Inline};

/// A run of stars or underscores.
pub struct DelimiterRun {
    mark: u8,
    /// The number of marks in the text.
    length: usize,
    /// The number of unpaired marks.
    free: usize,
    can_open: bool,
    can_close: bool,
    /// The emphases that end here, the innermost first; true: strong.
    ends: Vec<bool>,
    /// The emphases that begin here, the innermost first.
    begins: Vec<bool>,
}

impl DelimiterRun {
    /// The run that begins at this byte.
    pub fn at(text: &str, at: usize, mark: u8) -> DelimiterRun {
        let length = text[at..].bytes().take_while(|byte| *byte == mark).count();
        let before = text[..at].chars().next_back().unwrap_or('\n');
        let after = text[at + length..].chars().next().unwrap_or('\n');
        let opens = !after.is_whitespace()
            && (!is_punctuation(after) || before.is_whitespace() || is_punctuation(before));
        let closes = !before.is_whitespace()
            && (!is_punctuation(before) || after.is_whitespace() || is_punctuation(after));
        let in_word = mark == b'_' && opens && closes;
        DelimiterRun {
            mark,
            length,
            free: length,
            can_open: opens && (!in_word || is_punctuation(before)),
            can_close: closes && (!in_word || is_punctuation(after)),
            ends: Vec::new(),
            begins: Vec::new(),
        }
    }

    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether this run may begin an emphasis that a later run ends.
    fn begins_for(&self, end: &DelimiterRun) -> bool {
        let is_both = self.can_close || end.can_open;
        let thirds = (self.length + end.length).is_multiple_of(3)
            && !(self.length.is_multiple_of(3) && end.length.is_multiple_of(3));
        self.can_open && self.mark == end.mark && !(is_both && thirds)
    }

    /// Adds to the tree the ends, the unpaired marks and the beginnings.
    pub fn put(self, tree: &mut TreeBuilder) -> Result<(), Disallowed> {
        for _ in self.ends {
            tree.end();
        }
        tree.add(Inline::Text(char::from(self.mark).to_string().repeat(self.free)));
        for is_strong in self.begins.into_iter().rev() {
            tree.begin_words(if is_strong { Container::Strong } else { Container::Emphasis })?;
        }
        Ok(())
    }
}

fn is_punctuation(letter: char) -> bool {
    match letter.is_ascii() {
        true => letter.is_ascii_punctuation(),
        false => !letter.is_alphanumeric() && !letter.is_whitespace(),
    }
}

/// Pairs the runs from one of them on; none of them pairs with a later run.
pub fn pair(tokens: &mut [InlineToken], runs: &mut Vec<usize>, from: usize) {
    let mut at = from;
    while at < runs.len() {
        let InlineToken::DelimiterRun(end) = &tokens[runs[at]] else { return };
        if !end.can_close {
            at += 1;
            continue;
        }
        let begins = |begin: &usize| match &tokens[runs[*begin]] {
            InlineToken::DelimiterRun(begin) => begin.begins_for(end),
            _ => false,
        };
        let Some(begin) = (from..at).rev().find(begins) else {
            if end.can_open {
                at += 1;
            } else {
                runs.remove(at);
            }
            continue;
        };
        let (before, after) = tokens.split_at_mut(runs[at]);
        let (InlineToken::DelimiterRun(start), InlineToken::DelimiterRun(end)) =
            (&mut before[runs[begin]], &mut after[0])
        else {
            return;
        };
        let is_strong = start.free >= 2 && end.free >= 2;
        for (run, is_end) in [(&mut *start, false), (&mut *end, true)] {
            run.free -= 1 + usize::from(is_strong);
            if is_end { &mut run.ends } else { &mut run.begins }.push(is_strong);
        }
        let (start_is_left, end_is_left) = (start.free > 0, end.free > 0);
        // What lies between pairs with nothing outside.
        let between = begin + usize::from(start_is_left);
        runs.drain(between..at);
        at = between;
        if !end_is_left {
            runs.remove(at);
        }
    }
    runs.truncate(from);
}
