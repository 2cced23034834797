//! Parses the beginning of a line.

use std::borrow::Cow;

use super::Disallowed;

/// The common property of the items of one list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Bullet(u8),
    /// The character after the number.
    Number(u8),
}

/// A line at which an item begins.
pub struct ItemStart<'a> {
    pub marker: Marker,
    /// The item's number, if it has one.
    pub first: Option<u64>,
    /// The indentation of the item's other lines, in columns.
    pub indent: usize,
    /// The item's first line.
    pub rest: &'a str,
    /// Whether it may follow a paragraph without a blank line.
    pub interrupts: bool,
}

/// The line that begins a code block.
#[derive(Clone, Copy)]
pub struct Fence {
    mark: u8,
    length: usize,
    pub indent: usize,
}

/// The line with its leading tabs expanded to spaces, at columns of four.
pub fn expanded(line: &str) -> Cow<'_, str> {
    let is_front =
        |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'+' | b'*' | b'0'..=b'9' | b'.' | b')');
    let front = line.bytes().take_while(is_front).count();
    if !line[..front].contains('\t') {
        return Cow::Borrowed(line);
    }
    let mut wide = String::new();
    for byte in line[..front].chars() {
        match byte {
            '\t' => wide.push_str(&"    "[wide.len() % 4..]),
            other => wide.push(other),
        }
    }
    wide.push_str(&line[front..]);
    Cow::Owned(wide)
}

pub fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| byte == b' ')
}

pub fn indent_of(line: &str) -> usize {
    run(line, b' ')
}

/// The line without this many columns of its indent.
pub fn without(line: &str, columns: usize) -> &str {
    &line[indent_of(line).min(columns)..]
}

/// The number of times that a byte occurs at the beginning.
fn run(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|it| *it == byte).count()
}

/// Why a line that begins with these words is refused.
pub fn refused(words: &str, after_paragraph: bool) -> Option<Disallowed> {
    let level = run(words, b'#');
    let is_heading = (1..=6).contains(&level) && ends_word(&words[level..]);
    if words.starts_with('>') {
        Some(Disallowed::Quotation)
    } else if is_heading || after_paragraph && is_underline(words) {
        Some(Disallowed::Heading)
    } else if is_rule(words) {
        Some(Disallowed::Rule)
    } else {
        None
    }
}

fn ends_word(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

/// Whether the line makes the paragraph above a heading.
fn is_underline(words: &str) -> bool {
    let words = words.trim_end();
    !words.is_empty() && [b'=', b'-'].iter().any(|mark| run(words, *mark) == words.len())
}

fn is_rule(words: &str) -> bool {
    let marks = || words.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'));
    let Some(first) = marks().next() else { return false };
    matches!(first, b'*' | b'-' | b'_') && marks().all(|byte| byte == first) && marks().count() >= 3
}

/// The fence in these words, if they are one.
pub fn fence(words: &str, indent: usize) -> Option<Fence> {
    let mark = *words.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = run(words, mark);
    let is_inline = mark == b'`' && words[length..].contains('`');
    (length >= 3 && !is_inline).then_some(Fence { mark, length, indent })
}

/// Whether a line ends the code block of a fence.
pub fn closes(line: &str, fence: Fence) -> bool {
    let indent = indent_of(line);
    let length = run(&line[indent..], fence.mark);
    indent < 4 && length >= fence.length && line[indent + length..].trim().is_empty()
}

/// The item that begins in this line, if any.
pub fn item(line: &str) -> Option<ItemStart<'_>> {
    let at = indent_of(line);
    let words = &line[at..];
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let mark = *words.as_bytes().get(digits)?;
    let (marker, first) = match (digits, mark) {
        (0, b'-' | b'+' | b'*') => (Marker::Bullet(mark), None),
        (1..=9, b'.' | b')') => (Marker::Number(mark), words[..digits].parse().ok()),
        _ => return None,
    };
    let after = &words[digits + 1..];
    if !ends_word(after) {
        return None;
    }
    let gap = match indent_of(after) {
        _ if is_blank(after) => 1,
        gap @ 1..=4 => gap,
        // … the rest of which is the indent of code
        _ => 1,
    };
    let rest = if is_blank(after) { "" } else { &after[gap..] };
    let interrupts = !rest.is_empty() && first.is_none_or(|first| first == 1);
    Some(ItemStart { marker, first, indent: at + digits + 1 + gap, rest, interrupts })
}
