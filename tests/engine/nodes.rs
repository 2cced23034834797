//! Caches of several nodes, and of one with a replica: who is asked, what is lost, what comes
//! back.

use proptest::prelude::*;
use serde_json::{Value, json};
use stalemate::history::KeyState;
use stalemate::simulate::Simulation;
use stalemate::vocabulary::{CacheId, StoreId};

use crate::any::{action, any_scenario};
use crate::any_run::{add_up, books_are_right, verdicts_are_right};
use crate::chains::chains_are_true;
use crate::support::{begin, check, log, run};

/// Of the built-in strategies some that have no queue in the cache.
const STRATEGIES: [&str; 7] = [
    "read-through",
    "cache-aside",
    "write-through",
    "write-behind-app",
    "leases",
    "versioned-set",
    "single-flight",
];

const PLACEMENTS: [&str; 3] = ["hash-slots", "consistent", "modulo"];

fn nodes(placement: &str, actions: Value) -> Value {
    json!({
        "topology": {"cache": {"nodes": 3, "spare_nodes": 1, "placement": placement}},
        "rows": {"ranges": [{"prefix": "k:", "count": 40, "value": "old"}]},
        "duration_us": 10_000_000,
        "actions": actions,
    })
}

/// Reads of all 40 keys, one every millisecond.
fn read_all(from_us: u64) -> impl Iterator<Item = Value> {
    (0..40u64).map(
        move |nth| json!({"at_us": from_us + nth * 1_000, "do": "read", "key": format!("k:{nth}")}),
    )
}

/// The caches that hold a key, by what they are called.
fn holders(run: &Simulation, key: &str) -> Vec<String> {
    let symbol = run.names().find(key).expect("a key that was used");
    let caches = run.world().caches();
    let holds = caches.iter().filter(|(_, cache)| cache.peek(symbol).is_some());
    holds.map(|(id, _)| run.names().stores().title(StoreId::Cache(id)).to_owned()).collect()
}

#[test]
fn a_key_is_on_one_node() {
    for placement in PLACEMENTS {
        let run = run(&nodes(placement, read_all(0).collect()));
        let mut all: Vec<String> = Vec::new();
        for nth in 0..40 {
            let held = holders(&run, &format!("k:{nth}"));
            assert_eq!(held.len(), 1, "{placement} k:{nth}: {held:?}");
            all.extend(held);
        }
        let shown = run.view().stores(40).rows;
        let shown: Vec<String> =
            shown.iter().filter_map(|row| Some(row.cache_name.as_deref()?.to_owned())).collect();
        assert_eq!(shown, all, "{placement}: each key is shown where it is");
        all.sort();
        all.dedup();
        assert_eq!(all, ["cache_1", "cache_2", "cache_3"], "{placement}");
    }
}

#[test]
fn the_database_gets_what_a_new_node_takes_from_the_others() {
    // each key is read before the fourth node comes, and after it
    for (placement, again) in [("hash-slots", 0), ("consistent", 14), ("modulo", 32)] {
        let mut actions: Vec<Value> = read_all(0).collect();
        actions.push(json!({"at_us": 1_000_000, "do": "add-node", "cache": "cache_4"}));
        actions.extend(read_all(2_000_000));
        let run = check(
            nodes(placement, actions.into()),
            json!({"database": {"reads": 40 + again}, "reads": {"stale": 0}, "divergence": []}),
        );
        // by slots the entries have come along; otherwise those that nobody asks for stay
        assert_eq!(run.report().cache.entries, 40 + again, "{placement}");
    }
}

#[test]
fn a_dead_node_fails_the_calls_of_its_keys_until_it_is_removed() {
    let mut actions = vec![json!({"at_us": 0, "do": "kill-cache", "cache": "cache_2"})];
    actions.extend(read_all(1_000_000));
    actions.push(json!({"at_us": 2_000_000, "do": "remove-node", "cache": "cache_2"}));
    actions.extend(read_all(3_000_000));
    for placement in PLACEMENTS {
        let source = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                      value = db.read(key)\n        cache.set(key, value)\n    return value\n\n\
                      def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
        let mut scenario = nodes(placement, actions.clone().into());
        scenario["strategies"] = json!([{"source": source}]);
        let report = run(&scenario).report();
        assert!((8..=20).contains(&report.reads.failed), "{placement}: {:?}", report.reads);
        // what stays where it is can be found again by slots and on the ring, not by modulo
        let again = report.database.reads - (40 - report.reads.failed);
        assert_eq!(again > report.reads.failed, placement == "modulo", "{placement}");
    }
}

#[test]
fn a_full_node_that_takes_entries_in_evicts_by_chance() {
    let left = |seed: u64| {
        let keys: Vec<String> = (0..40).map(|nth| format!("k:{nth}")).collect();
        let remove = json!([{"at_us": 0, "do": "remove-node", "cache": "cache_2"}]);
        let mut scenario = nodes("hash-slots", remove);
        scenario["seed"] = seed.into();
        scenario["entries"] = keys.iter().map(|key| json!({"key": key})).collect();
        scenario["topology"]["cache"]["capacity"] = 5.into();
        scenario["topology"]["cache"]["eviction"] = "allkeys-random".into();
        let run = check(scenario, json!({"cache": {"entries": 10, "evictions": 5}}));
        keys.into_iter().filter(|key| !holders(&run, key).is_empty()).collect::<Vec<_>>()
    };
    assert!((2..9).any(|seed| left(seed) != left(1)), "{:?}", left(1));
}

#[test]
fn a_node_that_is_asked_again_still_has_what_it_had() {
    // k:1 is on cache_2 by modulo of three, and elsewhere while that is gone
    let actions = json!([
        {"at_us": 0, "do": "read", "key": "k:1"},
        {"at_us": 1_000_000, "do": "remove-node", "cache": "cache_2"},
        {"at_us": 2_000_000, "do": "write", "key": "k:1", "value": "new"},
        {"at_us": 3_000_000, "do": "add-node", "cache": "cache_2"},
        {"at_us": 4_000_000, "do": "read", "key": "k:1"},
    ]);
    for (placement, stale) in [("consistent", 1), ("modulo", 1), ("hash-slots", 0)] {
        let mut scenario = nodes(placement, actions.clone());
        let node = holders(&run(&nodes(placement, json!([actions[0]]))), "k:1").remove(0);
        for at in [1, 3] {
            scenario["actions"][at]["cache"] = node.clone().into();
        }
        let run = check(scenario, json!({"reads": {"stale": stale}}));
        let report = run.report();
        let told = |text: &str| {
            let mut chains = report.violations.iter().flat_map(|each| &each.cause);
            chains.any(|cause| cause.contains(text))
        };
        assert_eq!(told("was asked for the key again, and still had"), stale == 1, "{}", log(&run));
        chains_are_true(&run);
    }
}

const REPLICA: &str =
    r#"{"replica": {"lag": {"kind": "constant", "us": 50000}, "failover_after_us": 1000000}}"#;

fn with_replica(actions: Value) -> Value {
    let cache: Value = serde_json::from_str(REPLICA).expect("JSON");
    json!({
        "topology": {"cache": cache},
        "strategies": [{"strategy": "cache-aside", "parameters": {"TTL": 5}}],
        "rows": {"each": {"k": "old"}},
        "duration_us": 4_000_000,
        "actions": actions,
    })
}

fn entry(run: &Simulation, cache: CacheId) -> Option<String> {
    let key = run.names().find("k").expect("a key that was used");
    let entry = run.world().cache(cache).peek(key)?;
    Some(entry.value.scalar.display(run.names()).to_string())
}

const PRIMARY: CacheId = CacheId::FIRST;
const FOLLOWER: CacheId = CacheId(1);

#[test]
fn a_replica_has_what_its_primary_had_a_lag_ago() {
    let scenario = with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 1_000_000, "do": "write", "key": "k", "value": "new"},
    ]));
    let mut run = begin(&scenario);
    // the set lands at 11,000 µs, the delete at 1,010,500 µs
    for (at_us, primary, replica) in [
        (11_000, true, false),
        (60_999, true, false),
        (61_000, true, true),
        (1_010_500, false, true),
        (1_060_500, false, false),
    ] {
        run.advance(at_us, u32::MAX);
        let held = [entry(&run, PRIMARY).is_some(), entry(&run, FOLLOWER).is_some()];
        assert_eq!(held, [primary, replica], "at {at_us}");
        books_are_right(&run);
    }
}

#[test]
fn a_replica_takes_commands_only_from_its_primary() {
    for command in [
        json!({"do": "flush-cache", "cache": "cache_replica"}),
        json!({"do": "evict", "cache": "cache_replica", "key": "k"}),
        json!({"do": "expire", "cache": "cache_replica", "key": "k"}),
    ] {
        let mut run = begin(&with_replica(json!([{"at_us": 0, "do": "read", "key": "k"}])));
        run.advance(500_000, u32::MAX);
        let what = serde_json::from_value(command.clone()).expect("an action");
        let said = run.act(what).map_or_else(|why| why.to_string(), |_| String::new());
        run.advance(600_000, u32::MAX);
        let said = format!("{said}\n{}", log(&run));
        assert!(said.contains("cache_replica is a replica"), "{command}: {said}");
        assert!(entry(&run, FOLLOWER).is_some(), "{command}");
    }
}

#[test]
fn what_is_on_its_way_to_a_replica_ends_its_difference() {
    let mut run = begin(&with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 1_000_000, "do": "write", "key": "k", "value": "new"},
    ])));
    run.advance(1_020_000, u32::MAX);
    let rows = run.view().stores(10).rows;
    let forecast = |name: Option<&str>| {
        let of_it = rows.iter().find(|row| row.cache_name.as_deref() == name);
        of_it.map(|row| row.forecast.clone()).unwrap_or_default()
    };
    assert_eq!(forecast(None), "");
    assert_eq!(forecast(Some("cache_replica")), "until W2's delete lands, or its TTL at 5.011 s");
}

#[test]
fn a_primary_that_comes_back_empty_empties_its_replica() {
    // before anybody has noticed that it was gone
    let run = run(&with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 500_000, "do": "kill-cache"},
        {"at_us": 600_000, "do": "restart-cache"},
    ])));
    assert_eq!([entry(&run, PRIMARY), entry(&run, FOLLOWER)], [None, None]);
    assert!(!log(&run).contains("takes the place"), "{}", log(&run));
}

#[test]
fn a_primary_that_comes_back_late_follows_who_has_taken_its_place() {
    let run = run(&with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 500_000, "do": "kill-cache"},
        {"at_us": 2_000_000, "do": "restart-cache"},
        {"at_us": 2_500_000, "do": "write", "key": "k", "value": "new"},
        {"at_us": 3_000_000, "do": "read", "key": "k"},
    ])));
    let new = Some("new".to_owned());
    assert_eq!([entry(&run, PRIMARY), entry(&run, FOLLOWER)], [new.clone(), new]);
    assert!(log(&run).contains("cache_replica takes the place of the cache"), "{}", log(&run));
    assert_eq!(run.report().reads.stale, 0);
}

#[test]
fn a_failover_by_hand_loses_what_has_not_arrived() {
    // the delete is 10 ms old; the old primary takes over what the new one has
    let scenario = with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 1_000_000, "do": "write", "key": "k", "value": "new"},
        {"at_us": 1_020_000, "do": "failover", "cache": "cache_replica"},
        {"at_us": 2_000_000, "do": "read", "key": "k"},
    ]));
    let run = check(scenario, json!({"reads": {"stale": 1}}));
    let old = Some("old".to_owned());
    assert_eq!([entry(&run, PRIMARY), entry(&run, FOLLOWER)], [old.clone(), old]);
    chains_are_true(&run);
}

#[test]
fn who_reads_from_replicas_sees_the_past() {
    let mut scenario = with_replica(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 1_000_000, "do": "write", "key": "k", "value": "new"},
        {"at_us": 1_020_000, "do": "read", "key": "k"},
        {"at_us": 1_100_000, "do": "read", "key": "k"},
    ]));
    check(scenario.clone(), json!({"reads": {"stale": 0}}));
    scenario["topology"]["cache"]["replica"]["reads"] = "replica".into();
    check(scenario, json!({"reads": {"stale": 1}}));
}

#[test]
fn what_is_kept_in_the_cache_is_lost_where_no_replica_has_it() {
    let source = "def read(key):\n    return cache.get(key)\n\n\
                  def write(key, value):\n    cache.set(key, value)\n";
    let scenario = |kill_us: u64| {
        let mut scenario = with_replica(json!([
            {"at_us": 0, "do": "write", "key": "k", "value": "cart"},
            {"at_us": kill_us, "do": "kill-cache"},
            {"at_us": 3_000_000, "do": "read", "key": "k"},
        ]));
        scenario["rows"] = json!({});
        scenario["strategies"] = json!([{"source": source, "truth": "cache"}]);
        scenario
    };
    check(scenario(20_000), json!({"writes": {"acknowledged": 1, "lost": 1}}));
    check(scenario(200_000), json!({"writes": {"acknowledged": 1, "lost": 0}}));
}

#[test]
fn keys_of_several_nodes_are_no_one_message() {
    let source = "def read(key):\n    return cache.get_many([key, f\"{key}x\"])[0]\n\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let mut scenario = nodes("hash-slots", json!([{"at_us": 0, "do": "read", "key": "k:1"}]));
    scenario["strategies"] = json!([{"source": source}]);
    let told = log(&run(&scenario));
    assert!(told.contains("keys of several nodes in one call"), "{told}");
    // with a hash tag they are on one
    scenario["actions"][0]["key"] = "{k:1}".into();
    check(scenario, json!({"reads": {"failed": 0}}));
}

/// Something that is done to nodes.
fn fault() -> impl Strategy<Value = Value> {
    let node = prop::sample::select(vec!["cache_1", "cache_2", "cache_3", "cache_4"]);
    let process = (node.clone(), prop::bool::ANY).prop_map(|(node, is_replica)| match is_replica {
        true => format!("{node}_replica"),
        false => node.to_owned(),
    });
    let on_process =
        prop::sample::select(vec!["kill-cache", "restart-cache", "flush-cache", "failover"]);
    prop_oneof![
        2 => node.prop_flat_map(|node| prop::sample::select(vec!["add-node", "remove-node"])
            .prop_map(move |what| json!({"do": what, "cache": node}))),
        3 => (on_process, process).prop_map(|(what, cache)| json!({"do": what, "cache": cache})),
    ]
}

prop_compose! {
    fn any_cluster()(
        mut scenario in any_scenario(),
        strategy in prop::sample::select(&STRATEGIES[..]),
        placement in prop::sample::select(&PLACEMENTS[..]),
        replica in prop_oneof![
            1 => Just(Value::Null),
            3 => (0..200_000u64, prop::option::of(1..1_000_000u64), prop::sample::select(vec!["primary", "replica"]))
                .prop_map(|(lag, after, reads)| json!({
                    "lag": {"kind": "exponential", "mean_us": lag},
                    "failover_after_us": after,
                    "reads": reads,
                })),
        ],
        faults in prop::collection::vec((0..5_000_000u64, fault()), 1..12),
        chosen in prop::collection::vec(1..=4u16, 60),
    ) -> Value {
        scenario["strategies"] = json!([{"strategy": strategy}]);
        let cache = &mut scenario["topology"]["cache"];
        cache["nodes"] = 3.into();
        cache["spare_nodes"] = 1.into();
        cache["placement"] = placement.into();
        let has_replica = !replica.is_null();
        cache["replica"] = replica;
        let actions = scenario["actions"].as_array_mut().expect("actions");
        // each names one of the nodes
        for (action, node) in actions.iter_mut().zip(chosen.iter().cycle()) {
            let what = action["do"].as_str().expect("what").to_owned();
            let of_cache = what.ends_with("-cache") || what == "evict" || what == "expire"
                || action["store"] == "cache";
            if of_cache {
                action["cache"] = format!("cache_{node}").into();
            }
        }
        actions.retain(|action| action["do"] != "restore-cache");
        for (at_us, mut fault) in faults {
            fault["at_us"] = at_us.into();
            let name = fault["cache"].as_str().expect("a name").to_owned();
            if has_replica || !name.ends_with("_replica") && fault["do"] != "failover" {
                actions.push(fault);
            }
        }
        for node in 1..=4 {
            for name in [format!("cache_{node}"), format!("cache_{node}_replica")] {
                if has_replica || !name.ends_with("_replica") {
                    actions.push(json!({"at_us": 5_000_000, "do": "restore-cache", "cache": name}));
                }
            }
        }
        actions.sort_by_key(|action| action["at_us"].as_u64());
        scenario
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_cluster_is_told_of_as_it_is(scenario in any_cluster()) {
        let mut run = begin(&scenario);
        let mut copy = None;
        for at_us in [1_000_000, 2_500_000, 5_000_000, 60_000_000] {
            run.advance(at_us, u32::MAX);
            add_up(&run);
            books_are_right(&run);
            verdicts_are_right(&run);
            chains_are_true(&run);
            copy.get_or_insert_with(|| run.clone());
        }
        let mut again = begin(&scenario);
        again.advance(60_000_000, u32::MAX);
        let mut copy = copy.expect("it was taken at 1 s");
        copy.advance(60_000_000, u32::MAX);
        for other in [again, copy] {
            prop_assert_eq!(run.history().checksum(), other.history().checksum());
            prop_assert_eq!(run.world().digest(), other.world().digest());
            prop_assert_eq!(run.report(), other.report());
        }
        // nothing follows any more, and each pair holds the same
        let _ = (action(), KeyState::Cold);
    }
}
