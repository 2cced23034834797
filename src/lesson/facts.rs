//! The facts that questions and expectations can name: the report, and more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::event::{Event, ReadVerdict, RequestEnd};
use crate::expect::{self, ANY, Finding};
use crate::history::{CacheTotals, DatabaseTotals, EntryNow, Fate, QueueTotals, Reads, Writes};
use crate::identity::{Kind, OpId};
use crate::scenario::{PathStep, Problem, steps};
use crate::simulate::{Simulation, example};
use crate::store::cache::CacheEffect;
use crate::strategy::value::{Names, Symbol};
use crate::time::Micros;
use crate::vocabulary::{CacheId, StoreId};

/// The keys, clients and requests to look up; others are left out.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    keys: BTreeSet<String>,
    clients: BTreeSet<String>,
    requests: BTreeSet<String>,
}

/// The instant and the totals at which a step began.
#[derive(Clone, Debug, Default)]
pub struct Since {
    totals: Map<String, Json>,
    records: u64,
    violations: u64,
}

/// The parts of a report that a step has totals of its own for.
const COUNTED: [(&str, &[&str]); 5] = [
    ("reads", Reads::FIELDS),
    ("writes", Writes::FIELDS),
    ("database", DatabaseTotals::COUNTED),
    ("cache", CacheTotals::FIELDS),
    ("queue", QueueTotals::COUNTED),
];

impl Since {
    /// The present instant as the beginning of a step.
    pub fn new(run: &Simulation) -> Since {
        let report = report(run);
        let violations = violations(run);
        let counted = COUNTED.iter();
        let totals = counted.map(|&(part, _)| (part.to_owned(), report[part].clone()));
        Since { totals: totals.collect(), records: run.history().len(), violations }
    }

    /// The number of violations since then.
    pub(super) fn violations_since(&self, run: &Simulation) -> u64 {
        violations(run).saturating_sub(self.violations)
    }
}

fn violations(run: &Simulation) -> u64 {
    run.history().ledger().went_wrong()
}

fn report(run: &Simulation) -> Json {
    // a report is made of what JSON has
    serde_json::to_value(run.report()).unwrap_or_default()
}

impl Facts {
    /// The keys, clients and requests that these paths name.
    pub fn wanted<'a>(paths: impl Iterator<Item = &'a str>) -> Facts {
        let mut facts = Facts::default();
        for path in paths {
            let Some(&[PathStep::Name(table), PathStep::Name(name), ..]) = steps(path).as_deref()
            else {
                continue;
            };
            let names = match table {
                "keys" => &mut facts.keys,
                "clients" => &mut facts.clients,
                "requests" => &mut facts.requests,
                _ => continue,
            };
            names.insert(name.to_owned());
        }
        facts
    }

    /// The report of a run with these facts, now.
    pub fn look(&self, run: &Simulation, since: &Since) -> Json {
        let mut all = self.of_run(run);
        let Some(parts) = all.as_object_mut() else { return all };
        let step = step(run, since, parts);
        parts.insert("step".to_owned(), step);
        all
    }

    /// The facts without those of a step: what an expectation can name.
    fn of_run(&self, run: &Simulation) -> Json {
        let mut all = report(run);
        let Some(parts) = all.as_object_mut() else { return all };
        let told = self.told(run);
        parts.insert("keys".to_owned(), self.keys(run));
        parts.insert("clients".to_owned(), clients(&told, &self.clients));
        parts.insert("requests".to_owned(), requests(&told, &self.requests));
        parts.insert("queues".to_owned(), queues(run));
        all
    }

    fn keys(&self, run: &Simulation) -> Json {
        let ledger = run.history().ledger();
        let mut table = Map::new();
        table.insert(ANY.to_owned(), nothing_of_a_key(run));
        for &symbol in ledger.keys() {
            let name = run.names().text(symbol);
            if !self.keys.contains(&*name) {
                continue;
            }
            let Some(account) = ledger.key(symbol) else { continue };
            let mut key = nothing_of_a_key(run);
            for (id, cache) in account.caches.iter() {
                let state = cache.state.name();
                let entry = cache.entry.as_ref().map(|entry| held(entry, run.names()));
                let name = run.names().stores().title(StoreId::Cache(id));
                match id {
                    CacheId::FIRST => key["state"] = state.into(),
                    _ => key["caches"][name]["state"] = state.into(),
                }
                match (entry, id) {
                    (Some(entry), CacheId::FIRST) => key["cache"] = entry,
                    (Some(entry), _) => key["caches"][name]["entry"] = entry,
                    (None, _) => {}
                }
            }
            if let Some(row) = account.row {
                key["database"] = json!({
                    "value": row.value.scalar.plain(run.names()),
                    "version": row.version,
                    "committed_us": row.committed_us,
                });
            }
            let queues = run.world().queues().iter();
            let queued: usize = queues.map(|slot| slot.queue.of_key(symbol).count()).sum();
            key["queued"] = queued.into();
            table.insert(name.to_string(), key);
        }
        table.into()
    }

    /// The results of the requested requests, in the order in which they began.
    fn told(&self, run: &Simulation) -> BTreeMap<OpId, RequestFacts> {
        let mut told: BTreeMap<OpId, RequestFacts> = BTreeMap::new();
        let names = run.names();
        for (_, record) in run.history().since(0) {
            match record.event {
                Event::Started { op, kind, key, value, client } => {
                    let client = names.text(client);
                    if !self.clients.contains(&*client) && !self.requests.contains(&op.label()) {
                        continue;
                    }
                    let mut facts = nothing_of_a_request();
                    facts["key"] = (*names.text(key)).into();
                    facts["client"] = (*client).into();
                    facts["started_us"] = record.at_us.into();
                    facts["ended"] = false.into();
                    facts["failed"] = false.into();
                    if kind != Kind::Read {
                        facts["value"] = json!(value.scalar.plain(names));
                    }
                    let client = client.to_string();
                    told.insert(op, RequestFacts { client, kind, loaded: false, facts });
                }
                Event::Ended { op, started_us, outcome, .. } => {
                    if let Some(one) = told.get_mut(&op) {
                        one.facts["ended"] = true.into();
                        one.facts["ended_us"] = record.at_us.into();
                        one.facts["took_us"] = (record.at_us - started_us).into();
                        let failed = !matches!(outcome, RequestEnd::Returned(_));
                        one.facts["failed"] = failed.into();
                        if !one.facts["hit"].is_null() {
                            one.facts["hit"] = (!failed && !one.loaded).into();
                        }
                    }
                }
                Event::Judged { op, value, verdict, .. } => {
                    if let Some(one) = told.get_mut(&op) {
                        one.facts["value"] = json!(value.scalar.plain(names));
                        one.facts["verdict"] = verdict.kind().name().into();
                        if let ReadVerdict::Stale { for_us, behind, .. } = verdict {
                            one.facts["stale_us"] = for_us.into();
                            one.facts["versions_behind"] = behind.into();
                        }
                    }
                }
                Event::LoadEnded { op, seen: Some(_), .. } | Event::ReplicaRead { op, .. } => {
                    told.entry(op).and_modify(|one| one.loaded = true);
                }
                Event::Retried { op, .. } => {
                    told.entry(op).and_modify(|one| one.loaded = false);
                }
                Event::Cache { op, effect, .. } => {
                    let hit = match effect {
                        CacheEffect::Hit { .. } => true,
                        CacheEffect::Miss { .. } => false,
                        _ => continue,
                    };
                    if let Some(one) = told.get_mut(&op).filter(|one| one.facts["hit"].is_null()) {
                        one.facts["hit"] = hit.into();
                    }
                }
                _ => {}
            }
        }
        let ledger = run.history().ledger();
        for (op, one) in &mut told {
            if one.kind.writes() {
                let fate = ledger.writes().get(op.origin()).map(|write| write.fate());
                let failed = one.facts["failed"] == Json::Bool(true);
                one.facts["fate"] = fate_name(fate, failed).into();
            }
        }
        told
    }
}

/// Checks a run that has ended against its scenario's expectations.
///
/// # Errors
/// If a path names no possible fact, or no single value.
pub fn judge(run: &Simulation) -> Result<Vec<Finding>, Vec<Problem>> {
    let expected = &run.scenario().expect;
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let facts = Facts::wanted(expected.iter().map(|each| each.path.as_str()));
    expect::judge(expected, &facts.of_run(run))
}

/// The report and the facts of an example run that has one of everything: all paths that an
/// expectation can name.
pub fn example_of_facts() -> Json {
    let mut facts = Facts::default().of_run(&example());
    facts["queues"] = json!([{"name": "", "place": "", "depth": 0, "dead_letters": 0}]);
    facts
}

/// A request and its client.
struct RequestFacts {
    client: String,
    kind: Kind,
    /// The database or a replica answered it.
    loaded: bool,
    facts: Json,
}

fn requests(told: &BTreeMap<OpId, RequestFacts>, wanted: &BTreeSet<String>) -> Json {
    let mut table = Map::new();
    table.insert(ANY.to_owned(), nothing_of_a_request());
    for (op, one) in told {
        if wanted.contains(&op.label()) {
            table.insert(op.label(), one.facts.clone());
        }
    }
    table.into()
}

/// Each client's latest read and latest write. Later ones have greater numbers.
fn clients(told: &BTreeMap<OpId, RequestFacts>, wanted: &BTreeSet<String>) -> Json {
    let nobody = json!({"read": nothing_of_a_request(), "write": nothing_of_a_request()});
    let mut table = Map::new();
    table.insert(ANY.to_owned(), nobody.clone());
    for name in wanted {
        let mut client = nobody.clone();
        for one in told.values().filter(|one| one.client == *name) {
            let which = if one.kind.writes() { "write" } else { "read" };
            client[which] = one.facts.clone();
        }
        table.insert(name.clone(), client);
    }
    table.into()
}

fn queues(run: &Simulation) -> Json {
    let queue = |slot: &crate::world::QueueSlot| {
        let program = &run.programs()[usize::from(slot.strategy)].program;
        json!({
            "name": &*program.queues[usize::from(slot.id.0)].name,
            "place": slot.process.name(run.names().stores()),
            "depth": slot.queue.depth(),
            "dead_letters": slot.queue.dead_letters(),
        })
    };
    run.world().queues().iter().map(queue).collect()
}

/// What happened since a step began.
fn step(run: &Simulation, since: &Since, now: &Map<String, Json>) -> Json {
    let mut step = Map::new();
    for (part, names) in COUNTED {
        let then = since.totals.get(part);
        let count = |from: Option<&Json>, name: &str| {
            from.and_then(|part| part[name].as_i64()).unwrap_or_default()
        };
        let counts = names.iter().map(|&name| {
            (name.to_owned(), Json::from(count(now.get(part), name) - count(then, name)))
        });
        step.insert(part.to_owned(), counts.collect::<Map<_, _>>().into());
    }
    let (took, most_loads) = spans(run, since.records);
    step["database"]["max_concurrent_loads_of_one_key"] = most_loads.into();
    step.insert("took_us".to_owned(), took);
    step.insert("violations".to_owned(), since.violations_since(run).into());
    step.into()
}

/// The latencies of requests, and the most simultaneous loads of one key.
fn spans(run: &Simulation, from: u64) -> (Json, u32) {
    let mut times: [Option<(Micros, Micros)>; 2] = [None, None];
    let mut loads: BTreeMap<Symbol, u32> = BTreeMap::new();
    let mut most = 0;
    for (_, record) in run.history().since(from) {
        match record.event {
            Event::Ended { kind, started_us, outcome: RequestEnd::Returned(_), .. } => {
                let took_us = record.at_us - started_us;
                let (min, max) =
                    times[usize::from(kind.writes())].get_or_insert((took_us, took_us));
                (*min, *max) = ((*min).min(took_us), (*max).max(took_us));
            }
            Event::LoadBegan { key, .. } => {
                let loads = loads.entry(key).or_default();
                *loads += 1;
                most = most.max(*loads);
            }
            Event::LoadEnded { key, .. } => {
                let loads = loads.entry(key).or_default();
                *loads = loads.saturating_sub(1);
            }
            _ => {}
        }
    }
    let of = |span: Option<(Micros, Micros)>| json!({"min": span.map(|it| it.0), "max": span.map(|it| it.1)});
    (json!({"read": of(times[0]), "write": of(times[1])}), most)
}

/// The entry that a cache holds.
fn held(entry: &EntryNow, names: &Names) -> Json {
    json!({
        "value": entry.value.scalar.plain(names),
        "version": entry.version,
        "set_us": entry.set_us,
        "expires_us": entry.expires_us,
    })
}

fn nothing_of_a_key(run: &Simulation) -> Json {
    let no_entry = json!({"value": null, "version": null, "set_us": null, "expires_us": null});
    let mut key = json!({
        "state": "cold",
        "cache": no_entry,
        "database": {"value": null, "version": null, "committed_us": null},
        "queued": 0,
    });
    for (id, _) in run.world().caches().iter().filter(|(id, _)| *id != CacheId::FIRST) {
        let name = run.names().stores().title(StoreId::Cache(id));
        key["caches"][name] = json!({"state": "cold", "entry": no_entry});
    }
    key
}

fn nothing_of_a_request() -> Json {
    json!({
        "key": null,
        "client": null,
        "value": null,
        "ended": null,
        "failed": null,
        "hit": null,
        "verdict": null,
        "stale_us": null,
        "versions_behind": null,
        "fate": null,
        "started_us": null,
        "ended_us": null,
        "took_us": null,
    })
}

/// A write whose fate is no longer open was committed, or its client was told that it failed.
fn fate_name(fate: Option<Fate>, failed: bool) -> &'static str {
    match fate {
        Some(Fate::Pending) => "pending",
        Some(Fate::GivenUp) => "given up",
        Some(Fate::CacheOnly) => "cache only",
        Some(Fate::Lost) => "lost",
        Some(Fate::Committed) => "committed",
        Some(Fate::Unacknowledged) => "not acknowledged",
        None if failed => "not acknowledged",
        None => "committed",
    }
}
