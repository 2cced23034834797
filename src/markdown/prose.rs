//! A scenario's notes: the small part of Markdown that they use.

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Plain(&'a str),
    Code(&'a str),
    Strong(&'a str),
}

/// The paragraphs of a text, each cut into pieces.
pub fn paragraphs(text: &str) -> Vec<Vec<Piece<'_>>> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(pieces).collect()
}

fn pieces(mut text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    loop {
        let code = marked(text, "`");
        let strong = marked(text, "**");
        let (mark, (start, inner, rest)) = match (code, strong) {
            (Some(code), Some(strong)) if strong.0 < code.0 => ("**", strong),
            (Some(code), _) => ("`", code),
            (None, Some(strong)) => ("**", strong),
            (None, None) => break,
        };
        if start > 0 {
            found.push(Piece::Plain(&text[..start]));
        }
        found.push(if mark == "`" { Piece::Code(inner) } else { Piece::Strong(inner) });
        text = rest;
    }
    if !text.is_empty() {
        found.push(Piece::Plain(text));
    }
    found
}

/// The position of the first text between two marks, that text, and what follows.
fn marked<'a>(text: &'a str, mark: &str) -> Option<(usize, &'a str, &'a str)> {
    let start = text.find(mark)?;
    let (inner, rest) = text[start + mark.len()..].split_once(mark)?;
    (!inner.is_empty()).then_some((start, inner, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_strong_are_found() {
        let found = paragraphs("Read `user:1` **twice**.\n\nA lone ` stays.");
        assert_eq!(
            found,
            [
                vec![
                    Piece::Plain("Read "),
                    Piece::Code("user:1"),
                    Piece::Plain(" "),
                    Piece::Strong("twice"),
                    Piece::Plain("."),
                ],
                vec![Piece::Plain("A lone ` stays.")],
            ]
        );
        assert!(paragraphs(" \n\n ").is_empty());
    }
}
