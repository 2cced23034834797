//! The built-in strategies, as source in the language.
//!
//! To add one: write `builtin/<id>.py`, whose first line is a comment with its title, list it here,
//! and add its calls to a test below.

use std::sync::OnceLock;

/// One built-in strategy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Builtin {
    /// its id in scenarios
    pub id: &'static str,
    /// its first comment up to the colon
    pub title: &'static str,
    /// the rest of its first comment: what it does, in a sentence
    pub sentence: &'static str,
    /// the program
    pub source: &'static str,
}

macro_rules! sources {
    ($($id:literal $file:literal)*) => {
        [$(($id, include_str!(concat!("builtin/", $file, ".py")))),*]
    };
}

/// In the order of a course.
const SOURCES: [(&str, &str); 25] = sources! {
    "no-cache" "no_cache"
    "cache-aside" "cache_aside"
    "cache-aside-update" "cache_aside_update"
    "cache-aside-ignore" "cache_aside_ignore"
    "read-through" "read_through"
    "write-through" "write_through"
    "write-through-cache-first" "write_through_cache_first"
    "write-through-cache-aside" "write_through_cache_aside"
    "write-behind" "write_behind"
    "write-behind-app" "write_behind_app"
    "write-behind-durable" "write_behind_durable"
    "write-behind-counters" "write_behind_counters"
    "write-behind-in-order" "write_behind_in_order"
    "write-behind-retry-at-back" "write_behind_retry_at_back"
    "write-behind-pop-first" "write_behind_pop_first"
    "write-around" "write_around"
    "ttl-jitter" "ttl_jitter"
    "refresh-ahead" "refresh_ahead"
    "stale-while-revalidate" "stale_while_revalidate"
    "single-flight" "single_flight"
    "leases" "leases"
    "versioned-set" "versioned_set"
    "delayed-double-delete" "delayed_double_delete"
    "probabilistic-early-expiration" "probabilistic_early_expiration"
    "change-data-capture" "change_data_capture"
};

/// Every built-in strategy.
pub fn all() -> &'static [Builtin] {
    static ALL: OnceLock<Vec<Builtin>> = OnceLock::new();
    ALL.get_or_init(|| SOURCES.iter().map(|&(id, source)| describe(id, source)).collect())
}

/// The built-in strategy of this id.
pub fn find(id: &str) -> Option<&'static Builtin> {
    all().iter().find(|builtin| builtin.id == id)
}

fn describe(id: &'static str, source: &'static str) -> Builtin {
    let first = source.lines().next().unwrap_or("").trim_start_matches('#').trim();
    let (title, sentence) = first.split_once(": ").unwrap_or((first, ""));
    Builtin { id, title, sentence, source }
}
