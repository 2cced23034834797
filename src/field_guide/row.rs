//! The guide's rows: each library as a strategy in the language.

use std::sync::OnceLock;

use super::column::Column;
use super::queue::{self, QUEUES};
use crate::strategy::calls;
use crate::time::Micros;

/// What one library does, in one configuration.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name on the command line.
    pub id: &'static str,
    /// The library with its version, and the configuration if that is not the default.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub sentence: &'static str,
    /// The source of the facts, the settings, and when it was measured.
    pub basis: &'static str,
    /// What surprises.
    pub surprise: Option<String>,
    /// What a user can set or do to avoid it.
    pub instead: Option<String>,
    /// The columns that have no answer for a reason of the library's own, with the reason.
    pub reasons: Vec<(Column, String)>,
    /// The strategy.
    pub source: &'static str,
}

macro_rules! rows {
    ($($id:literal $file:literal)*) => {
        [$(($id, include_str!(concat!("rows/", $file, ".py")))),*]
    };
}

/// Grouped by registry, in each the most used first.
const SOURCES: [(&str, &str); 61] = rows! {
    "bentocache" "bentocache"
    "bentocache-tiers" "bentocache_tiers"
    "bentocache-bus" "bentocache_bus"
    "cachified" "cachified"
    "lru-cache" "lru_cache"
    "cache-manager" "cache_manager"
    "async-cache-dedupe" "async_cache_dedupe"
    "cacheable" "cacheable"
    "cacheable-tiers" "cacheable_tiers"
    "cacheable-sync" "cacheable_sync"
    "cache-manager-tiers" "cache_manager_tiers"
    "p-memoize" "p_memoize"
    "memoizee" "memoizee"
    "tanstack-query" "tanstack_query"
    "swr" "swr"
    "apollo" "apollo"
    "dogpile" "dogpile"
    "dogpile-redis" "dogpile_redis"
    "dogpile-redis-lock" "dogpile_redis_lock"
    "cashews" "cashews"
    "cashews-early" "cashews_early"
    "cashews-soft" "cashews_soft"
    "cashews-unprotected" "cashews_unprotected"
    "cashews-redis-lock" "cashews_redis_lock"
    "cashews-client-side" "cashews_client_side"
    "cashews-client-side-8" "cashews_client_side_8"
    "aiocache" "aiocache"
    "aiocache-stampede" "aiocache_stampede"
    "aiocache-redis" "aiocache_redis"
    "cachetools" "cachetools"
    "cachetools-condition" "cachetools_condition"
    "diskcache" "diskcache"
    "django" "django"
    "django-redis" "django_redis"
    "flask-caching" "flask_caching"
    "fastapi-cache2" "fastapi_cache2"
    "theine" "theine"
    "theine-async" "theine_async"
    "beaker" "beaker"
    "async-lru" "async_lru"
    "cachebox" "cachebox"
    "moka" "moka"
    "quick-cache" "quick_cache"
    "foyer" "foyer"
    "cached" "cached"
    "cached-sync-writes" "cached_sync_writes"
    "nginx" "nginx"
    "nginx-updating" "nginx_updating"
    "varnish" "varnish"
    "squid" "squid"
    "squid-collapsed" "squid_collapsed"
    "apache" "apache"
    "apache-lock" "apache_lock"
    "undici" "undici"
    "undici-deduplicate" "undici_deduplicate"
    "active-support" "active_support"
    "symfony" "symfony"
    "nitro" "nitro"
    "next-unstable-cache" "next_unstable_cache"
    "next-isr" "next_isr"
    "requests-cache" "requests_cache"
};

/// Every row.
pub fn all() -> &'static [Row] {
    static ALL: OnceLock<Vec<Row>> = OnceLock::new();
    ALL.get_or_init(|| {
        let libraries = SOURCES.iter().map(|&(id, source)| Row::new(id, source));
        let queues = QUEUES.iter().map(|&(like, comment, _)| {
            // one for each queue, for as long as the program runs
            Row::new(like, Box::leak(queue::source(like, comment).into_boxed_str()))
        });
        libraries.chain(queues).collect()
    })
}

/// The row of this id.
pub fn find(id: &str) -> Option<&'static Row> {
    all().iter().find(|row| row.id == id)
}

impl Row {
    /// Makes a row of its strategy, whose first comment holds the other fields, a paragraph each:
    /// title and sentence, basis, surprise, what to do instead, and of each column without an answer
    /// why ("No set: …").
    fn new(id: &'static str, source: &'static str) -> Row {
        let comment = source.lines().take_while(|line| line.starts_with('#'));
        let comment: Vec<&'static str> =
            comment.map(|line| line.trim_start_matches('#').trim()).collect();
        let mut paragraphs = comment.split(|line| line.is_empty());
        let mut next = || paragraphs.next().unwrap_or_default();
        let first = next().first().copied().unwrap_or_default();
        let (title, sentence) = first.split_once(": ").unwrap_or((first, ""));
        let basis = next().first().copied().unwrap_or_default();
        let told = |label: &str| {
            let is_it = |lines: &&[&str]| lines.first().is_some_and(|line| line.starts_with(label));
            let mut paragraphs = comment.split(|line| line.is_empty());
            let text = paragraphs.find(is_it)?.join(" ");
            Some(text.trim_start_matches(label).trim().to_owned())
        };
        let (surprise, instead) = (told("Surprise:"), told("Instead:"));
        let reason = |column: Column| Some((column, told(&format!("No {}:", column.name()))?));
        let reasons = Column::ALL.into_iter().filter_map(reason).collect();
        Row { id, title, sentence, basis, surprise, instead, reasons, source }
    }

    /// Why a column has no answer, if that is a reason of the library's own.
    pub(super) fn reason(&self, column: Column) -> Option<&str> {
        let (_, reason) = self.reasons.iter().find(|(of, _)| *of == column)?;
        Some(reason)
    }

    /// The strategy with the first line of its comment, which names the library.
    pub fn program(&self) -> String {
        let is_comment = |line: &&str| line.starts_with('#');
        let comment = self.source.lines().take_while(is_comment).map(|line| line.len() + 1).sum();
        let title = self.source.lines().next().unwrap_or_default();
        format!("{title}\n{}", self.source.get(comment..).unwrap_or_default())
    }

    /// The program of a queue with its option that keeps one message of a key, if it has one.
    pub(super) fn program_that_joins(&self) -> Option<String> {
        let word = QUEUES.iter().find(|(like, ..)| *like == self.id)?.2?;
        let like = format!("like=\"{}\"", self.id);
        Some(self.program().replace(&like, &format!("{like}, coalesce=\"{word}\"")))
    }

    /// The program of a queue with two consumers that are slow; `None`: its messages do not come
    /// back.
    pub(super) fn slow_program(&self) -> Option<(String, Micros)> {
        let redeliver_us = queue::redeliver_us(self.id)?;
        let title = self.source.lines().next().unwrap_or_default();
        Some((format!("{title}\n{}", queue::slow(self.id)), redeliver_us))
    }

    /// Whether its strategy has a parameter of this name.
    pub fn has(&self, parameter: &str) -> bool {
        let is_it =
            |line: &str| line.strip_prefix(parameter).is_some_and(|rest| rest.starts_with(" = "));
        self.source.lines().any(is_it)
    }

    /// What is asked of it.
    pub fn columns(&self) -> &'static [Column] {
        if self.is_queue() { &Column::QUEUES } else { &Column::CACHES }
    }

    /// Whether it is a queue and no cache.
    pub fn is_queue(&self) -> bool {
        QUEUES.iter().any(|(like, ..)| *like == self.id)
    }

    /// Whether it keeps its entries both in each server and in a shared cache behind them.
    pub fn has_two_tiers(&self) -> bool {
        ["local.set(", "cache.set("].iter().all(|store| calls(self.source, store))
    }
}
