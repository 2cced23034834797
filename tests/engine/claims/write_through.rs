//! Write-through: what a write to both stores buys and costs, and what remains
//! when the second one fails or comes in another order.

use serde_json::{Value, json};

use super::play::{also, answers, document, logged, play, under, without};
use crate::support::{builtin, check, compare, run, source, with};

/// Database first, and a failed set fails the write.
const FATAL: &str = "\
TTL = 5  # seconds an entry lives · 0.1..86400

@at(cache)
def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.add(key, value, ttl=TTL)
    return value

def write(key, value):
    db.write(key, value)
    cache.set(key, value, ttl=TTL)
";

#[test]
fn a_read_after_an_acknowledged_write_is_fresh_from_the_cache() {
    // WT1: three hits; the one of 511.1 ms began 100 µs after the acknowledgement
    let played = play("wt1");
    compare(
        &played,
        &json!({"reads": {"total": 3}, "latency_us": {"read": {"p50": 1_000, "max": 1_000}}, "database": {"writes": 2}, "divergence": []}),
    );
    // deleting: two misses. Not touching the cache: the first read loads, and both
    // after the second write get what it loaded.
    check(
        under("wt1", builtin("cache-aside")),
        json!({"reads": {"hits": 1, "misses": 2, "stale": 0}, "database": {"reads": 2}}),
    );
    check(
        under("wt1", builtin("cache-aside-ignore")),
        json!({"reads": {"hits": 2, "misses": 1, "stale": 2}, "database": {"reads": 1}}),
    );
}

#[test]
fn a_write_costs_both_stores_and_a_slow_cache_is_in_its_tail() {
    // WT2: 10,500 for the database and 500 for the cache's two hops, which take
    // 50,000 for one write of the twenty
    let played = play("wt2");
    compare(
        &played,
        &json!({"writes": {"total": 20, "acknowledged": 20}, "latency_us": {"write": {"p95": 11_000}}}),
    );
    check(
        under("wt2", builtin("write-around")),
        json!({"latency_us": {"write": {"p50": 10_500, "p99": 10_500, "max": 10_500}}}),
    );
}

#[test]
fn an_import_fills_the_cache_with_entries_that_nobody_reads() {
    // WT3: two hundred imported, no key twice with this seed, and five that are read
    // before and after
    let played = play("wt3");
    compare(&played, &json!({"reads": {"hits": 5, "misses": 5}, "cache": {"evictions": 0}}));
    check(
        under("wt3", builtin("write-around")),
        json!({"writes": {"committed": 200}, "cache": {"entries": 5, "never_read": 0}}),
    );
    // with room for a hundred the import pushes out what is read, which misses again:
    // 205 sets before, and five after it
    let small = json!({"topology": {"cache": {"capacity": 100}}});
    check(
        with(document("wt3"), small.clone()),
        json!({"reads": {"hits": 0, "misses": 10}, "cache": {"entries": 100, "evictions": 110}}),
    );
    check(
        with(under("wt3", builtin("write-around")), small),
        json!({"reads": {"hits": 5, "misses": 5}, "cache": {"entries": 5, "evictions": 0}}),
    );
}

#[test]
fn a_failed_set_is_stale_until_the_next_load_or_the_ttl_and_heals_itself() {
    // WT4: the cache loads at 110,500 for 5 s; the write commits at 510,000
    let stale = |reads: u64, until_us: u64| {
        json!({
            "reads": {"total": 4, "stale": reads, "failed": 0},
            "writes": {"acknowledged": 1, "committed": 1, "failed": 0},
            "staleness_us": {"max": until_us - 510_000, "total": until_us - 510_000},
            "divergence": [],
        })
    };
    let run = play("wt4");
    compare(&run, &stale(2, 5_110_500));
    assert_eq!(logged(&run, "the cache was not updated"), 1);
    // a load: somebody drops the entry at 2 s
    let dropped = json!({"at_us": 2_000_000, "do": "evict", "key": "user:1"});
    check(also(document("wt4"), &[dropped]), stale(1, 2_000_000));
    // the next write, whose set lands at 2,010,500
    let next = json!({"at_us": 2_000_000, "do": "write", "key": "user:1", "value": "cat"});
    check(
        also(document("wt4"), &[next]),
        json!({"reads": {"stale": 1}, "staleness_us": {"max": 2_010_500 - 510_000}}),
    );
    // nothing fails
    check(
        without(document("wt4"), "fail-next"),
        json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}),
    );
}

#[test]
fn a_failed_set_that_is_fatal_denies_a_write_that_the_database_has() {
    // WT4: the same entry, old for as long, and a client that was told that its write
    // failed
    let run = check(
        under("wt4", source(FATAL)),
        json!({
            "writes": {"total": 1, "acknowledged": 0, "committed": 1, "failed": 1},
            "database": {"writes": 1},
            "staleness_us": {"max": 5_110_500 - 510_000},
        }),
    );
    assert_eq!(logged(&run, "the database committed user:1 = bob"), 1);
}

#[test]
fn cache_first_a_write_that_the_database_refuses_is_a_phantom() {
    // WT5: in the cache from 500,500 for 5 s, and in the database never
    let run = play("wt5");
    compare(
        &run,
        &json!({"reads": {"total": 4, "hits": 2, "stale": 0}, "writes": {"total": 1, "acknowledged": 0}, "divergence": []}),
    );
    assert_eq!(answers(&run), ["R1 ann", "R3 ghost", "R4 ghost", "R5 ann"]);
    check(
        with(document("wt5"), json!({"duration_us": 5_000_000})),
        json!({"divergence": [{
            "state": "phantom", "cache": "ghost", "database": "ann", "until_us": 5_500_500,
        }]}),
    );
    check(
        under("wt5", builtin("write-through")),
        json!({
            "reads": {"total": 4, "hits": 3, "phantom": 0, "stale": 0},
            "writes": {"failed": 1},
            "violations": [],
        }),
    );
}

fn apart(state: &str, cache: &str, database: &str, until_us: Option<u64>) -> Value {
    json!({"divergence": [{
        "key": "user:1", "state": state, "cache": cache, "database": database,
        "until_us": until_us,
    }]})
}

#[test]
fn two_write_throughs_can_cross_and_the_stores_disagree_for_good() {
    // WT6: a commits at 110,000 and b at 110,600; b's set lands at 111,100 and a's,
    // a hundred times as slow, at 135,250. No read loads, and nothing expires.
    let played = play("wt6");
    compare(
        &played,
        &json!({"reads": {"total": 3, "hits": 3, "stale": 3}, "writes": {"acknowledged": 2, "committed": 2}, "staleness_us": {"max": 60_000_000 - 135_250}}),
    );
    compare(&play("wt6"), &apart("stale", "from a", "from b", None));
    // a TTL ends it, an hour later
    check(
        under("wt6", builtin("write-through")),
        apart("stale", "from a", "from b", Some(3_600_135_250)),
    );
    // those that delete, and those whose set says which version it has, do not disagree
    for strategy in ["cache-aside", "versioned-set"] {
        let run = check(
            under("wt6", builtin(strategy)),
            json!({"reads": {"total": 3, "stale": 0}, "divergence": []}),
        );
        assert_eq!(answers(&run), ["R3 from b", "R4 from b", "R5 from b"], "{strategy}");
    }
}

#[test]
fn cache_first_the_two_stores_are_reached_in_opposite_orders_too() {
    // WT6, the other way round: a sets at 100,500 and b at 101,100; a's statement
    // begins at 100,750 and is five times as slow, so it commits at 148,250, after
    // b's at 110,850
    let mut race = without(without(document("wt6"), "slow-cache"), "restore-cache");
    race["strategies"] = json!([builtin("write-through-cache-first")]);
    let race = also(
        race,
        &[
            json!({"at_us": 100_700, "do": "slow-database", "factor_milli": 5_000}),
            json!({"at_us": 101_000, "do": "restore-database"}),
        ],
    );
    let run = run(&race);
    let divergence = &run.report().divergence;
    assert_eq!(divergence.len(), 1);
    assert_eq!(
        (json!(divergence[0].cache), json!(divergence[0].database)),
        (json!("from b"), json!("from a"))
    );
}

#[test]
fn a_cache_outage_is_a_write_outage_unless_its_failure_is_not_fatal() {
    // WT7: three of five writes meet the cache down
    let writes = |acknowledged: u64, failed: u64, in_the_database: u64| {
        json!({
            "writes": {"total": 5, "acknowledged": acknowledged, "failed": failed},
            "database": {"writes": in_the_database},
            "reads": {"failed": 0, "stale": 0},
        })
    };
    compare(&play("wt7"), &writes(2, 3, 2));
    for strategy in ["write-through", "write-through-cache-aside"] {
        check(under("wt7", builtin(strategy)), writes(5, 0, 5));
    }
    // database first is not enough: here they fail too, though the database has them
    check(under("wt7", source(FATAL)), writes(2, 3, 5));
}

#[test]
fn write_through_plus_cache_aside_is_warm_after_a_write_and_lazy_for_the_rest() {
    // WT8: one miss, of the key that was read before it was written; nothing of the
    // third
    let played = play("wt8");
    compare(
        &played,
        &json!({"reads": {"total": 4, "hits": 3, "stale": 0}, "latency_us": {"read": {"p50": 1_000, "max": 11_500}}, "database": {"reads": 1}, "cache": {"entries": 2}}),
    );
    check(
        under("wt8", builtin("cache-aside")),
        json!({"reads": {"hits": 1, "misses": 3}, "database": {"reads": 3}}),
    );
    // reads do not go through the cache either, so neither half fails with it
    let outage = [
        json!({"at_us": 1_500_000, "do": "kill-cache"}),
        json!({"at_us": 2_000_000, "do": "read", "key": "user:3"}),
        json!({"at_us": 2_500_000, "do": "write", "key": "user:3", "value": "cleo"}),
    ];
    check(
        also(document("wt8"), &outage),
        json!({"reads": {"total": 5, "failed": 0}, "writes": {"failed": 0}}),
    );
    check(
        also(under("wt8", builtin("write-through")), &outage),
        json!({"reads": {"total": 5, "failed": 1}, "writes": {"failed": 0}}),
    );
}
