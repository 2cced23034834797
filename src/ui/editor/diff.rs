//! The differences between two texts, line by line.

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// The most lines, of both texts together, for which the fewest changes are computed. For longer
/// texts, everything between the common beginning and the common end counts as replaced.
const MOST_COMPARED: usize = 5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Same,
    Added,
    Removed,
}

/// A line of either text or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    pub sign: Sign,
    /// Its number in the old and in the new text, from 1.
    pub old: Option<u32>,
    pub new: Option<u32>,
    pub text: String,
}

/// Two texts with their lines matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    pub lines: Vec<DiffLine>,
    pub added: usize,
    pub removed: usize,
}

/// Lines to show, or the number of unchanged lines that are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hunk<'a> {
    Shown(&'a [DiffLine]),
    Folded(&'a [DiffLine]),
}

impl Diff {
    /// The changes from `old` to `new`. Blank lines at the end do not count.
    pub fn of(old: &str, new: &str) -> Diff {
        let [old, new] = [old, new].map(lines);
        let mut diff = Diff::default();
        let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let (rest, others) = (&old[start..], &new[start..]);
        let end = rest.iter().rev().zip(others.iter().rev());
        let end = end.take_while(|(old, new)| old == new).count();
        let (rest, others) = (&rest[..rest.len() - end], &others[..others.len() - end]);
        if rest.len() + others.len() > MOST_COMPARED {
            diff.same(&old[..start], 0, 0);
            diff.removed(rest, start);
            diff.added(others, start);
            diff.same(&old[old.len() - end..], old.len() - end, new.len() - end);
            return diff;
        }
        for change in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (tag, from, to) = change.as_tag_tuple();
            match tag {
                DiffTag::Equal => diff.same(&old[from.clone()], from.start, to.start),
                _ => {
                    diff.removed(&old[from.clone()], from.start);
                    diff.added(&new[to.clone()], to.start);
                }
            }
        }
        diff
    }

    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.removed == 0
    }

    /// "3 lines added, 1 line removed"
    pub fn words(&self) -> String {
        let count = |number: usize, done| match number {
            1 => format!("1 line {done}"),
            _ => format!("{number} lines {done}"),
        };
        match (self.added, self.removed) {
            (0, 0) => "No difference".to_owned(),
            (added, 0) => count(added, "added"),
            (0, removed) => count(removed, "removed"),
            (added, removed) => {
                format!("{}, {}", count(added, "added"), count(removed, "removed"))
            }
        }
    }

    /// The lines, with only `context` unchanged ones around each change. A single line is not
    /// folded.
    pub fn hunks(&self, context: usize) -> Vec<Hunk<'_>> {
        let mut hunks = Vec::new();
        let mut shown = 0;
        let mut at = 0;
        while at < self.lines.len() {
            let run = self.lines[at..].iter().take_while(|line| line.sign == Sign::Same).count();
            if run == 0 {
                at += 1;
                continue;
            }
            let before = if at == 0 { 0 } else { context };
            let after = if at + run == self.lines.len() { 0 } else { context };
            if run > before + after + 1 {
                let (from, to) = (at + before, at + run - after);
                if from > shown {
                    hunks.push(Hunk::Shown(&self.lines[shown..from]));
                }
                hunks.push(Hunk::Folded(&self.lines[from..to]));
                shown = to;
            }
            at += run;
        }
        if shown < self.lines.len() {
            hunks.push(Hunk::Shown(&self.lines[shown..]));
        }
        hunks
    }

    fn same(&mut self, lines: &[&str], old: usize, new: usize) {
        self.put(Sign::Same, lines, Some(old), Some(new));
    }

    fn removed(&mut self, lines: &[&str], old: usize) {
        self.removed += lines.len();
        self.put(Sign::Removed, lines, Some(old), None);
    }

    fn added(&mut self, lines: &[&str], new: usize) {
        self.added += lines.len();
        self.put(Sign::Added, lines, None, Some(new));
    }

    fn put(&mut self, sign: Sign, lines: &[&str], old: Option<usize>, new: Option<usize>) {
        for (at, text) in lines.iter().enumerate() {
            let number = |first: Option<usize>| first.map(|first| (first + at) as u32 + 1);
            let (old, new) = (number(old), number(new));
            self.lines.push(DiffLine { sign, old, new, text: (*text).to_owned() });
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    match text.trim_end() {
        "" => Vec::new(),
        text => text.split('\n').map(|line| line.trim_end_matches('\r')).collect(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::strategy::builtin;

    /// As a unified diff, with folded lines as a number.
    fn shown(diff: &Diff, context: usize) -> Vec<String> {
        let mut all = Vec::new();
        for hunk in diff.hunks(context) {
            match hunk {
                Hunk::Folded(lines) => all.push(format!("… {}", lines.len())),
                Hunk::Shown(lines) => all.extend(lines.iter().map(|line| {
                    let sign = match line.sign {
                        Sign::Same => ' ',
                        Sign::Added => '+',
                        Sign::Removed => '-',
                    };
                    format!("{sign}{}", line.text)
                })),
            }
        }
        all
    }

    #[test]
    fn an_invalidation_that_is_taken_out_is_the_only_change() {
        let old = builtin::find("cache-aside").unwrap().source;
        let new = old.replace(
            "    db.write(key, value)\n    invalidate(key)\n",
            "    db.write(key, value)\n",
        );
        let diff = Diff::of(old, &new);
        assert_eq!(diff.words(), "1 line removed");
        let shown = shown(&diff, 2);
        assert!(shown.contains(&"-    invalidate(key)".to_owned()), "{shown:#?}");
        assert!(shown[0].starts_with("… "), "{shown:#?}");
    }

    #[test]
    fn what_is_far_from_a_change_is_folded() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh";
        for (new, expected) in [
            (old, vec!["… 8"]),
            ("a\nb\nc\nd\nX\nf\ng\nh", vec!["… 3", " d", "-e", "+X", " f", "… 2"]),
            ("X\nb\nc\nd\ne\nf\ng\nX", vec!["-a", "+X", " b", "… 4", " g", "-h", "+X"]),
            // one line between is shown
            (
                "a\nX\nc\nd\ne\nX\ng\nh",
                vec![" a", "-b", "+X", " c", " d", " e", "-f", "+X", " g", " h"],
            ),
            ("", vec!["-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h"]),
        ] {
            assert_eq!(shown(&Diff::of(old, new), 1), expected, "{new:?}");
        }
    }

    #[test]
    fn changes_are_counted_in_words() {
        for (old, new, words) in [
            ("a", "a\n\n", "No difference"),
            ("", "", "No difference"),
            ("a", "a\nb\nc", "2 lines added"),
            ("a\r\nb", "a\nc", "1 line added, 1 line removed"),
        ] {
            assert_eq!(Diff::of(old, new).words(), words, "{old:?} {new:?}");
        }
    }

    #[test]
    fn texts_that_are_too_long_to_compare_are_replaced_between_their_common_ends() {
        let old: String = (0..4_000).map(|line| format!("old {line}\n")).collect();
        let new: String = (0..4_000).map(|line| format!("new {line}\n")).collect();
        let diff = Diff::of(&format!("a\n{old}z"), &format!("a\n{new}z"));
        assert_eq!((diff.added, diff.removed, diff.lines.len()), (4_000, 4_000, 8_002));
        let last = diff.lines.last().unwrap();
        assert_eq!((last.text.as_str(), last.old, last.new), ("z", Some(4_002), Some(4_002)));
    }

    fn side(diff: &Diff, left_out: Sign) -> Vec<&str> {
        let lines = diff.lines.iter().filter(|line| line.sign != left_out);
        lines.map(|line| line.text.as_str()).collect()
    }

    proptest! {
        #[test]
        fn without_what_was_added_it_is_the_old_text_and_without_what_was_removed_the_new(
            old in "([abc]?\\n?){0,30}", new in "([abc]?\\n?){0,30}", context in 0usize..4
        ) {
            let diff = Diff::of(&old, &new);
            prop_assert_eq!(side(&diff, Sign::Added), lines(&old));
            prop_assert_eq!(side(&diff, Sign::Removed), lines(&new));
            let numbers = |number: fn(&DiffLine) -> Option<u32>| {
                diff.lines.iter().filter_map(number).collect::<Vec<u32>>()
            };
            prop_assert_eq!(numbers(|line| line.old), (1..=lines(&old).len() as u32).collect::<Vec<_>>());
            prop_assert_eq!(numbers(|line| line.new), (1..=lines(&new).len() as u32).collect::<Vec<_>>());
            prop_assert_eq!(diff.is_empty(), lines(&old) == lines(&new));
            let again: Vec<DiffLine> = diff.hunks(context).into_iter().flat_map(|hunk| match hunk {
                Hunk::Shown(lines) => lines.to_vec(),
                Hunk::Folded(lines) => {
                    assert!(lines.len() > 1 && lines.iter().all(|line| line.sign == Sign::Same));
                    lines.to_vec()
                }
            }).collect();
            prop_assert_eq!(again, diff.lines);
        }
    }
}
