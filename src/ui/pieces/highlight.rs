//! Splits a strategy's text into pieces to colour. It is not a parser and never fails.

/// The kind of a piece of code, which gives its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    Plain,
    Keyword,
    Comment,
    Text,
    Number,
    /// A call to a store, a queue or a lock, which sends a message.
    Call,
    Decorator,
    /// The name after `def`.
    Definition,
}

impl CodeKind {
    /// Its class name.
    pub fn class(self) -> Option<&'static str> {
        Some(match self {
            CodeKind::Plain => return None,
            CodeKind::Keyword => "keyword",
            CodeKind::Comment => "comment",
            CodeKind::Text => "text",
            CodeKind::Number => "number",
            CodeKind::Call => "call",
            CodeKind::Decorator => "decorator",
            CodeKind::Definition => "definition",
        })
    }
}

const KEYWORDS: [&str; 27] = [
    "and", "as", "break", "continue", "def", "elif", "else", "except", "False", "finally", "for",
    "from", "if", "import", "in", "is", "lambda", "None", "not", "or", "pass", "raise", "return",
    "True", "try", "while", "with",
];

const STORES: [&str; 3] = ["cache", "db", "replica"];

/// One line's pieces, in order; joined, they are the line.
pub fn line(text: &str) -> Vec<(CodeKind, &str)> {
    let mut pieces: Vec<(CodeKind, &str)> = Vec::new();
    let mut rest = text;
    let mut after_def = false;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '#' => (CodeKind::Comment, rest.len()),
            '"' | '\'' => (CodeKind::Text, quoted(rest, first)),
            '@' => (CodeKind::Decorator, 1 + word(&rest[1..])),
            '0'..='9' => (CodeKind::Number, number(rest)),
            _ if starts_word(first) => named(rest, after_def),
            _ => (CodeKind::Plain, first.len_utf8()),
        };
        let (piece, left) = rest.split_at(length);
        if !piece.trim().is_empty() {
            after_def = piece == "def";
        }
        match pieces.last_mut() {
            // Neighbours that look the same are one element on the page.
            Some((CodeKind::Plain, last)) if kind == CodeKind::Plain => {
                let start = last.as_ptr() as usize - text.as_ptr() as usize;
                *last = &text[start..start + last.len() + length];
            }
            _ => pieces.push((kind, piece)),
        }
        rest = left;
    }
    pieces
}

fn starts_word(first: char) -> bool {
    first.is_alphabetic() || first == '_'
}

fn word(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_')).unwrap_or(text.len())
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A word: a keyword, a definition, a store with the command called on it, or another word.
fn named(text: &str, after_def: bool) -> (CodeKind, usize) {
    let length = word(text);
    let name = &text[..length];
    if after_def {
        return (CodeKind::Definition, length);
    }
    if KEYWORDS.contains(&name) {
        return (CodeKind::Keyword, length);
    }
    let after = &text[length..];
    if let Some(command) = after.strip_prefix('.') {
        let whole = length + 1 + word(command);
        let called = text[whole..].starts_with('(');
        if called && (STORES.contains(&name) || name.ends_with("queue") || name == "changes") {
            return (CodeKind::Call, whole);
        }
    }
    match name {
        "lock" | "spawn" | "sleep" | "single_flight" | "forget_flight" | "gather"
            if after.starts_with('(') =>
        {
            (CodeKind::Call, length)
        }
        _ => (CodeKind::Plain, length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(CodeKind, &str)]) {
        let pieces = line(text);
        assert_eq!(pieces.iter().map(|(_, piece)| *piece).collect::<String>(), text);
        let coloured: Vec<_> =
            pieces.into_iter().filter(|(kind, _)| *kind != CodeKind::Plain).collect();
        assert_eq!(coloured, expected);
    }

    #[test]
    fn each_kind_is_found() {
        use CodeKind::*;
        check("    return value", &[(Keyword, "return")]);
        check("TTL = 60  # seconds · 1..3600", &[(Number, "60"), (Comment, "# seconds · 1..3600")]);
        check(
            "def read(key): # it's",
            &[(Keyword, "def"), (Definition, "read"), (Comment, "# it's")],
        );
        check("    cache.set(key, value, ttl=TTL + 1.5)", &[(Call, "cache.set"), (Number, "1.5")]);
        check("@every(5)", &[(Decorator, "@every"), (Number, "5")]);
        check("x = 'a \\' # b' + \"c", &[(Text, "'a \\' # b'"), (Text, "\"c")]);
        check("with lock(key):", &[(Keyword, "with"), (Call, "lock")]);
        check("write_queue.push(key, 1)", &[(Call, "write_queue.push"), (Number, "1")]);
        check("entry.value.x", &[]);
    }

    #[test]
    fn any_text_is_cut_without_loss() {
        for text in ["", "é'", "\"\\", "@", "日本 = '語", "def", "9.", "cache.", "\u{301}#"] {
            let whole: String = line(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(whole, text);
        }
    }
}
