//! The built-in scenarios, each worth watching for a minute.
//!
//! There is one for each strategy, and one for each claim that courses make
//! about caching: its id is the claim's, and `tests/engine/claims` holds the engine to
//! the claim's own numbers. For each group of claims there is a lesson, which
//! `tests/documents/lessons` plays.

use super::Scenario;

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The id in links, in embeds and on the command line.
    pub id: &'static str,
    /// The document.
    pub json: &'static str,
}

impl Preset {
    /// The document, parsed. Its `title` and `notes` say what it shows.
    pub fn scenario(&self) -> Scenario {
        // A test reads every one.
        Scenario::parse(self.json).expect("a preset is a scenario")
    }
}

/// A preset without its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresetName {
    pub id: &'static str,
    /// The document's title.
    pub title: &'static str,
}

/// A group of presets.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The group's subject.
    pub title: &'static str,
    /// Each preset shows one claim, and has the claim's id.
    pub claims: bool,
    pub presets: &'static [Preset],
}

/// Every preset, group by group.
pub fn all() -> impl Iterator<Item = Preset> {
    GROUPS.iter().flat_map(|group| group.presets).copied()
}

/// The preset of this id.
pub fn find(id: &str) -> Option<Preset> {
    all().find(|preset| preset.id == id)
}

/// Former versions of presets that have changed, for links that build on them.
/// `tests/links/presets.txt` lists the versions that must be kept.
pub const EARLIER: &[Preset] = &[];

/// The text of a preset, as a constant.
macro_rules! document {
    ($folder:literal $id:literal) => {
        include_str!(concat!("presets/", $folder, $id, ".json"))
    };
}

macro_rules! groups {
    ($($title:literal, claims: $claims:literal, $folder:literal [$($id:literal)*];)*) => {
        /// The groups of presets, in the order of a course.
        pub const GROUPS: &[Group] = &[$(Group {
            title: $title,
            claims: $claims,
            presets: &[$(Preset { id: $id, json: document!($folder $id) }),*],
        }),*];

        /// The same by title, without the documents, which the page fetches when one is asked for.
        pub const NAMES: &[(&str, &[PresetName])] = &[$(($title, &[$(PresetName {
            id: $id,
            title: {
                const PLACE: (usize, usize) = title(document!($folder $id).as_bytes());
                // copied, for a part of the document would hold all of it
                const TITLE: [u8; PLACE.1] = part(document!($folder $id).as_bytes(), PLACE.0);
                match str::from_utf8(&TITLE) {
                    Ok(title) => title,
                    Err(_) => panic!("a title is a part of a text"),
                }
            },
        }),*])),*];
    };
}

/// The place and the length of a document's title. None has a character that JSON would escape.
const fn title(document: &[u8]) -> (usize, usize) {
    const FIELD: &[u8] = b"\"title\": \"";
    let mut begins = 0;
    loop {
        let mut same = 0;
        while same < FIELD.len() && document[begins + same] == FIELD[same] {
            same += 1;
        }
        if same == FIELD.len() {
            break;
        }
        begins += 1;
    }
    begins += FIELD.len();
    let mut ends = begins;
    while document[ends] != b'"' {
        ends += 1;
    }
    (begins, ends - begins)
}

const fn part<const LENGTH: usize>(document: &[u8], begins: usize) -> [u8; LENGTH] {
    let mut part = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        part[at] = document[begins + at];
        at += 1;
    }
    part
}

groups! {
    "One for each strategy", claims: false, "strategies/" [
        "empty" "no-cache" "cache-aside" "cache-aside-update" "cache-aside-ignore" "read-through"
        "write-through" "write-through-cache-first" "write-behind-app" "write-behind"
        "write-behind-durable" "write-around" "refresh-ahead" "stale-while-revalidate"
        "single-flight" "leases" "versioned-set" "delayed-double-delete" "ttl-jitter"
        "probabilistic-early-expiration" "write-through-cache-aside" "change-data-capture"
        "write-behind-counters" "write-behind-in-order" "write-behind-retry-at-back"
        "write-behind-pop-first"
    ];
    "Cache-aside", claims: true, "claims/" [
        "ca1" "ca2" "ca3" "ca4" "ca5" "ca6" "ca7" "ca8" "ca9" "ca10" "ca11" "ca12"
    ];
    "Read-through", claims: true, "claims/" [
        "rt1" "rt2"
    ];
    "Write-through", claims: true, "claims/" [
        "wt1" "wt2" "wt3" "wt4" "wt5" "wt6" "wt7" "wt8"
    ];
    "Write-behind", claims: true, "claims/" [
        "wb1" "wb2" "wb3" "wb4" "wb5" "wb6" "wb7" "wb8" "wb9" "wb10" "wb11" "wb12" "wb13" "wb14"
        "wb15" "wb16"
    ];
    "Write-around", claims: true, "claims/" [
        "wa1" "wa2"
    ];
    "TTL", claims: true, "claims/" [
        "ttl1" "ttl2" "ttl3" "ttl4" "ttl5" "ttl6" "ttl7"
    ];
    "Choosing and mixing", claims: true, "claims/" [
        "mx1" "mx2" "mx3"
    ];
    "What fixes the races", claims: true, "claims/" [
        "fx1" "fx2" "fx3" "fx4" "fx5" "fx6" "fx7"
    ];
    "Transactions", claims: true, "claims/" [
        "tx1" "tx2" "tx3" "tx4" "tx5" "tx6"
    ];
    "Tiers", claims: true, "claims/" [
        "ti1" "ti2" "ti3" "ti4"
    ];
    "Several nodes", claims: true, "claims/" [
        "no1" "no2" "no3"
    ];
    "Many keys at once", claims: true, "claims/" [
        "mk1" "mk2" "mk3"
    ];
    "Outages", claims: true, "claims/" [
        "out1" "out2"
    ];
    "Reports from practice", claims: false, "reports/" [
        "joined-load" "joined-load-fixed" "evict-before-commit" "evict-before-commit-fixed"
        "rollback" "rollback-fixed" "two-tiers" "two-tiers-fixed" "multi-get" "multi-get-fixed"
        "shared-lock" "shared-lock-fixed" "metastable-cold-cache" "metastable-cold-cache-fixed"
        "poison-item" "poison-item-fixed" "circuit-breaker"
    ];
    "Lessons", claims: false, "lessons/" [
        "lesson-cache-aside" "lesson-read-through" "lesson-write-through" "lesson-write-around"
        "lesson-ttl" "lesson-write-behind" "lesson-mixing" "lesson-fixing-the-races" "lesson-choose"
        "lesson-transaction" "lesson-two-tiers" "lesson-every-order" "lesson-nodes"
    ];
    "Loads", claims: false, "loads/" [
        "hot-key" "zipf-load" "daily-wave"
    ];
}
