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
    /// What is listed of it, in lower case.
    listed: String,
    /// All words by which it is found, in lower case: also those of its text, and other names.
    words: String,
}

/// Other names of what a text tells of: the words that tell, and the names.
const ALSO: &[(&[&str], &str)] = &[
    (
        &["stampede", "stampeding", "one load per key", "readers miss", "one task reloads"],
        "stampede dogpile thundering herd coalescing",
    ),
    (&["write-behind"], "write-back writeback"),
    (&["cache-aside"], "lazy loading look-aside"),
    (&["change-data-capture", "change stream"], "cdc outbox binlog"),
    (&["stale-while-revalidate"], "swr"),
];

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
                let sentence = first_sentence(&scenario.notes);
                entry(kind, preset.id, title, sentence, group.title, &scenario.notes)
            })
        });
        let strategies = builtin::all().iter().map(|it| {
            let about: Vec<&str> = it.source.lines().take_while(|it| it.starts_with('#')).collect();
            let (title, sentence) = (it.title.to_owned(), it.sentence.to_owned());
            entry(Kind::Strategy, it.id, title, sentence, "", &about.join(" "))
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
/// first, then those with all of them in what is listed.
pub fn find(words: &str) -> Vec<&'static Entry> {
    let wanted: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let has = |text: &str, word: &String| {
        text.split(|c: char| !c.is_alphanumeric()).any(|each| each.starts_with(word.as_str()))
            || text.contains(&format!(" {word}"))
    };
    let all_in = |text: &str| wanted.iter().all(|word| has(text, word));
    let mut found: Vec<&Entry> = all().iter().filter(|entry| all_in(&entry.words)).collect();
    found.sort_by_key(|entry| (!all_in(&entry.title.to_lowercase()), !all_in(&entry.listed)));
    found
}

fn entry(
    kind: Kind,
    id: &'static str,
    title: String,
    sentence: String,
    group: &str,
    text: &str,
) -> Entry {
    let listed = format!(" {id} {title} {sentence} {group} {}", kind.name()).to_lowercase();
    let mut words = format!("{listed} {}", text.to_lowercase());
    for (told_by, names) in ALSO {
        if told_by.iter().any(|each| words.contains(each)) {
            words.push(' ');
            words.push_str(names);
        }
    }
    Entry { kind, id, title, sentence, listed, words }
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
        // by what its text tells, and by names that others have for it
        for words in ["stampede", "dogpile", "thundering herd"] {
            let found = ids(words);
            for id in ["hot-key", "single-flight", "leases", "ttl-jitter"] {
                assert!(found.contains(&id), "{words}: {found:?}");
            }
        }
        assert_eq!(ids("stampede")[0], "probabilistic-early-expiration");
        assert!(ids("write-back").contains(&"write-behind"));
        assert!(!ids("write-back").contains(&"single-flight"));
        assert_eq!(ids("no such thing"), [] as [&str; 0]);
        assert_eq!(find("").len(), all().len());
    }
}
