//! Strategies whose verdicts others have published, written in this language, and some of the
//! same kind: what breaks, and in how few effects.
//!
//! - E. Swart, *Pragmatic Formal Modeling*, the chapters on cache invalidation: no invalidation,
//!   invalidation by key, by version, with regard to fills, and the bug that Facebook described in
//!   "Cache made consistent" (2022)
//! - B. Wang, *Use TLA+ to Verify Cache Consistency* (2020): invalidation, and leases
//! - Nishtala and others, *Scaling Memcache at Facebook* (2013): leases, and remote markers
//!
//! Lengths are counted by hand, beside each case.

use super::{of, read, search};
use serde_json::{Map, Value, json};
use stalemate::explore::{Budgets, Property, Question, Verdict};
use stalemate::scenario::preset;

pub struct Case<'a> {
    pub source: &'a str,
    /// What each client asks for, one after the other: `R` a read, `W` a write, `I` an increment.
    pub clients: &'static [&'static str],
    pub parameter: Option<&'static str>,
    pub topology: Value,
    pub budgets: Budgets,
    /// It has a cache, which is used.
    pub cached: bool,
}

impl Case<'_> {
    pub fn document(&self) -> Value {
        let mut actions = Vec::new();
        for (client, asks) in self.clients.iter().enumerate() {
            for ask in asks.chars() {
                let client = format!("c{client}");
                actions.push(match ask {
                    'I' => json!({"at_us": 0, "do": "increment", "key": "k", "by": 1,
                                "client": client}),
                    'R' => json!({"at_us": 0, "do": "read", "key": "k", "client": client}),
                    _ => json!({"at_us": 0, "do": "write", "key": "k", "client": client,
                                "value": actions.len() + 1}),
                });
            }
        }
        let parameters: Map<String, Value> =
            self.parameter.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
        json!({
            "topology": self.topology,
            "strategies": [{"source": self.source, "parameters": parameters}],
            "rows": {"each": {"k": 0}},
            "actions": actions
        })
    }
}

/// What breaks is broken in so many effects; all else that is asked for holds, and not in vain.
#[track_caller]
pub fn check(case: &Case<'_>, expected: &[(Property, Option<u16>)]) {
    let properties = expected.iter().map(|(property, _)| *property).collect();
    let question = Question { properties, budgets: case.budgets, ..Question::default() };
    let (_, answer) = search(&read(&case.document()), question);
    for (property, length) in expected {
        let outcome = of(&answer, *property);
        let verdict = if length.is_some() { Verdict::Violated } else { Verdict::Holds };
        let told = || format!("{property}, {:?} of\n{}", case.clients, case.source);
        assert_eq!((outcome.verdict, outcome.effects), (verdict, *length), "{}", told());
        let counts =
            |why: &&String| !why.contains("read") && (case.cached || !why.contains("cached"));
        let in_vain = outcome.vacuous.iter().filter(counts);
        assert_eq!(in_vain.count(), 0, "{:?}: {}", outcome.vacuous, told());
    }
}

pub fn case<'a>(source: &'a str, clients: &'static [&'static str]) -> Case<'a> {
    let (parameter, topology) = (None, json!({"apps": {"count": 1}}));
    Case { source, clients, parameter, topology, budgets: Budgets::default(), cached: true }
}

pub const RACE: &[&str] = &["R", "W"];
pub const TWO_WRITERS: &[&str] = &["W", "W"];
pub const THREE: &[&str] = &["R", "W", "W"];
pub const EVICTION: Budgets = Budgets { evictions: 1, ..NOTHING };
pub const FAILURE: Budgets = Budgets { failures: 1, ..NOTHING };
pub const CRASH: Budgets = Budgets { crashes: 1, ..NOTHING };
pub const NOTHING: Budgets = Budgets {
    expiries: 0,
    evictions: 0,
    crashes: 0,
    losses: 0,
    duplicates: 0,
    failures: 0,
    timeouts: 0,
};

#[test]
fn invalidation_step_by_step() {
    use Property::Converges;
    let differs = |case: Case<'_>, length| check(&case, &[(Converges, length)]);
    // miss, load, commit, set
    differs(case(include_str!("published/no_invalidation.py"), RACE), Some(4));
    // … and between commit and set: take, delete, acknowledge
    differs(case(include_str!("published/keys_from_the_stream.py"), RACE), Some(7));
    // … take, look, acknowledge: what is not there is passed over
    differs(case(include_str!("published/versions_if_present.py"), RACE), Some(7));
    let fills = include_str!("published/versions_and_fills.py");
    differs(case(fills, RACE), None);
    differs(case(fills, THREE), None);
    // miss, mark, load, commit, take, look, set, acknowledge, eviction, set, unmark
    differs(Case { budgets: EVICTION, ..case(fills, RACE) }, Some(11));
}

#[test]
fn a_version_apart_from_its_value() {
    use Property::Converges;
    let apart = include_str!("published/version_apart.py");
    check(&case(apart, RACE), &[(Converges, None)]);
    // miss, load, set, commit, load the version, set it; take, a failing look, a look that finds
    // the newest version, acknowledge
    let failing = |parameter| Case { parameter, budgets: FAILURE, ..case(apart, RACE) };
    check(&failing(None), &[(Converges, Some(10))]);
    check(&failing(Some("EQUAL")), &[(Converges, None)]);
}

#[test]
fn a_second_look_takes_back_what_is_old() {
    use Property::Converges;
    let verify = include_str!("published/set_then_verify.py");
    check(&case(verify, RACE), &[(Converges, None)]);
    check(&case(verify, THREE), &[(Converges, None)]);
    // miss, load, set, second look, commit, a deletion that fails
    check(&Case { budgets: FAILURE, ..case(verify, RACE) }, &[(Converges, Some(6))]);
    // miss, load, set, commit, the server's crash
    check(&Case { budgets: CRASH, ..case(verify, RACE) }, &[(Converges, Some(5))]);
}

#[test]
fn a_lock_excludes_those_who_share_it() {
    use Property::Converges;
    let lock = include_str!("published/lock_in_the_server.py");
    check(&case(lock, RACE), &[(Converges, None)]);
    check(&case(lock, TWO_WRITERS), &[(Converges, None)]);
    let two = || json!({"apps": {"count": 2}});
    // commit, commit, set, set
    check(&Case { topology: two(), ..case(lock, TWO_WRITERS) }, &[(Converges, Some(4))]);
    // miss, load, commit, set, set
    check(&Case { topology: two(), ..case(lock, RACE) }, &[(Converges, Some(5))]);
}

/// A write that waits in the cache for a loop to find it is neither lost nor a phantom.
#[test]
fn what_a_loop_will_find_is_not_lost() {
    use Property::{Converges, NoLostWrite, NoPhantom};
    let dirty = include_str!("published/dirty_mark.py");
    let first = || Case { parameter: Some("FIRST"), ..case(dirty, TWO_WRITERS) };
    check(&first(), &[(Converges, None), (NoPhantom, None)]);
    check(&case(dirty, &["W"]), &[(Converges, None), (NoLostWrite, None), (NoPhantom, None)]);
    // set, mark; find the mark, look up; set, mark; write the older one, unmark
    check(&case(dirty, TWO_WRITERS), &[(Converges, Some(8)), (NoPhantom, Some(8))]);
    // set, mark, the cache's crash
    let crash = Case { budgets: CRASH, ..first() };
    check(&crash, &[(NoLostWrite, Some(3))]);
}

#[test]
fn a_marker_leads_to_the_primary() {
    use Property::{Converges, NoStaleRead, ReadYourWrites};
    let marker = include_str!("published/remote_marker.py");
    let of = |clients| Case { topology: json!({"replica": {}}), ..case(marker, clients) };
    let marked = |clients| Case { parameter: Some("MARKS"), ..of(clients) };
    check(&marked(RACE), &[(Converges, None)]);
    check(&marked(&["WR"]), &[(Converges, None), (NoStaleRead, None), (ReadYourWrites, None)]);
    // commit, delete, a lease, no mark, the replica that has not got it, set
    let own = [(Converges, None), (NoStaleRead, Some(6)), (ReadYourWrites, Some(6))];
    check(&of(&["WR"]), &own);
}

/// Verdicts of claims about transactions and tiers, each by its own preset.
#[test]
fn transactions_and_tiers() {
    use Property::{Converges, NoPhantom, NoStaleRead};
    for (id, property, length) in [
        // begin, write, delete, miss, load, write, commit, set
        ("tx1", Converges, Some(8)),
        // begin, write, set, rolled back by a failing commit
        ("tx2", NoPhantom, Some(4)),
        ("tx3", NoPhantom, None),
        ("tx4", Converges, Some(5)),
        ("tx5", Converges, Some(8)),
        ("ti1", NoStaleRead, Some(5)),
        ("ti2", Converges, Some(5)),
        ("ti3", Converges, Some(4)),
    ] {
        let scenario = preset::find(id).expect("a preset").scenario();
        let (_, answer) = search(&scenario, super::asked(&[property]));
        let outcome = of(&answer, property);
        let verdict = if length.is_some() { Verdict::Violated } else { Verdict::Holds };
        assert_eq!((outcome.verdict, outcome.effects), (verdict, length), "{id}: {property}");
    }
}
