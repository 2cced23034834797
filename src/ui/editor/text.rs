//! Positions in a text, as a compiler and as a text area count them, and the edits of the editor's
//! keys.
//!
//! A compiler counts lines and columns from 1, columns in characters; a text
//! area counts from 0, in units of UTF-16, across lines.

/// The indentation of a block, in spaces.
const STEP: usize = 4;

/// A text as a text area holds it: lines end in `\n`, and there is no byte order mark.
pub fn plain(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether two texts are the same program, apart from blank lines at the end.
pub fn same(one: &str, other: &str) -> bool {
    one.trim_end() == other.trim_end()
}

/// The length in units of UTF-16.
pub fn units(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}

/// The offset of a line and a column; beyond a line's end, that of its end.
pub fn offset(text: &str, line: u32, column: u32) -> u32 {
    let before = line.saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let line = text[start..].split('\n').next().unwrap_or("");
    let inside: u32 = line
        .chars()
        .take(column.saturating_sub(1) as usize)
        .map(|letter| letter.len_utf16() as u32)
        .sum();
    units(&text[..start]) + inside
}

/// The line, from 1, that contains an offset.
pub fn line_at(text: &str, offset: u32) -> u32 {
    text[..byte(text, offset)].matches('\n').count() as u32 + 1
}

/// The byte at an offset; within a character, that of its first byte.
fn byte(text: &str, offset: u32) -> usize {
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        seen += letter.len_utf16() as u32;
        if seen > offset {
            return at;
        }
    }
    text.len()
}

/// An edit by a key: a replacement, and the new selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The range that is replaced.
    pub from: u32,
    pub to: u32,
    /// The text inserted.
    pub text: String,
    /// The new selection.
    pub select: (u32, u32),
}

/// Enter: a new line with the same indentation, one step deeper after a colon.
pub fn enter(text: &str, from: u32, to: u32) -> Edit {
    let before = &text[..byte(text, from)];
    let from = units(before);
    let line = &before[start_of_line(before, before.len())..];
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let code = line.split('#').next().unwrap_or("");
    let deeper = if code.trim_end().ends_with(':') { STEP } else { 0 };
    let new = format!("\n{indentation}{}", " ".repeat(deeper));
    let caret = from + units(&new);
    Edit { from, to, text: new, select: (caret, caret) }
}

/// Tab: spaces up to the next step; selected lines are each indented by one step.
pub fn indent(text: &str, from: u32, to: u32) -> Edit {
    let (first, last) = (byte(text, from), byte(text, to));
    if !text[first..last].contains('\n') {
        let column = text[start_of_line(text, first)..first].chars().count();
        let spaces = " ".repeat(STEP - column % STEP);
        let from = units(&text[..first]);
        let caret = from + units(&spaces);
        return Edit { from, to, text: spaces, select: (caret, caret) };
    }
    each_line(text, from, to, |line| match line.trim().is_empty() {
        true => line.to_owned(),
        false => format!("{}{line}", " ".repeat(STEP)),
    })
}

/// Shift+Tab: the indentation of each selected line is reduced by one step.
pub fn outdent(text: &str, from: u32, to: u32) -> Edit {
    each_line(text, from, to, |line| {
        if let Some(rest) = line.strip_prefix('\t') {
            return rest.to_owned();
        }
        let spaces = line.len() - line.trim_start_matches(' ').len();
        line[spaces.min(STEP)..].to_owned()
    })
}

fn each_line(text: &str, from: u32, to: u32, change: impl Fn(&str) -> String) -> Edit {
    let (first, last) = (byte(text, from), byte(text, to));
    // A selection that ends before a line's first character does not touch that line.
    let last = if last > first && text[..last].ends_with('\n') { last - 1 } else { last };
    let start = start_of_line(text, first);
    let end = text[last..].find('\n').map_or(text.len(), |more| last + more);
    let lines: Vec<String> = text[start..end].split('\n').map(change).collect();
    let new = lines.join("\n");
    let from = units(&text[..start]);
    let to = from + units(&text[start..end]);
    let after = from + units(&new);
    let caret = match lines.len() {
        1 => (byte_to_end(text, first, end)).map_or((after, after), |left| {
            let caret = after.saturating_sub(left).max(from);
            (caret, caret)
        }),
        _ => (from, after),
    };
    Edit { from, to, text: new, select: caret }
}

/// The number of units from a byte to the line's end.
fn byte_to_end(text: &str, byte: usize, end: usize) -> Option<u32> {
    text.get(byte..end).map(units)
}

fn start_of_line(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |at| at + 1)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text after a key, with `|` where the selection begins and ends.
    fn pressed(key: fn(&str, u32, u32) -> Edit, marked: &str) -> String {
        let places: Vec<usize> = marked.match_indices('|').map(|(at, _)| at).collect();
        let text = marked.replace('|', "");
        let from = units(&marked[..places[0]]);
        let to = places.get(1).map_or(from, |at| units(&marked[..*at]) - 1);
        let edit = key(&text, from, to);
        let (first, last) = (byte(&text, edit.from), byte(&text, edit.to));
        let mut new = format!("{}{}{}", &text[..first], edit.text, &text[last..]);
        let (from, to) = (byte(&new, edit.select.0), byte(&new, edit.select.1));
        if from != to {
            new.insert(to, '|');
        }
        new.insert(from, '|');
        new
    }

    #[test]
    fn enter_keeps_the_indentation_and_goes_in_behind_a_colon() {
        for (before, after) in [
            ("a|", "a\n|"),
            ("    a|b", "    a\n    |b"),
            ("def f():|", "def f():\n    |"),
            ("    if a:  # so: |", "    if a:  # so: \n        |"),
            ("    a  # b:|", "    a  # b:\n    |"),
            ("  |  a", "  \n  |  a"),
            ("|    a", "\n|    a"),
            ("    a|bc|", "    a\n    |"),
            ("    é😀:|", "    é😀:\n        |"),
        ] {
            assert_eq!(pressed(enter, before), after);
        }
    }

    #[test]
    fn tab_goes_to_the_next_step_or_moves_the_lines_that_are_selected() {
        for (before, after) in [
            ("|a", "    |a"),
            ("a|b", "a   |b"),
            ("a|b|c", "a   |c"),
            ("😀|", "😀   |"),
            ("x\na|\nb|\nc", "x\n|    a\n    b|\nc"),
            ("|a\n\nb\n|c", "|    a\n\n    b|\nc"),
        ] {
            assert_eq!(pressed(indent, before), after);
        }
    }

    #[test]
    fn shift_and_tab_moves_lines_out_by_no_more_than_they_are_in() {
        for (before, after) in [
            ("    a|b", "a|b"),
            ("  a|", "a|"),
            ("  |    a", "|  a"),
            ("\ta|", "a|"),
            ("a|", "a|"),
            ("|    a\n      b|", "|a\n  b|"),
        ] {
            assert_eq!(pressed(outdent, before), after);
        }
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_are_made_plain() {
        assert_eq!(plain("\u{feff}a\r\nb\rc\n"), "a\nb\nc\n");
        assert!(same("a\n", "a") && !same("a\n", " a"));
    }

    #[test]
    fn columns_are_characters_and_offsets_are_units() {
        let text = "é😀x\n\u{5d0}\u{5d1}\n\ta";
        for (line, column, at) in
            [(1, 1, 0), (1, 2, 1), (1, 3, 3), (1, 99, 4), (2, 2, 6), (3, 2, 9), (9, 1, 10)]
        {
            assert_eq!(offset(text, line, column), at, "{line}:{column}");
        }
        assert_eq!([0, 4, 5, 7, 8, 99].map(|at| line_at(text, at)), [1, 1, 2, 2, 3, 3]);
    }

    proptest! {
        #[test]
        fn no_text_and_no_selection_breaks_a_key(
            text in "([ a:#😀é\\t]|\\n){0,40}", from in 0u32..50, more in 0u32..50
        ) {
            let (from, to) = (from.min(units(&text)), (from + more).min(units(&text)));
            for (types, key) in [(true, enter as fn(&str, u32, u32) -> Edit), (false, indent), (false, outdent)] {
                let edit = key(&text, from, to);
                let (first, last) = (byte(&text, edit.from), byte(&text, edit.to));
                let new = format!("{}{}{}", &text[..first], edit.text, &text[last..]);
                prop_assert!(edit.select.0 <= edit.select.1 && edit.select.1 <= units(&new));
                if !types && from == to {
                    let letters = |text: &str| text.replace([' ', '\t'], "");
                    prop_assert_eq!(letters(&new), letters(&text));
                }
            }
        }

        #[test]
        fn an_offset_is_in_the_line_that_it_was_made_of(text in "([aé😀]|\\n){0,30}") {
            for (at, line) in text.split('\n').enumerate() {
                for column in 0..=line.chars().count() {
                    let line = at as u32 + 1;
                    prop_assert_eq!(line_at(&text, offset(&text, line, column as u32 + 1)), line);
                }
            }
        }
    }
}
