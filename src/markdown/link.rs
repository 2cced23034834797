//! The destinations of links.

use super::Disallowed;
use super::raw::entity;

/// The allowed address of a link.
pub struct Destination(pub String);

/// Accepts `https://…` and positions in the page, `#…`.
pub fn target(to: &str) -> Result<Destination, Disallowed> {
    let is_safe = to.starts_with("https://") && to.len() > "https://".len() || to.starts_with('#');
    if is_safe && to.chars().all(|letter| !letter.is_control() && !letter.is_whitespace()) {
        return Ok(Destination(to.to_owned()));
    }
    Err(Disallowed::Link { to: to.chars().take(40).collect() })
}

/// The address in `(address "title")`, and the length of the whole.
pub fn parse(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('(')?.trim_start_matches([' ', '\n', '\t']);
    let (to, rest) = destination(rest).unwrap_or(("", rest));
    let gap = rest.trim_start_matches([' ', '\n', '\t']);
    let rest = match title(gap).filter(|_| gap.len() < rest.len()) {
        Some(rest) => rest.trim_start_matches([' ', '\n', '\t']),
        None => gap,
    };
    let rest = rest.strip_prefix(')')?;
    Some((unescaped(to), text.len() - rest.len()))
}

/// Whether a paragraph begins with a definition, `[name]: address`.
pub fn is_definition(text: &str) -> bool {
    let Some((name, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("]:")) else {
        return false;
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    let Some((to, rest)) = destination(rest) else { return false };
    let gap = rest.trim_start_matches([' ', '\n', '\t']);
    let ends = |rest: &str| {
        rest.trim_start_matches([' ', '\t']).is_empty()
            || rest.trim_start_matches([' ', '\t']).starts_with('\n')
    };
    let is_name = !name.trim().is_empty() && !name.contains(['[', ']']);
    let is_titled = gap.len() < rest.len() && title(gap).is_some_and(ends);
    is_name && (!to.is_empty() || text.contains("<>")) && (ends(rest) || is_titled)
}

/// An address as written, and the text after it.
fn destination(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('<') {
        let end = unescaped_at(rest, |byte, _| matches!(byte, b'>' | b'<' | b'\n'))?;
        return rest[end..].starts_with('>').then(|| (&rest[..end], &rest[end + 1..]));
    }
    let mut depth = 0_u32;
    let end = unescaped_at(text, |byte, _| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        byte <= b' ' || byte == 0x7f || depth > 32
    });
    let end = end.unwrap_or(text.len());
    (end > 0 && depth == 0).then(|| text.split_at(end))
}

/// The text after a title.
fn title(text: &str) -> Option<&str> {
    let (open, close) = match text.as_bytes().first()? {
        b'(' => (b'(', b')'),
        quote @ (b'"' | b'\'') => (*quote, *quote),
        _ => return None,
    };
    let rest = &text[1..];
    let end = unescaped_at(rest, |byte, _| byte == close || byte == open)?;
    (rest.as_bytes()[end] == close).then(|| &rest[end + 1..])
}

/// The position of the first matching byte that is not escaped.
fn unescaped_at(text: &str, mut is_it: impl FnMut(u8, usize) -> bool) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().enumerate().position(|(at, byte)| {
        let is_literal = std::mem::take(&mut is_escaped) && byte.is_ascii_punctuation();
        is_escaped = byte == b'\\' && !is_literal;
        !is_literal && is_it(byte, at)
    })
}

/// The address without its escapes.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let escaped = rest[letter.len_utf8()..].chars().next().filter(char::is_ascii_punctuation);
        let length = match (letter, escaped, entity(rest)) {
            ('\\', Some(escaped), _) => {
                plain.push(escaped);
                2
            }
            (_, _, Some((letters, length))) => {
                plain.push_str(&letters);
                length
            }
            _ => {
                plain.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    plain
}
