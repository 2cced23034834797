//! What belongs together on the page: a request's arrows, log lines and calls in flight, and its
//! key's row. They are highlighted together under the pointer or the focus.
//!
//! An element names its request with `data-of` ("R12") and its key with `data-about`.

/// A request with its key, or a key alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kin {
    /// The request, such as "R12"; empty: everything about the key.
    pub label: String,
    /// The key; empty: unknown.
    pub key: String,
}

impl Kin {
    /// Whether something of this request, or about this key, belongs to it.
    pub fn holds(&self, label: &str, key: Option<&str>) -> bool {
        match self.label.is_empty() {
            true => key == Some(&self.key),
            false => label == self.label,
        }
    }

    /// Whether a key's row belongs to it.
    pub fn holds_key(&self, key: &str) -> bool {
        key == self.key
    }

    /// Whether a sentence names the request, or the key.
    pub fn told_in(&self, text: &str) -> bool {
        let word = if self.label.is_empty() { &self.key } else { &self.label };
        names(text, word)
    }
}

/// The request of a sentence: "R12" in "R12: ann reads user:1".
pub fn label_of(text: &str) -> &str {
    let end = text.find(|each: char| !each.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = &text[..end];
    let number = word.strip_prefix(['R', 'W', 'D', 'I']).unwrap_or_default();
    match !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) {
        true => word,
        false => "",
    }
}

/// Whether a sentence contains a word, as a whole word.
fn names(text: &str, word: &str) -> bool {
    let part = |each: Option<char>| each.is_some_and(|each| each.is_alphanumeric() || each == '_');
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_lit_with_all_that_is_of_it() {
        let kin = Kin { label: "R1".to_owned(), key: "user:1".to_owned() };
        assert!(kin.holds("R1", None) && kin.holds_key("user:1"));
        assert!(!kin.holds("R12", Some("user:1")) && !kin.holds_key("user:12"));
        assert!(kin.told_in("R1: ann reads user:1") && !kin.told_in("R12: ann reads user:1"));
        assert!(kin.told_in("the cache set user:1 (R1)"));
    }

    #[test]
    fn a_key_is_lit_with_all_that_is_about_it() {
        let kin = Kin { label: String::new(), key: "user:1".to_owned() };
        assert!(kin.holds("R7", Some("user:1")) && !kin.holds("R7", Some("user:12")));
        assert!(kin.told_in("R12: ann reads user:1") && !kin.told_in("R12: ann reads user:12"));
    }

    #[test]
    fn a_sentence_says_whose_it_is() {
        let said = ["R12: ann reads k", "W3, acknowledged, is lost", "the cache", "R: k", ""];
        assert_eq!(said.map(label_of), ["R12", "W3", "", "", ""]);
    }
}
