//! What a world is made of and never changes: a scenario, resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenario::{
    CacheSettings, ClientSettings, DatabaseSettings, Latency, Limits, Literal, Problem, Scenario,
};
use crate::store::database::ResolvedConstraint;
use crate::strategy::value::{Datum, Names, Real, Scalar, Symbol};
use crate::strategy::{Program, builtin, compile};
use crate::time::Micros;

/// Everything that a run needs to know and no event changes.
pub struct Setup {
    pub names: Names,
    /// In the scenario's order.
    pub strategies: Vec<Deployed>,
    pub apps: u16,
    pub max_in_progress: u32,
    pub backlog: u32,
    pub cache: CacheSettings,
    /// The cache answers at the instant that a command arrives.
    pub cache_is_instant: bool,
    pub database: DatabaseSettings,
    pub constraints: Vec<ResolvedConstraint>,
    pub has_replica: bool,
    pub cache_timeout_us: Micros,
    pub database_timeout_us: Micros,
    pub clients: ClientSettings,
    pub client_overrides: BTreeMap<Symbol, ClientSettings>,
    pub rows: Vec<(Symbol, Datum)>,
    pub entries: Vec<(Symbol, Option<Micros>)>,
    pub limits: Limits,
}

/// A strategy with its parameters, and the keys that it serves.
pub struct Deployed {
    pub prefix: String,
    /// A built-in's title, or the first comment of its source.
    pub title: String,
    pub program: Arc<Program>,
    /// Bound values, in the order of [`Program::parameters`].
    pub parameters: Vec<Scalar>,
}

impl Setup {
    /// Resolves a scenario: compiles its strategies, binds their parameters,
    /// interns its keys. All problems are reported, not only the first.
    pub fn new(scenario: &Scenario) -> Result<Setup, Vec<Problem>> {
        scenario.validate()?;
        let mut names = Names::default();
        let mut problems = Vec::new();
        let strategies = deploy(scenario, &mut names, &mut problems);
        let rows = rows(scenario, &mut names);
        let known: BTreeMap<Symbol, Datum> = rows.iter().copied().collect();
        let mut entries = Vec::new();
        for (at, entry) in scenario.entries.iter().enumerate() {
            match names.intern(&entry.key).filter(|key| known.contains_key(key)) {
                Some(key) => entries.push((key, entry.ttl_us)),
                None => problems.push(Problem {
                    path: format!("entries[{at}].key"),
                    message: format!(
                        "is {:?}, which has no row; an entry at the start is a copy of its key's row",
                        entry.key
                    ),
                }),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let topology = &scenario.topology;
        let constraints = topology.database.constraints.iter();
        Ok(Setup {
            strategies,
            apps: topology.apps.count,
            max_in_progress: topology.apps.max_in_progress,
            backlog: topology.apps.backlog,
            cache: topology.cache.clone(),
            cache_is_instant: topology.cache.service == Latency::Constant { us: 0 },
            constraints: constraints
                .map(|rule| ResolvedConstraint {
                    child: rule.child.as_str().into(),
                    parent: rule.parent.as_str().into(),
                })
                .collect(),
            database: topology.database.clone(),
            has_replica: topology.replica.is_some(),
            cache_timeout_us: topology.network.cache_timeout_us,
            database_timeout_us: topology.network.database_timeout_us,
            clients: topology.clients.clone(),
            client_overrides: topology
                .client_overrides
                .iter()
                .filter_map(|(name, settings)| Some((names.intern(name)?, settings.clone())))
                .collect(),
            rows,
            entries,
            limits: scenario.limits.clone(),
            names,
        })
    }

    /// The strategy that serves a key: of those whose prefix it begins with,
    /// the one with the longest.
    pub fn route(&self, key: &str) -> u16 {
        let serving = self.strategies.iter().enumerate();
        serving
            .filter(|(_, deployed)| key.starts_with(&deployed.prefix))
            .max_by_key(|(_, deployed)| deployed.prefix.len())
            .map_or(0, |(at, _)| at as u16)
    }

    /// How a client behaves.
    pub fn client(&self, name: Symbol) -> &ClientSettings {
        self.client_overrides.get(&name).unwrap_or(&self.clients)
    }
}

/// A scenario's plain value as the engine's.
pub fn scalar(literal: &Literal, names: &mut Names) -> Scalar {
    match literal {
        Literal::Bool(value) => Scalar::Bool(*value),
        Literal::Int(value) => Scalar::Int(*value),
        Literal::Float(value) => Scalar::Float(Real(*value)),
        Literal::Text(text) => names.intern(text).map_or(Scalar::None, Scalar::Text),
    }
}

fn deploy(scenario: &Scenario, names: &mut Names, problems: &mut Vec<Problem>) -> Vec<Deployed> {
    if !scenario.strategies.iter().any(|each| each.prefix.is_empty()) {
        problems.push(Problem {
            path: "strategies".to_owned(),
            message: "none has the empty prefix, so some keys would have no strategy".to_owned(),
        });
    }
    let mut deployed = Vec::new();
    for (at, chosen) in scenario.strategies.iter().enumerate() {
        let builtin = builtin::find(&chosen.strategy);
        let (source, field) = match (&chosen.source, builtin) {
            (Some(source), _) => (source.as_str(), "source"),
            (None, Some(builtin)) => (builtin.source, "strategy"),
            (None, None) => {
                problems.push(Problem {
                    path: format!("strategies[{at}].strategy"),
                    message: format!("is {:?}, which is no built-in strategy", chosen.strategy),
                });
                continue;
            }
        };
        let program = match compile(source, names) {
            Ok(program) => program,
            Err(errors) => {
                problems.extend(errors.iter().map(|error| Problem {
                    path: format!("strategies[{at}].{field}"),
                    message: error.to_string(),
                }));
                continue;
            }
        };
        match program.bind(&chosen.parameters, names) {
            Ok(parameters) => deployed.push(Deployed {
                prefix: chosen.prefix.clone(),
                title: match (&chosen.source, builtin) {
                    (None, Some(builtin)) => builtin.title.to_owned(),
                    _ => program.title.clone(),
                },
                program: Arc::new(program),
                parameters,
            }),
            Err(errors) => problems.extend(errors.iter().map(|error| Problem {
                path: format!("strategies[{at}].parameters.{}", error.name),
                message: error.message.clone(),
            })),
        }
    }
    deployed
}

fn rows(scenario: &Scenario, names: &mut Names) -> Vec<(Symbol, Datum)> {
    let mut rows = BTreeMap::new();
    for range in &scenario.rows.ranges {
        let value = Datum::computed(scalar(&range.value, names));
        for number in 0..range.count {
            if let Some(key) = names.intern(&format!("{}{number}", range.prefix)) {
                rows.insert(key, value);
            }
        }
    }
    for (key, value) in &scenario.rows.each {
        if let Some(key) = names.intern(key) {
            rows.insert(key, Datum::computed(scalar(value, names)));
        }
    }
    rows.into_iter().collect()
}
