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

macro_rules! group {
    ($folder:literal $($id:literal)*) => {
        &[$(Preset { id: $id, json: include_str!(concat!("presets/", $folder, $id, ".json")) }),*]
    };
}

/// The groups of presets, in the order of a course.
pub const GROUPS: &[Group] = &[
    Group {
        title: "One for each strategy",
        claims: false,
        presets: group!("strategies/"
            "empty"
            "no-cache"
            "cache-aside"
            "cache-aside-update"
            "cache-aside-ignore"
            "read-through"
            "write-through"
            "write-through-cache-first"
            "write-behind-app"
            "write-behind"
            "write-behind-durable"
            "write-around"
            "refresh-ahead"
            "stale-while-revalidate"
            "single-flight"
            "leases"
            "versioned-set"
            "delayed-double-delete"
            "ttl-jitter"
            "probabilistic-early-expiration"
            "write-through-cache-aside"
            "change-data-capture"
            "write-behind-counters"
            "write-behind-in-order"
            "write-behind-retry-at-back"
            "write-behind-pop-first"
        ),
    },
    Group {
        title: "Cache-aside",
        claims: true,
        presets: group!("claims/"
            "ca1" "ca2" "ca3" "ca4" "ca5" "ca6" "ca7" "ca8" "ca9" "ca10" "ca11" "ca12"
        ),
    },
    Group { title: "Read-through", claims: true, presets: group!("claims/" "rt1" "rt2") },
    Group {
        title: "Write-through",
        claims: true,
        presets: group!("claims/" "wt1" "wt2" "wt3" "wt4" "wt5" "wt6" "wt7" "wt8"),
    },
    Group {
        title: "Write-behind",
        claims: true,
        presets: group!("claims/"
            "wb1" "wb2" "wb3" "wb4" "wb5" "wb6" "wb7" "wb8" "wb9" "wb10" "wb11"
            "wb12" "wb13" "wb14"
            "wb15"
            "wb16"
        ),
    },
    Group { title: "Write-around", claims: true, presets: group!("claims/" "wa1" "wa2") },
    Group {
        title: "TTL",
        claims: true,
        presets: group!("claims/"
            "ttl1" "ttl2" "ttl3" "ttl4" "ttl5" "ttl6" "ttl7"
        ),
    },
    Group {
        title: "Choosing and mixing",
        claims: true,
        presets: group!("claims/" "mx1" "mx2" "mx3"),
    },
    Group {
        title: "What fixes the races",
        claims: true,
        presets: group!("claims/"
            "fx1" "fx2" "fx3" "fx4" "fx5" "fx6" "fx7"
        ),
    },
    Group {
        title: "Transactions",
        claims: true,
        presets: group!("claims/" "tx1" "tx2" "tx3" "tx4" "tx5"
            "tx6"),
    },
    Group { title: "Tiers", claims: true, presets: group!("claims/" "ti1" "ti2" "ti3" "ti4") },
    Group { title: "Several nodes", claims: true, presets: group!("claims/" "no1" "no2" "no3") },
    Group { title: "Many keys at once", claims: true, presets: group!("claims/" "mk1" "mk2") },
    Group { title: "Outages", claims: true, presets: group!("claims/" "out1" "out2") },
    Group {
        title: "Reports from practice",
        claims: false,
        presets: group!("reports/"
            "joined-load" "joined-load-fixed"
            "evict-before-commit" "evict-before-commit-fixed"
            "rollback" "rollback-fixed"
            "two-tiers" "two-tiers-fixed"
            "multi-get" "multi-get-fixed"
            "shared-lock" "shared-lock-fixed"
            "metastable-cold-cache" "metastable-cold-cache-fixed"
            "poison-item" "poison-item-fixed"
            "circuit-breaker"
        ),
    },
    Group {
        title: "Lessons",
        claims: false,
        presets: group!("lessons/"
            "lesson-cache-aside"
            "lesson-read-through"
            "lesson-write-through"
            "lesson-write-around"
            "lesson-ttl"
            "lesson-write-behind"
            "lesson-mixing"
            "lesson-fixing-the-races"
            "lesson-choose"
            "lesson-transaction"
            "lesson-two-tiers"
            "lesson-every-order"
        ),
    },
    Group {
        title: "Loads",
        claims: false,
        presets: group!("loads/" "hot-key" "zipf-load" "daily-wave"),
    },
];
