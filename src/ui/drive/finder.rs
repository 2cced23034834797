//! Finds scenarios, claims, lessons and strategies by words.

use std::sync::OnceLock;

use super::catalog::lesson_title;
use crate::scenario::preset;
use crate::strategy::builtin;

/// The kind of something that can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Scenario,
    /// A scenario that tests a claim about a strategy.
    Claim,
    Lesson,
    Strategy,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Scenario => "scenario",
            Kind::Claim => "claim",
            Kind::Lesson => "lesson",
            Kind::Strategy => "strategy",
        }
    }
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    /// The id of the preset or of the strategy.
    pub id: &'static str,
    pub title: String,
    pub sentence: String,
    /// The words by which it is found, in lower case.
    words: String,
}

/// All entries: lessons first, for beginners.
pub fn all() -> &'static [Entry] {
    static ALL: OnceLock<Vec<Entry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let presets = preset::GROUPS.iter().flat_map(|group| {
            group.presets.iter().map(|preset| {
                let scenario = preset.scenario();
                let kind = match (&scenario.lesson, group.claims) {
                    (Some(_), _) => Kind::Lesson,
                    (None, true) => Kind::Claim,
                    (None, false) => Kind::Scenario,
                };
                let title = lesson_title(&scenario.title);
                entry(kind, preset.id, title, first_sentence(&scenario.notes), group.title)
            })
        });
        let strategies = builtin::all().iter().map(|it| {
            entry(Kind::Strategy, it.id, it.title.to_owned(), it.sentence.to_owned(), "")
        });
        let mut all: Vec<Entry> = presets.chain(strategies).collect();
        all.sort_by_key(|entry| match entry.kind {
            Kind::Lesson => 0,
            Kind::Scenario => 1,
            Kind::Claim => 2,
            Kind::Strategy => 3,
        });
        all
    })
}

/// The entries with a word that begins with each of these; those with all of them in the title come
/// first.
pub fn find(words: &str) -> Vec<&'static Entry> {
    let wanted: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let has = |text: &str, word: &String| {
        text.split(|c: char| !c.is_alphanumeric()).any(|each| each.starts_with(word.as_str()))
            || text.contains(&format!(" {word}"))
    };
    let all_in = |text: &str| wanted.iter().all(|word| has(text, word));
    let mut found: Vec<&Entry> = all().iter().filter(|entry| all_in(&entry.words)).collect();
    found.sort_by_key(|entry| !all_in(&entry.title.to_lowercase()));
    found
}

fn entry(kind: Kind, id: &'static str, title: String, sentence: String, group: &str) -> Entry {
    let words = format!(" {id} {title} {sentence} {group} {}", kind.name()).to_lowercase();
    Entry { kind, id, title, sentence, words }
}

fn first_sentence(notes: &str) -> String {
    let line = notes.lines().next().unwrap_or_default();
    match line.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_sentence() {
        for entry in all() {
            let Entry { id, title, sentence, .. } = entry;
            assert!(!title.is_empty() && sentence.len() > 15, "{id}: {sentence}");
            assert!(sentence.ends_with(['.', '?', ':']), "{id}: {sentence}");
        }
        let presets = preset::all().count() + builtin::all().len();
        assert_eq!(all().len(), presets);
    }

    #[test]
    fn words_are_found_wherever_they_begin_and_titles_come_first() {
        let ids = |words: &str| find(words).iter().map(|entry| entry.id).collect::<Vec<_>>();
        assert_eq!(ids("slow reader")[0], "ca6");
        assert_eq!(ids("CA6"), ["ca6"]);
        assert!(ids("lesson ttl").contains(&"lesson-ttl"));
        assert!(ids("lease strategy").contains(&"leases"));
        assert!(ids("stale-while").contains(&"stale-while-revalidate"));
        assert_eq!(ids("no such thing"), [] as [&str; 0]);
        assert_eq!(find("").len(), all().len());
    }
}
