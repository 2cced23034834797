//! Finds the field of a document that a position in its text belongs to.
//!
//! serde_json reports only the line and column of an error. To track the field while parsing, as
//! the crate `serde_path_to_error` does, makes the parsing code of each type three times as large,
//! which was an eighth of the page's download.

/// An object or a list that is open at the position.
enum Open<'a> {
    /// With the current member as JSON, once its colon was read.
    Object { name: Option<&'a str>, is_begun: bool },
    /// With the current element's index.
    List(usize),
}

/// The names and `[indexes]` that lead to the position of `error`; up to there, the text must be
/// JSON.
pub(super) fn field(text: &str, error: &serde_json::Error) -> Vec<String> {
    let (line, column) = (error.line(), error.column());
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = (before + column).min(text.len());
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = 0;
    while at < end {
        let begin = at;
        at += 1;
        match (bytes[begin], open.last_mut()) {
            (b'{', _) => open.push(Open::Object { name: None, is_begun: false }),
            (b'[', _) => open.push(Open::List(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::List(index))) => *index += 1,
            (b',', Some(member)) => *member = Open::Object { name: None, is_begun: false },
            (b':', Some(Open::Object { is_begun, .. })) => *is_begun = true,
            (b'"', inside) => {
                at += length_of_text(&bytes[at..]);
                if let Some(Open::Object { name: name @ None, .. }) = inside {
                    *name = text.get(begin..at);
                }
            }
            _ => {}
        }
    }
    // What is no value at all is its first element, where a list has just begun; else the list is meant.
    if bytes[..end].trim_ascii_end().ends_with(b"[")
        && !error.to_string().starts_with("invalid type: ")
    {
        open.pop();
    }
    let step = |open: Open<'_>| match open {
        Open::List(index) => Some(format!("[{index}]")),
        Open::Object { name, is_begun: true } => serde_json::from_str(name?).ok(),
        Open::Object { .. } => None,
    };
    open.into_iter().filter_map(step).collect()
}

/// The length of a text up to its closing quotation mark, inclusive.
fn length_of_text(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests;
