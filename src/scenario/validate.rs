//! Checks that a document's values are within their ranges and fit together.

mod lesson;

use std::collections::BTreeSet;

use super::rule::{Checked, Checker};
use super::{
    Action, Arrivals, CacheSettings, Candidate, Cluster, Engine, Eviction, Latency, LinkName,
    Problem, RatePoint, Scenario, Store, StrategyUse, Topology, What, Workload, nearest,
};
use crate::store::placement::{MOST_NODES, Placement};
use crate::strategy::builtin;
use crate::time::Micros;
use crate::vocabulary::Role;
use crate::vocabulary::command::StoreCommand;

/// The most rows that a scenario may start with, rows of ranges included.
const MOST_ROWS: u64 = 1_000_000;

impl Scenario {
    /// Checks every value.
    ///
    /// Strategy sources and parameters are checked by [`resolve`](Scenario::resolve).
    ///
    /// # Errors
    /// All problems, in the order of the document: first values outside their ranges, then values
    /// that do not fit together.
    pub fn validate(&self) -> Result<(), Vec<Problem>> {
        let mut at = Checker::default();
        self.check(&mut at);
        at.field("topology", |at| topology(&self.topology, at));
        at.field("strategies", |at| strategies_fit(&self.strategies, at));
        at.field("rows", |at| self.rows_fit(at));
        at.field("entries", |at| self.entries_fit(at));
        at.field("workloads", |at| workloads(&self.workloads, at));
        at.field("actions", |at| self.actions_fit(&self.actions, at));
        at.field("view", |at| at.field("compare", |at| compared(&self.view.compare, at)));
        if let Some(lesson) = &self.lesson {
            at.field("lesson", |at| self.lesson_fits(lesson, at));
        }
        if at.problems.is_empty() { Ok(()) } else { Err(at.problems) }
    }

    fn rows_fit(&self, at: &mut Checker) {
        let ranges: u64 = self.rows.ranges.iter().map(|range| u64::from(range.count)).sum();
        let rows = ranges + self.rows.each.len() as u64;
        if rows > MOST_ROWS {
            at.problem(format!("has {rows} rows in all; allowed: up to {MOST_ROWS}"));
        }
    }

    fn entries_fit(&self, at: &mut Checker) {
        let mut keys = BTreeSet::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let cache = entry.cache.as_deref().filter(|name| *name != Role::Cache.name());
            let twice = !keys.insert((&entry.key, cache));
            at.item(index, |at| {
                at.field("cache", |at| self.topology.holds_at_start(entry.cache.as_deref(), at));
                at.field("key", |at| {
                    if twice {
                        at.problem(format!("\"{}\" is here twice", entry.key));
                    }
                    if !self.has_row(&entry.key) {
                        at.problem(format!(
                            "\"{}\" has no row that the entry could be a copy of",
                            entry.key
                        ));
                    }
                });
            });
        }
    }

    /// Whether the database starts with a row of this key.
    fn has_row(&self, key: &str) -> bool {
        self.rows.each.contains_key(key)
            || self.rows.ranges.iter().any(|range| {
                key.strip_prefix(&*range.prefix).is_some_and(|number| {
                    let value = number.parse::<u32>();
                    // "007" is another key than "7".
                    value.is_ok_and(|value| value < range.count && value.to_string() == number)
                })
            })
    }

    fn actions_fit(&self, actions: &[Action], at: &mut Checker) {
        let names: Vec<&str> = self.workloads.iter().map(|each| each.name.as_str()).collect();
        for (index, action) in actions.iter().enumerate() {
            at.item(index, |at| action_fits(&action.what, &self.topology, &names, at));
        }
    }
}

fn strategies_fit(strategies: &[StrategyUse], at: &mut Checker) {
    if !strategies.iter().any(|each| each.prefix.is_empty()) {
        at.problem("one must have an empty `prefix`, to serve all other keys");
    }
    let mut prefixes = BTreeSet::new();
    for (index, each) in strategies.iter().enumerate() {
        at.item(index, |at| {
            if !prefixes.insert(&each.prefix) {
                at.field("prefix", |at| {
                    at.problem(format!("\"{}\" is here twice", each.prefix));
                });
            }
            if each.text().is_none() {
                let ids: Vec<&str> = builtin::all().iter().map(|it| it.id).collect();
                at.field("strategy", |at| unknown(&each.strategy, &ids, at));
            }
        });
    }
}

fn compared(texts: &[String], at: &mut Checker) {
    if texts.is_empty() {
        return;
    }
    match Candidate::check_names(texts) {
        Ok(()) => {}
        Err((Some(index), why)) => at.item(index, |at| at.problem(why.to_string())),
        Err((None, why)) => at.problem(why.to_string()),
    }
}

impl Topology {
    /// The names of the app servers' own caches.
    fn local_names(&self) -> Vec<String> {
        (1..=self.local_count()).map(|app| format!("local_{app}")).collect()
    }

    /// Whether a cache can have entries at the start.
    fn holds_at_start(&self, cache: Option<&str>, at: &mut Checker) {
        let Some(cache) = cache else { return };
        let local = self.local_names();
        let is_tracked = self.local.as_ref().is_some_and(|local| local.tracking.is_some());
        let is_local = local.iter().any(|name| name == cache);
        let named = self.caches.keys().chain(&local).map(String::as_str);
        let known: Vec<&str> = std::iter::once(Role::Cache.name()).chain(named).collect();
        if is_local && is_tracked {
            at.problem(format!(
                "{cache} starts empty: its server is told only of keys that it has read"
            ));
        } else if !known.contains(&cache) {
            unknown(cache, &known, at);
        }
    }
}

fn action_fits(what: &What, topology: &Topology, workloads: &[&str], at: &mut Checker) {
    let app = match what {
        What::CrashApp { app } | What::RestartApp { app } => Some(*app),
        What::Cut { app, .. }
        | What::Heal { app, .. }
        | What::StopConsumer { app, .. }
        | What::KillConsumer { app, .. }
        | What::StartConsumer { app, .. }
        | What::ReplayDeadLetters { app, .. } => *app,
        _ => None,
    };
    if let Some(app) = app.filter(|app| *app >= topology.apps.count) {
        let servers = match topology.apps.count {
            0 | 1 => "0, the only app server".to_owned(),
            count => format!("0..{}, the app servers", count - 1),
        };
        at.field("app", |at| at.problem(format!("is {app}; allowed: {servers}")));
    }
    let mut is_unknown = false;
    if let Some(cache) = what.cache() {
        let local = topology.local_names();
        let nodes: Vec<String> = topology.clusters().iter().flat_map(Cluster::titles).collect();
        let apart = |name: &&String| !topology.clusters().iter().any(|it| it.word == **name);
        let named = topology.caches.keys().filter(apart).chain(&nodes).chain(&local);
        let is_of_nodes =
            matches!(what, What::AddNode { .. } | What::RemoveNode { .. } | What::Failover { .. });
        // the cache that every run has; if it has nodes, they have the names
        let usual = Role::Cache.name();
        let has_nodes = topology.clusters().iter().any(|it| it.word == usual);
        let usual = (!is_of_nodes && !has_nodes).then_some(usual);
        let known: Vec<&str> = usual.into_iter().chain(named.map(String::as_str)).collect();
        let of_app = local.iter().any(|name| name == cache)
            && !matches!(what, What::FlushCache { .. } | What::Evict { .. } | What::Expire { .. });
        at.field("cache", |at| match of_app {
            true => at.problem(format!("{cache} is a part of its app server; use crash-app")),
            false if known.contains(&cache) => {}
            // what is said of nodes below is enough
            false if known.is_empty() && is_of_nodes => {}
            false => {
                is_unknown = true;
                unknown(cache, &known, at);
            }
        });
    }
    if let Some(nodes) = nodes_to_choose(what, topology) {
        at.field("cache", |at| at.problem(format!("is missing; allowed: {}", nodes.join(", "))));
    }
    match what {
        What::AddNode { cache } | What::RemoveNode { cache } => {
            let clusters = topology.clusters();
            let is_node = |it: &Cluster<'_>| {
                it.nodes.len() > 1 && it.titles()[..it.nodes.len()].contains(cache)
            };
            if !clusters.iter().any(is_node) && !is_unknown {
                at.field("cache", |at| {
                    at.problem("is no node; give the cache `nodes` or `spare_nodes`");
                });
            }
        }
        What::Failover { cache } => {
            let clusters = topology.clusters();
            let in_pair = |it: &Cluster<'_>| !it.replicas.is_empty() && it.titles().contains(cache);
            if !clusters.iter().any(in_pair) && !is_unknown {
                at.field("cache", |at| at.problem("has no replica; give the cache one"));
            }
        }
        What::FailNext { store, cache: Some(_), .. } if *store != Store::Cache => {
            at.field("cache", |at| at.problem(format!("the {store} is no cache; leave it out")));
        }
        What::StartWorkload { workload } | What::StopWorkload { workload }
            if !workloads.contains(&workload.as_str()) =>
        {
            at.field("workload", |at| unknown(workload, workloads, at));
        }
        What::Cut { link, app } | What::Heal { link, app } => at.field("link", |at| {
            if app.is_some() && !link.has_app() {
                let ends = link.label(None);
                at.problem(format!("{ends} has no app server at either end; leave `app` out"));
            }
            link_exists(*link, topology, at);
        }),
        What::StopReplica | What::RestoreReplica if topology.replica.is_none() => {
            at.field("do", no_replica);
        }
        What::FailNext { store: Store::Replica, .. } if topology.replica.is_none() => {
            at.field("store", no_replica);
        }
        What::FailNext { store, call: Some(call), .. } => {
            let calls: Vec<&str> = store.commands().map(StoreCommand::name).collect();
            if !calls.contains(&call.as_str()) {
                at.field("call", |at| unknown(call, &calls, at));
            }
        }
        _ => {}
    }
}

/// The nodes of the first cache, if it has several and an action on it names none.
fn nodes_to_choose(what: &What, topology: &Topology) -> Option<Vec<String>> {
    let names_one = match what {
        What::KillCache { cache }
        | What::RestartCache { cache }
        | What::FlushCache { cache }
        | What::RestoreCache { cache }
        | What::Evict { cache, .. }
        | What::Expire { cache, .. }
        | What::SlowCache { cache, .. }
        | What::FailNext { store: Store::Cache, cache, .. } => cache.is_some(),
        _ => true,
    };
    let clusters = topology.clusters();
    let first = clusters.first().filter(|it| it.word == "cache" && it.nodes.len() > 1);
    first.filter(|_| !names_one).map(Cluster::titles)
}

fn topology(topology: &Topology, at: &mut Checker) {
    at.field("cache", |at| cache(&topology.cache, at));
    at.field("caches", |at| {
        for (name, settings) in &topology.caches {
            at.field(name, |at| {
                cache(settings, at);
                if topology.local.is_some() && name.starts_with("local") {
                    at.problem(
                        "may not begin with \"local\", which the app servers' own are called",
                    );
                }
            });
        }
    });
    let mut caches = std::iter::once(&topology.cache).chain(topology.caches.values());
    if topology.local.as_ref().is_some_and(|local| local.tracking.is_some())
        && caches.any(|cache| cache.like == Engine::Memcached)
    {
        at.field("local", |at| {
            at.field("tracking", |at| {
                at.problem("a memcached tells nobody of changes; leave it out");
            });
        });
    }
    let clusters = topology.clusters();
    let titles: Vec<(&str, String)> = clusters
        .iter()
        .flat_map(|it| it.titles().into_iter().map(|title| (it.word, title)))
        .collect();
    at.field("caches", |at| {
        for name in topology.caches.keys() {
            let taken = titles.iter().find(|(word, title)| title == name && word != name);
            if let Some((word, _)) = taken {
                at.field(name, |at| {
                    at.problem(format!("is what a part of {word} is called; choose another name"))
                });
            }
        }
    });
    at.field("database", |at| {
        spread(&topology.database.read, "read", at);
        spread(&topology.database.write, "write", at);
        at.field("constraints", |at| {
            for (index, each) in topology.database.constraints.iter().enumerate() {
                at.item(index, |at| {
                    if each.child == each.parent {
                        at.problem("the child is its own parent");
                    }
                });
            }
        });
    });
    if let Some(replica) = &topology.replica {
        at.field("replica", |at| {
            spread(&replica.lag, "lag", at);
            spread(&replica.read, "read", at);
        });
    }
    at.field("network", |at| {
        at.field("default", |at| spread(&topology.network.default.latency, "latency", at));
        at.field("links", |at| {
            for (link, settings) in &topology.network.links {
                at.field(link.name(), |at| {
                    spread(&settings.latency, "latency", at);
                    link_exists(*link, topology, at);
                });
            }
        });
    });
}

/// What a Memcached does not have.
fn memcached(settings: &CacheSettings, at: &mut Checker) {
    if settings.replica.is_some() {
        at.field("replica", |at| at.problem("a memcached has no replicas; leave it out"));
    }
    if settings.snapshot_every_us.is_some() {
        at.field("snapshot_every_us", |at| {
            at.problem("a memcached writes nothing to disk; leave it out");
        });
    }
    if let Some(policy) = settings.eviction
        && policy != Eviction::Noeviction
    {
        at.field("eviction", |at| {
            let message = format!(
                "is `{policy}`; allowed: left out (segmented LRU) or `noeviction` (a memcached \
                 with -M)"
            );
            at.problem(message);
        });
    }
    if settings.nodes + settings.spare_nodes > 1 && settings.placement == Placement::HashSlots {
        at.field("placement", |at| {
            at.problem(
                "is `hash-slots`, which Redis Cluster has; the clients of a memcached place keys \
                 by `consistent` or `modulo`",
            );
        });
    }
}

fn cache(settings: &CacheSettings, at: &mut Checker) {
    if settings.like == Engine::Memcached {
        memcached(settings, at);
    }
    let nodes = u32::from(settings.nodes) + u32::from(settings.spare_nodes);
    if nodes > u32::from(MOST_NODES) && settings.nodes <= MOST_NODES {
        at.field("spare_nodes", |at| {
            at.problem(format!("is {}; allowed: {MOST_NODES} nodes in all", settings.spare_nodes));
        });
    }
    if let Some(replica) = &settings.replica {
        at.field("replica", |at| spread(&replica.lag, "lag", at));
    }
    spread(&settings.service, "service", at);
    if let Some(latency) = &settings.latency {
        spread(latency, "latency", at);
    }
}

/// Checks that a range does not end before it begins.
fn spread(latency: &Latency, field: &str, at: &mut Checker) {
    if let Latency::Uniform { low_us, high_us } = latency
        && low_us > high_us
    {
        at.field(field, |at| {
            at.field("high_us", |at| {
                at.problem(format!("is {high_us}; allowed: {low_us} (`low_us`) or more"));
            });
        });
    }
}

fn link_exists(link: LinkName, topology: &Topology, at: &mut Checker) {
    if link.ends().1 == Role::Replica && topology.replica.is_none() {
        no_replica(at);
    }
}

fn no_replica(at: &mut Checker) {
    at.problem("there is no replica; add `topology.replica`");
}

fn workloads(workloads: &[Workload], at: &mut Checker) {
    let mut names = BTreeSet::new();
    for (index, workload) in workloads.iter().enumerate() {
        at.item(index, |at| {
            if !names.insert(&workload.name) {
                at.field("name", |at| at.problem(format!("\"{}\" is here twice", workload.name)));
            }
            let start: Micros = workload.start_us.unwrap_or(0);
            if let Some(stop) = workload.stop_us.filter(|stop| *stop <= start) {
                at.field("stop_us", |at| {
                    at.problem(format!("is {stop}; allowed: later than `start_us`, {start}"));
                });
            }
            at.field("arrivals", |at| match &workload.arrivals {
                Arrivals::Closed { think, .. } => spread(think, "think", at),
                Arrivals::Steps { points } | Arrivals::Ramps { points } => rates(points, at),
                _ => {}
            });
        });
    }
}

/// Checks that a rate's points are in order of time, and that some rate is more than 0.
fn rates(points: &[RatePoint], at: &mut Checker) {
    at.field("points", |at| {
        if points.iter().all(|point| point.per_second <= 0.0) {
            at.problem("has no rate above 0; allowed: at least one point with one");
        }
        for (index, pair) in points.windows(2).enumerate() {
            let [before, here] = [pair[0].at_us, pair[1].at_us];
            if here <= before {
                at.item(index + 1, |at| {
                    at.field("at_us", |at| {
                        at.problem(format!(
                            "is {here}; allowed: later than the point before, {before}"
                        ));
                    });
                });
            }
        }
    });
}

/// The most problems that come with a hint: finding one takes time, and a document can have a
/// hundred thousand problems.
const MOST_HINTS: usize = 100;

/// Reports a name that is not among the known ones.
fn unknown(given: &str, known: &[&str], at: &mut Checker) {
    if at.problems.len() >= MOST_HINTS {
        return at.problem(format!("is \"{given}\", which is unknown"));
    }
    at.problem(unknown_of(given, known));
}

/// The same in words.
pub(super) fn unknown_of(given: &str, known: &[&str]) -> String {
    let hint = match nearest(given, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("allowed: {}", known.join(", ")),
    };
    format!("is \"{given}\"; {hint}")
}
