//! Resolves a document to a setup: strategies compiled, their parameters bound, texts interned.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::validate::unknown_of;
use super::{
    CacheSettings, Candidate, ClientSettings, Cluster, Constraint, Engine, InitialEntry, Latency,
    Problem, ReadsFrom, Rows, Scenario, StrategyUse, What,
};
use crate::store::database::ForeignKey;
use crate::strategy::value::{Datum, Names, Symbol};
use crate::strategy::{Program, StoreNames, builtin, compile};
use crate::vocabulary::{CacheId, Role};
use crate::world::{
    CacheSetup, ClusterSetup, DatabaseSetup, Deployed, Kind, Limits, Patience, Setup, StartEntry,
};

impl Scenario {
    /// The names by which its strategies call the stores.
    pub fn store_names(&self) -> StoreNames {
        let topology = &self.topology;
        let names = StoreNames::with_caches(topology.caches.keys().map(String::as_str));
        let names = topology.clusters().iter().fold(names, |names, cluster| {
            let (nodes, replicas) = (cluster.nodes.clone(), cluster.replicas.clone());
            names.with_cluster(nodes, replicas, &cluster.titles())
        });
        let names = match topology.local {
            Some(_) => names.with_local(topology.apps.count),
            None => names,
        };
        match topology.replica {
            Some(_) => names,
            None => names.without_replica(),
        }
    }

    /// Checks the document, and makes the setup of a world.
    ///
    /// # Errors
    /// All problems of the values; if there are none, those of the strategies and their parameters;
    /// if there are none, the requests for which a strategy has no function.
    pub fn resolve(&self) -> Result<Setup, Vec<Problem>> {
        self.validate()?;
        let names = Names::of(self.store_names());
        let mut resolver = Resolver { names, problems: Vec::new() };
        let strategies = resolver.strategies(&self.strategies);
        resolver.compared(self);
        let rows = resolver.rows(&self.rows);
        let entries = resolver.entries(&self.entries);
        let topology = &self.topology;
        let client_overrides = resolver.clients(&topology.client_overrides);
        let is_memcached = |cache: &CacheSettings| cache.like == Engine::Memcached;
        let empty = match topology.by_cache(is_memcached).values().any(|is| *is) {
            true => {
                let empty = resolver.names.intern("");
                resolver.known(empty, "topology.cache.like")
            }
            false => None,
        };
        let Resolver { names, problems } = resolver;
        if !problems.is_empty() {
            return Err(problems);
        }
        let local = names.stores().local();
        let setup = Setup {
            names,
            strategies,
            apps: topology.apps.count,
            max_in_progress: topology.apps.max_in_progress,
            backlog: topology.apps.backlog,
            caches: topology.by_cache(|cache| CacheSetup {
                memcached: empty.filter(|_| is_memcached(cache)),
                ..CacheSetup::from(cache)
            }),
            clusters: topology.clusters().iter().map(ClusterSetup::from).collect(),
            local,
            tracking: topology.local.as_ref().and_then(|local| local.tracking),
            database: DatabaseSetup {
                connections: topology.database.connections,
                pool_wait_us: topology.database.pool_wait_us,
                statement_timeout_us: topology.database.statement_timeout_us,
                idle_timeout_us: topology.database.idle_in_transaction_timeout_us,
                foreign_keys: topology.database.constraints.iter().map(ForeignKey::from).collect(),
            },
            replicas: u8::from(topology.replica.is_some()),
            cache_timeout_us: topology.network.cache_timeout_us,
            database_timeout_us: topology.network.database_timeout_us,
            clients: Patience::from(&topology.clients),
            client_overrides,
            rows,
            entries,
            limits: Limits {
                task_steps: self.limits.task_steps,
                total_steps: self.limits.total_steps,
                tasks: self.limits.tasks,
            },
            replays: self
                .actions
                .iter()
                .any(|action| matches!(action.what, What::ReplayDeadLetters { .. })),
        };
        let mut problems = self.unserved(&setup);
        problems.extend(self.inside_a_cluster(&setup));
        problems.extend(self.beyond_memcached(&setup));
        problems.extend(self.unknown_consumers(&setup));
        if problems.is_empty() { Ok(setup) } else { Err(problems) }
    }

    /// The problem of a program with a queue or a loop inside a cache of several processes.
    fn inside_a_cluster(&self, setup: &Setup) -> Option<Problem> {
        setup.clusters.iter().find(|cluster| cluster.nodes[0] == CacheId::FIRST)?;
        let mut deployed = setup.strategies.iter();
        let at = deployed.position(|deployed| deployed.program.lives_in_cache())?;
        let (_, field) = self.strategies[at].text()?;
        let message = "has a queue or a loop in the cache; one with several nodes, or with a \
                       replica, has none: put it at `app` or `worker`";
        Some(Problem { path: format!("strategies[{at}].{field}"), message: message.to_owned() })
    }

    /// Programs that need of a Memcached what it does not have.
    fn beyond_memcached(&self, setup: &Setup) -> Vec<Problem> {
        let is_memcached = |cache: CacheId| setup.caches[cache].memcached.is_some();
        let mut problems = Vec::new();
        for (at, (deployed, used)) in setup.strategies.iter().zip(&self.strategies).enumerate() {
            let program = &deployed.program;
            let mut messages = program.beyond_memcached(is_memcached);
            if is_memcached(CacheId::FIRST) && program.lives_in_cache() {
                let message = "has a queue or a loop in the cache, which a memcached does not \
                               have; allowed: put it at `app` or `worker`";
                messages.push(message.to_owned());
            }
            let Some((_, field)) = used.text() else { continue };
            problems.extend(
                messages
                    .into_iter()
                    .map(|message| Problem { path: format!("strategies[{at}].{field}"), message }),
            );
        }
        problems
    }

    /// Actions on consumers and queues that no strategy has.
    fn unknown_consumers(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let (field, name, app) = match &action.what {
                What::StopConsumer { consumer, app }
                | What::KillConsumer { consumer, app }
                | What::StartConsumer { consumer, app } => ("consumer", consumer, *app),
                What::ReplayDeadLetters { queue, app } => ("queue", queue, *app),
                _ => continue,
            };
            let path = |field: &str| format!("actions[{index}].{field}");
            let known = match field {
                "consumer" => setup.consumers(),
                _ => setup.buffers(),
            };
            let mut named = known.iter().filter(|(known, _)| *known == name.as_str()).peekable();
            if named.peek().is_none() {
                let mut names: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
                names.dedup();
                let message = match (field, names.as_slice()) {
                    ("consumer", []) => {
                        "no strategy has a function with @every that takes from a queue".to_owned()
                    }
                    (_, []) => "no strategy has a queue".to_owned(),
                    _ => unknown_of(name, &names),
                };
                problems.push(Problem { path: path(field), message });
            } else if app.is_some() && !named.any(|(_, place)| *place == Role::App) {
                let message = format!("{name} runs in no app server; leave it out");
                problems.push(Problem { path: path("app"), message });
            }
        }
        problems
    }

    /// Actions and workloads for which their strategy has no function.
    fn unserved(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut check = |kind: Kind, key: &str, path: String| {
            if let Err(missing) = setup.serves(kind, key) {
                problems.push(Problem { path, message: missing.to_string() });
            }
        };
        for (index, action) in self.actions.iter().enumerate() {
            let (kind, key) = match &action.what {
                What::Delete { key, .. } => (Kind::Delete, key),
                What::Increment { key, .. } => (Kind::Increment, key),
                _ => continue,
            };
            check(kind, key, format!("actions[{index}].key"));
        }
        for (index, workload) in self.workloads.iter().enumerate() {
            if workload.increments && workload.read_permille < 1_000 {
                let key = format!("{}0", workload.keys.prefix);
                check(Kind::Increment, &key, format!("workloads[{index}].increments"));
            }
        }
        problems
    }
}

impl StrategyUse {
    /// The program's text, and the field that it comes from; `None`: there is no such built-in
    /// strategy.
    pub(super) fn text(&self) -> Option<(&str, &'static str)> {
        match &self.source {
            Some(source) => Some((source, "source")),
            None => builtin::find(&self.strategy).map(|builtin| (builtin.source, "strategy")),
        }
    }

    fn title(&self, program: &Program) -> String {
        match builtin::find(&self.strategy) {
            Some(builtin) if self.source.is_none() => builtin.title.to_owned(),
            _ => program.title.clone(),
        }
    }
}

impl From<&CacheSettings> for CacheSetup {
    fn from(settings: &CacheSettings) -> CacheSetup {
        CacheSetup {
            capacity: settings.capacity,
            memcached: None,
            eviction: settings.eviction.unwrap_or_default(),
            snapshot_every_us: settings.snapshot_every_us,
            is_instant: settings.service == Latency::Constant { us: 0 },
        }
    }
}

impl From<&Cluster<'_>> for ClusterSetup {
    fn from(cluster: &Cluster<'_>) -> ClusterSetup {
        let Cluster { settings, nodes, replicas, .. } = cluster;
        let replica = settings.replica.clone().unwrap_or_default();
        ClusterSetup {
            placement: settings.placement,
            start: settings.nodes,
            nodes: nodes.clone(),
            replicas: replicas.clone(),
            failover_us: replica.failover_after_us,
            reads_replicas: replica.reads == ReadsFrom::Replica,
        }
    }
}

impl From<&Constraint> for ForeignKey {
    fn from(constraint: &Constraint) -> ForeignKey {
        ForeignKey {
            child: constraint.child.as_str().into(),
            parent: constraint.parent.as_str().into(),
        }
    }
}

impl From<&ClientSettings> for Patience {
    fn from(settings: &ClientSettings) -> Patience {
        Patience {
            timeout_us: settings.timeout_us,
            retries: settings.retries,
            backoff_us: settings.backoff_us,
        }
    }
}

/// The texts and the problems so far.
struct Resolver {
    names: Names,
    problems: Vec<Problem>,
}

impl Resolver {
    /// Checks the candidates of a comparison and their parameters; nothing of them is kept.
    fn compared(&mut self, scenario: &Scenario) {
        for (at, text) in scenario.view.compare.iter().enumerate() {
            let Ok(candidate) = Candidate::listed(text, scenario) else { continue };
            let mut apart =
                Resolver { names: Names::of(scenario.store_names()), problems: Vec::new() };
            apart.strategies(&[candidate.serving(scenario)]);
            self.problems.extend(apart.problems.into_iter().map(|problem| Problem {
                path: format!("view.compare[{at}]"),
                message: format!("{text}: {}", problem.message),
            }));
        }
    }

    fn strategies(&mut self, chosen: &[StrategyUse]) -> Vec<Deployed> {
        let mut deployed = Vec::new();
        for (at, each) in chosen.iter().enumerate() {
            // a checked document names no strategy that does not exist
            let Some((text, field)) = each.text() else { continue };
            let program = match compile(text, &mut self.names) {
                Ok(program) => program,
                Err(errors) => {
                    self.problems.extend(errors.iter().map(|error| Problem {
                        path: format!("strategies[{at}].{field}"),
                        message: error.to_string(),
                    }));
                    continue;
                }
            };
            match program.bind(&each.parameters, &mut self.names) {
                Ok(parameters) => deployed.push(Deployed {
                    prefix: each.prefix.clone(),
                    title: each.title(&program),
                    program: Arc::new(program),
                    parameters,
                }),
                Err(errors) => self.problems.extend(errors.iter().map(|error| Problem {
                    path: format!("strategies[{at}].parameters.{}", error.name),
                    message: error.message.clone(),
                })),
            }
        }
        deployed
    }

    /// The rows by key; of two rows with one key, the explicit one counts.
    fn rows(&mut self, rows: &Rows) -> Vec<(Symbol, Datum)> {
        let mut resolved = BTreeMap::new();
        for range in &rows.ranges {
            let value = range.value.scalar(&mut self.names);
            let value = self.known(value, "rows.ranges");
            let keys = self.names.intern_numbered(&range.prefix, range.count);
            let keys: Option<Vec<Symbol>> = keys.collect();
            for key in self.known(keys, "rows.ranges").unwrap_or_default() {
                resolved.extend(value.map(|value| (key, Datum::computed(value))));
            }
        }
        for (key, value) in &rows.each {
            let key = self.names.intern(key);
            let row = key.zip(value.scalar(&mut self.names));
            let row = self.known(row, "rows.each");
            resolved.extend(row.map(|(key, value)| (key, Datum::computed(value))));
        }
        resolved.into_iter().collect()
    }

    fn entries(&mut self, entries: &[InitialEntry]) -> Vec<StartEntry> {
        let mut resolved = Vec::new();
        for entry in entries {
            let key = self.names.intern(&entry.key);
            let key = self.known(key, "entries");
            let cache = self.names.stores().cache(entry.cache.as_deref());
            let entry = |(key, cache)| StartEntry { key, cache, ttl_us: entry.ttl_us };
            resolved.extend(key.zip(cache).map(entry));
        }
        resolved
    }

    fn clients(&mut self, named: &BTreeMap<String, ClientSettings>) -> BTreeMap<Symbol, Patience> {
        let mut resolved = BTreeMap::new();
        for (name, settings) in named {
            let name = self.names.intern(name);
            let name = self.known(name, "topology.client_overrides");
            resolved.extend(name.map(|name| (name, Patience::from(settings))));
        }
        resolved
    }

    /// A resolved value or, once for each part of the document, the problem that there are too many
    /// texts.
    fn known<T>(&mut self, resolved: Option<T>, path: &str) -> Option<T> {
        if resolved.is_none() && self.problems.last().is_none_or(|last| last.path != path) {
            self.problems.push(Problem {
                path: path.to_owned(),
                message: "has more texts than one run may know".to_owned(),
            });
        }
        resolved
    }
}
