//! Rows of crates.io, for bridge.py: what the lines say is told there.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Result, anyhow};
use cached::macros::cached;
use cached::Cached;
use serde_json::{Value, json};
use tokio::sync::oneshot;

type Held = Option<String>;

/// Loads that wait for their answer.
static LOADS: OnceLock<Mutex<BTreeMap<u64, oneshot::Sender<Result<Held>>>>> = OnceLock::new();

fn say(told: Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{told}").and_then(|()| out.flush());
}

/// Asks for a load of a cache; its answer.
fn load(cache: u64) -> oneshot::Receiver<Result<Held>> {
    let (answer, answered) = oneshot::channel();
    let mut loads = LOADS.get_or_init(Mutex::default).lock().expect("no thread panics");
    static LAST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let nth = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
    loads.insert(nth, answer);
    say(json!({"load": nth, "cache": cache}));
    answered
}

fn load_blocking(cache: u64) -> Result<Held> {
    load(cache).blocking_recv()?
}

/// A load of a value that is there.
fn load_value(cache: u64) -> Result<String, String> {
    load_blocking(cache).and_then(|value| value.ok_or_else(|| anyhow!("no row"))).map_err(|error| error.to_string())
}

#[cached(ttl_secs = 60, key = "u64", convert = { cache })]
fn plain(cache: u64) -> Result<String, String> {
    load_value(cache)
}

#[cached(ttl_secs = 2, key = "u64", convert = { cache })]
fn plain_short(cache: u64) -> Result<String, String> {
    load_value(cache)
}

#[cached(ttl_secs = 60, key = "u64", convert = { cache })]
fn plain_option(cache: u64) -> Option<String> {
    load_blocking(cache).ok().flatten()
}

#[cached(ttl_secs = 2, key = "u64", convert = { cache }, result_fallback = true)]
fn fallback(cache: u64) -> Result<String, String> {
    load_value(cache)
}

#[cached(ttl_secs = 60, key = "u64", convert = { cache }, sync_writes = "default")]
fn locked(cache: u64) -> Result<String, String> {
    load_value(cache)
}

#[cached(ttl_secs = 2, key = "u64", convert = { cache }, sync_writes = "default")]
fn locked_short(cache: u64) -> Result<String, String> {
    load_value(cache)
}

#[cached(ttl_secs = 60, key = "u64", convert = { cache }, sync_writes = "default")]
fn locked_option(cache: u64) -> Option<String> {
    load_blocking(cache).ok().flatten()
}

const KEY: &str = "k";

#[derive(Clone)]
enum Cache {
    Moka(moka::sync::Cache<String, Held>),
    Quick(Arc<quick_cache::sync::Cache<String, Held>>),
    Foyer(foyer_memory::Cache<String, Held>),
    /// A function that the macro has made: call, deletion, set.
    Function(fn(u64) -> Result<Held>, fn(u64), fn(u64, String)),
}

macro_rules! function {
    ($name:ident, $statics:ident) => {
        Cache::Function(
            |cache| $name(cache).map(Some).map_err(|error| anyhow!(error)),
            |cache| {
                let _ = $statics.write().cache_remove(&cache);
            },
            |cache, value| {
                let _ = $statics.write().cache_set(cache, value);
            },
        )
    };
}

macro_rules! optional {
    ($name:ident, $statics:ident) => {
        Cache::Function(
            |cache| Ok($name(cache)),
            |cache| {
                let _ = $statics.write().cache_remove(&cache);
            },
            |_, _| {},
        )
    };
}

impl Cache {
    fn new(told: &Value) -> Result<Cache> {
        let ttl = Duration::from_millis(told["ttl"].as_u64().unwrap_or_default());
        let is_short = ttl < Duration::from_secs(10);
        Ok(match (told["row"].as_str().unwrap_or_default(), told["empty"] == true) {
            ("moka", _) => Cache::Moka(moka::sync::Cache::builder().max_capacity(100).time_to_live(ttl).build()),
            ("quick-cache", _) => Cache::Quick(Arc::new(quick_cache::sync::Cache::new(100))),
            ("foyer", _) => Cache::Foyer(foyer_memory::CacheBuilder::new(100).build()),
            ("cached", true) => optional!(plain_option, PLAIN_OPTION),
            ("cached", _) if told["grace"].is_number() => function!(fallback, FALLBACK),
            ("cached", _) if is_short => function!(plain_short, PLAIN_SHORT),
            ("cached", _) => function!(plain, PLAIN),
            ("cached-sync-writes", true) => optional!(locked_option, LOCKED_OPTION),
            ("cached-sync-writes", _) if is_short => function!(locked_short, LOCKED_SHORT),
            ("cached-sync-writes", _) => function!(locked, LOCKED),
            (row, _) => return Err(anyhow!("no row {row}")),
        })
    }

    async fn get(self, id: u64) -> Result<Held> {
        match self {
            Cache::Moka(cache) => {
                let get = move || cache.try_get_with(KEY.to_owned(), || load_blocking(id)).map_err(|error| anyhow!("{error}"));
                tokio::task::spawn_blocking(get).await?
            }
            Cache::Quick(cache) => cache.get_or_insert_async(KEY, async { load(id).await? }).await,
            Cache::Foyer(cache) => {
                let entry = cache.get_or_fetch(KEY, || async move { load(id).await? }).await?;
                Ok(entry.value().clone())
            }
            Cache::Function(get, _, _) => tokio::task::spawn_blocking(move || get(id)).await?,
        }
    }

    /// `None`: the entry is deleted.
    async fn change(self, id: u64, value: Option<String>) -> Result<Held> {
        let change = move || match (self, value) {
            (Cache::Moka(cache), None) => cache.invalidate(KEY),
            (Cache::Moka(cache), value) => cache.insert(KEY.to_owned(), value),
            (Cache::Quick(cache), None) => drop(cache.remove(KEY)),
            (Cache::Quick(cache), value) => cache.insert(KEY.to_owned(), value),
            (Cache::Foyer(cache), None) => drop(cache.remove(KEY)),
            (Cache::Foyer(cache), value) => drop(cache.insert(KEY.to_owned(), value)),
            (Cache::Function(_, delete, _), None) => delete(id),
            (Cache::Function(_, _, set), Some(value)) => set(id, value),
        };
        tokio::task::spawn_blocking(change).await?;
        Ok(None)
    }
}

/// Carries a call out beside the others.
fn spawn(done: u64, call: impl Future<Output = Result<Held>> + Send + 'static) {
    tokio::spawn(async move {
        say(match call.await {
            Ok(value) => json!({"done": done, "value": value}),
            Err(error) => json!({"done": done, "error": error.to_string()}),
        });
    });
}

fn hear(told: &Value, caches: &mut BTreeMap<u64, Cache>) {
    let number = |name: &str| told[name].as_u64();
    let call = number("call").unwrap_or_default();
    if let Some(id) = number("new") {
        match Cache::new(told) {
            Ok(cache) => {
                caches.insert(id, cache);
                say(json!({"made": id, "sets": true}));
            }
            Err(error) => say(json!({"made": id, "error": error.to_string()})),
        }
    } else if let Some(nth) = number("loaded") {
        let answer = LOADS.get_or_init(Mutex::default).lock().expect("no thread panics").remove(&nth);
        let value = told["value"].as_str().map(str::to_owned);
        if let Some(answer) = answer {
            let _ = answer.send(if told["fails"] == true { Err(anyhow!("the load fails")) } else { Ok(value) });
        }
    } else if let Some(id) = number("get") {
        for nth in 0..number("times").unwrap_or(1) {
            spawn(call + nth, caches[&id].clone().get(id));
        }
    } else if let Some(id) = number("delete") {
        spawn(call, caches[&id].clone().change(id, None));
    } else if let Some(id) = number("set") {
        spawn(call, caches[&id].clone().change(id, told["value"].as_str().map(str::to_owned)));
    }
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--list") {
        say(json!({
            "moka": {}, "quick-cache": {"skip": ["expiry"]}, "foyer": {"skip": ["expiry"]}, "cached": {"stale": true},
            // a load holds the lock of all keys
            "cached-sync-writes": {"alone": true},
        }));
        return;
    }
    // as many as all questions of a row have callers
    let threads = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(2_000).enable_all().build();
    let threads = threads.expect("threads start");
    let _inside = threads.enter();
    let mut caches = BTreeMap::new();
    for line in std::io::stdin().lock().lines().map_while(std::io::Result::ok) {
        if let Ok(told) = serde_json::from_str(&line) {
            hear(&told, &mut caches);
        }
    }
    std::process::exit(0);
}
