//! Scenarios that come with the playground, each worth watching for a minute.

use super::Scenario;

/// A scenario that comes with the playground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name in links, in embeds and on the command line.
    pub id: &'static str,
    /// The document.
    pub json: &'static str,
}

impl Preset {
    /// The document, read. Its `title` and `notes` say what it shows.
    pub fn scenario(&self) -> Scenario {
        // A test reads every one.
        Scenario::parse(self.json).expect("a preset is a scenario")
    }
}

/// Every preset: first one for each strategy, then those that make a point.
pub fn all() -> &'static [Preset] {
    PRESETS
}

/// The preset of this id.
pub fn find(id: &str) -> Option<Preset> {
    PRESETS.iter().copied().find(|preset| preset.id == id)
}

macro_rules! presets {
    ($($id:literal),* $(,)?) => {
        &[$(Preset { id: $id, json: include_str!(concat!("presets/", $id, ".json")) }),*]
    };
}

const PRESETS: &[Preset] = presets![
    // one for each strategy
    "no-cache",
    "cache-aside",
    "cache-aside-update",
    "cache-aside-ignore",
    "read-through",
    "write-through",
    "write-through-cache-first",
    "write-behind-app",
    "write-behind",
    "write-behind-durable",
    "write-around",
    "refresh-ahead",
    "stale-while-revalidate",
    "single-flight",
    "leases",
    "versioned-set",
    "delayed-double-delete",
    "ttl-jitter",
    "probabilistic-early-expiration",
    "write-through-cache-aside",
    "change-data-capture",
    "write-behind-counters",
    // races, crashes and loads
    "ca6-slow-reader",
    "cache-dies",
    "stampede",
    "write-behind-crash",
    "mixed-prefixes",
    "hot-key",
    "zipf-load",
];
