//! Rules for texts of a certain form: names, Markdown, paths.

use super::{Checker, Rule, Text, text};
use crate::markdown;
use crate::scenario::steps;
use crate::strategy::is_keyword;
use crate::vocabulary::Role;
use crate::vocabulary::language::is_reserved;

/// A short name of lower-case letters, digits and hyphens.
pub(in crate::scenario) struct Slug;

const SLUG: Text = text(1, 60);

impl Rule<String> for Slug {
    fn check(&self, value: &String, at: &mut Checker) {
        let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if value.is_empty() || value.chars().count() > SLUG.most {
            SLUG.check(value, at);
        } else if !value.bytes().all(is_letter) {
            let allowed = Rule::<String>::allowed(self, &[]).unwrap_or_default();
            at.problem(format!("is {value:?}; allowed: {allowed}"));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        let words = "1 to 60 lower-case letters, digits and hyphens";
        below.is_empty().then(|| words.to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<String>::describe(&SLUG, schema);
        schema["pattern"] = "^[a-z0-9-]+$".into();
    }
}

/// A name for a store in strategies: a word without a meaning in the language.
pub(in crate::scenario) struct StoreName;

const STORE_NAME: Text = text(1, 20);

impl Rule<String> for StoreName {
    fn check(&self, value: &String, at: &mut Checker) {
        let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if value.is_empty() || value.chars().count() > STORE_NAME.most {
            STORE_NAME.check(value, at);
        } else if !value.starts_with(|first: char| first.is_ascii_lowercase())
            || !value.bytes().all(is_letter)
        {
            let allowed = Rule::<String>::allowed(self, &[]).unwrap_or_default();
            at.problem(format!("the name {value:?}; allowed: {allowed}"));
        } else if is_taken(value) {
            at.problem(format!("the name {value:?} has a meaning already; choose another"));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        let words = "1 to 20 lower-case letters, digits and `_`, a letter first";
        below.is_empty().then(|| words.to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<String>::describe(&STORE_NAME, schema);
        schema["pattern"] = "^[a-z][a-z0-9_]*$".into();
    }
}

/// Whether a word has another meaning in the language or on the page.
fn is_taken(word: &str) -> bool {
    is_reserved(word) || is_keyword(word) || Role::ALL.iter().any(|role| role.name() == word)
}

/// Markdown, of the subset that [`markdown`] reads.
#[derive(Clone, Copy)]
pub(in crate::scenario) struct Prose {
    pub least: usize,
    pub most: usize,
    /// Whether `{path}` stands for a fact.
    pub facts: bool,
}

impl Rule<String> for Prose {
    fn check(&self, value: &String, at: &mut Checker) {
        let before = at.problems.len();
        text(self.least, self.most).check(value, at);
        if at.problems.len() > before {
            return;
        }
        match markdown::parse(value) {
            Err(error) => at.problem(error.to_string()),
            Ok(blocks) if self.facts => {
                for path in markdown::placeholders(&blocks) {
                    if steps(&path).is_none() {
                        at.problem(format!("has {{{path}}}; allowed between braces: a path"));
                    }
                }
            }
            Ok(_) => {}
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        Rule::<String>::allowed(&text(self.least, self.most), below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<String>::describe(&text(self.least, self.most), schema);
    }
}

/// A path that [`steps`] accepts. Which names exist is checked against the report or the facts.
pub(in crate::scenario) struct FactPath;

/// The same form as a pattern, for the schema.
#[cfg(not(target_arch = "wasm32"))]
const PATTERN: &str =
    r"^[A-Za-z_][A-Za-z0-9_:-]*(\[[0-9]{1,9}\])*(\.[A-Za-z_][A-Za-z0-9_:-]*(\[[0-9]{1,9}\])*)*$";

const PATH: Text = text(1, 200);

impl Rule<String> for FactPath {
    fn check(&self, path: &String, at: &mut Checker) {
        let before = at.problems.len();
        PATH.check(path, at);
        if at.problems.len() == before && steps(path).is_none() {
            let allowed = Rule::<String>::allowed(self, &[]).unwrap_or_default();
            at.problem(format!("is \"{path}\"; allowed: {allowed}"));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        let words = "names with dots between them and [0], [1], … after a list, such as \
                     violations[0].kind";
        below.is_empty().then(|| words.to_owned())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<String>::describe(&PATH, schema);
        schema["pattern"] = PATTERN.into();
    }
}

/// A list with a least and a greatest length, and a rule for its items.
pub(in crate::scenario) struct Between<R>(pub usize, pub usize, pub R);

impl<T, R: Rule<T>> Rule<Vec<T>> for Between<R> {
    fn check(&self, value: &Vec<T>, at: &mut Checker) {
        if value.len() < self.0 || value.len() > self.1 {
            at.problem(format!("has {} items; allowed: {} to {}", value.len(), self.0, self.1));
        }
        for (index, item) in value.iter().enumerate().take(self.1) {
            at.item(index, |at| self.2.check(item, at));
        }
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        match below {
            [] => Some(format!("a list of {} to {} items", self.0, self.1)),
            [_index, rest @ ..] => Rule::<T>::allowed(&self.2, rest),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        schema["minItems"] = self.0.into();
        schema["maxItems"] = self.1.into();
        Rule::<T>::describe(&self.2, &mut schema["items"]);
    }
}
