//! Cache-aside: what a hit, a miss and a write cost, and how an entry gets to be
//! older than its row.

use serde_json::{Value, json};

use super::play::{answers, document, logged, play, under, without};
use crate::support::{builtin, check, compare, run, with};

/// The same scenario, up to an instant.
fn until(document: Value, duration_us: u64) -> Value {
    with(document, json!({"duration_us": duration_us}))
}

#[test]
fn a_hit_never_touches_the_database() {
    // CA1: two misses of 11,500 µs are the two database reads; a hit takes its four
    // hops. The entry of 0.111 s lives for 5 s.
    let run = play("ca1");
    compare(
        &run,
        &json!({"reads": {"total": 5, "stale": 0, "failed": 0}, "latency_us": {"read": {"p95": 11_500}}, "cache": {"entries": 1, "expirations": 1}}),
    );
    assert_eq!(logged(&run, "the cache set user:1 = ann for 5 s"), 2);
    // without a cache each read is a statement, and the one of 2 s finds no database
    check(
        under("ca1", builtin("no-cache")),
        json!({
            "reads": {"total": 5, "hits": 0, "failed": 1},
            "latency_us": {"read": {"p50": 10_500, "max": 10_500}},
            "database": {"reads": 4},
        }),
    );
}

#[test]
fn after_a_write_that_deletes_the_next_read_reloads() {
    // CA2: the entry is older than its row from the commit at 310,000 to the delete
    // at 310,500; then a miss, then a hit
    let run = play("ca2");
    compare(
        &run,
        &json!({"reads": {"total": 3, "hits": 1}, "latency_us": {"write": {"max": 11_000}}, "database": {"reads": 2, "writes": 1}, "divergence": []}),
    );
    assert_eq!(answers(&run), ["R1 ann", "R3 bob", "R4 bob"]);
    // who does not delete has both reads after it hit, and get the old value
    check(
        under("ca2", builtin("cache-aside-ignore")),
        json!({
            "reads": {"hits": 2, "misses": 1, "stale": 2},
            "database": {"reads": 1},
        }),
    );
}

#[test]
fn every_first_read_of_a_cold_cache_pays_the_database() {
    // CA3: three keys, cold at the start and after the restart, warm in between
    let played = play("ca3");
    compare(
        &played,
        &json!({"reads": {"total": 9}, "latency_us": {"read": {"p50": 11_500}}, "database": {"reads": 6}}),
    );
    // no restart: only the first three
    let well = without(without(document("ca3"), "kill-cache"), "restart-cache");
    check(well, json!({"reads": {"hits": 6, "misses": 3}, "database": {"reads": 3}}));
    // nor where the restart loads the snapshot of 0.8 s
    let snapshot = json!({"topology": {"cache": {"snapshot_every_us": 400_000}}});
    check(
        with(document("ca3"), snapshot),
        json!({"reads": {"hits": 6, "misses": 3}, "database": {"reads": 3}}),
    );
}

#[test]
fn a_reader_between_the_commit_and_the_delete_sees_the_old_value_and_a_lost_delete_keeps_it() {
    // CA4: the entry is old for the 500 µs between the first commit and its delete,
    // then from the commit at 1,010,000 to the end of the TTL that began when the
    // entry was set at 511,000
    let run = play("ca4");
    compare(
        &run,
        &json!({"reads": {"total": 6, "hits": 3, "misses": 3}, "writes": {"acknowledged": 2, "committed": 2}, "divergence": []}),
    );
    // R3 is the one in between; nothing was acknowledged yet when it began, so it
    // does not count as stale
    let seen = ["R1 first", "R3 first", "R4 second", "R6 second", "R7 second", "R8 third"];
    assert_eq!(answers(&run), seen);
    assert_eq!(logged(&run, "the invalidation was lost"), 1);
    check(
        until(document("ca4"), 5_000_000),
        json!({"divergence": [{
            "state": "stale", "cache": "second", "database": "third", "until_us": 5_511_000,
        }]}),
    );
    // with both deletes, two windows of 500 µs
    check(
        without(document("ca4"), "fail-next"),
        json!({"reads": {"stale": 0}, "staleness_us": {"max": 500, "total": 1_000}}),
    );
}

#[test]
fn of_two_racing_writers_those_that_set_can_leave_the_older_value() {
    // CA5: a commits at 110,000 and b at 110,600; b's set lands at 111,100, and a's,
    // sent at 110,250 over a link a hundred times as slow, at 135,250
    let stale = json!({
        "reads": {"total": 3, "hits": 2, "misses": 1, "stale": 2},
        "writes": {"acknowledged": 2, "committed": 2, "overtaken": 0},
        "staleness_us": {"max": 5_000_000, "total": 5_000_000},
    });
    compare(&play("ca5"), &stale);
    check(
        until(document("ca5"), 4_000_000),
        json!({"divergence": [{
            "state": "stale", "cache": "from a", "database": "from b", "until_us": 5_135_250,
        }]}),
    );
    let run = check(
        under("ca5", builtin("cache-aside")),
        json!({
            "reads": {"total": 3, "hits": 2, "misses": 1, "stale": 0},
            "staleness_us": {"max": 0},
            "divergence": [],
        }),
    );
    assert_eq!(answers(&run), ["R3 from b", "R4 from b", "R5 from b"]);
}

#[test]
fn of_two_racing_writers_those_that_delete_cannot_in_whatever_order_they_come() {
    // CA5 again: b comes up to a millisecond after a, and the link is slow for half a
    // millisecond around the instants at which the second steps are sent
    let mut stale = [0, 0];
    for later_us in (0..=1_000).step_by(100) {
        for slow_us in (109_500..=111_500).step_by(250) {
            for (strategy, stale) in ["cache-aside-update", "cache-aside"].iter().zip(&mut stale) {
                let mut race = under("ca5", builtin(strategy));
                race["actions"][1]["at_us"] = (100_000 + later_us).into();
                race["actions"][2]["at_us"] = slow_us.into();
                race["actions"][3]["at_us"] = (slow_us + 500).into();
                *stale += run(&race).report().reads.stale;
            }
        }
    }
    assert!(stale[0] > 0, "some orders leave the older value");
    assert_eq!(stale[1], 0, "no order does");
}

#[test]
fn a_slow_reader_brings_the_old_value_back_for_the_whole_ttl() {
    // CA6: the commit at 110,200, the delete of nothing at 110,700, the old value set
    // at 111,000 with a TTL of 5 s. The reads of 0.5 s and 3 s find it.
    let run = play("ca6");
    compare(
        &run,
        &json!({"reads": {"total": 4, "hits": 2, "misses": 2}, "writes": {"acknowledged": 1, "committed": 1}, "staleness_us": {"total": 5_000_000}}),
    );
    assert_eq!(logged(&run, "the cache has no user:1 to delete"), 1);
    check(
        until(document("ca6"), 4_000_000),
        json!({"divergence": [{
            "state": "stale", "cache": "old", "database": "new", "until_us": 5_111_000,
        }]}),
    );
    // a reader that is done before the write, or one whose lease the delete takes back
    let mut early = document("ca6");
    early["actions"][0]["at_us"] = 80_000.into();
    check(early, json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}));
    check(under("ca6", builtin("leases")), json!({"reads": {"stale": 0}, "divergence": []}));
}

#[test]
fn when_a_popular_key_expires_every_reader_during_one_load_loads_too() {
    // CA7: five hundred a second for the 190,000 µs of a slow statement are 95 readers
    // on average, and one more: the first. Three times the square root of 95 is 29.
    let played = play("ca7");
    compare(&played, &json!({"reads": {"failed": 0}}));
    let report = played.report();
    let loads = report.database.max_concurrent_loads_of_one_key;
    assert!((96 - 29..=96 + 29).contains(&loads), "{loads}");

    // the same rate like clockwork, one every 2,000 µs: a statement of 9,500 µs is
    // begun at 1,000, 3,000, … 9,000 before the first one ends at 10,500
    let mut clockwork = document("ca7");
    clockwork["workloads"][0]["arrivals"] = json!({"kind": "fixed", "every_us": 2_000});
    let quick = until(clockwork.clone(), 9_000_000);
    check(quick, json!({"database": {"max_concurrent_loads_of_one_key": 5}}));
    // and one of 190,000 µs at 1,000, 3,000, … 189,000 before 191,000. They miss until
    // the first one's set, 500 µs later: six, six after 5 s, and 96 after 10 s.
    check(
        clockwork,
        json!({
            "reads": {"misses": 6 + 6 + 96},
            "database": {"reads": 6 + 6 + 96, "max_concurrent_loads_of_one_key": 95},
        }),
    );

    // one for all, or one for each of the two servers; with leases, if those who wait
    // have the patience for a load of 190 ms
    let patient = json!({"strategy": "leases", "parameters": {"PATIENCE": 20}});
    for (strategy, loads) in
        [(builtin("read-through"), 1), (builtin("single-flight"), 2), (patient, 1)]
    {
        check(
            under("ca7", strategy),
            json!({"database": {"max_concurrent_loads_of_one_key": loads}}),
        );
    }
}

#[test]
fn a_dead_cache_makes_reads_slow_and_never_wrong() {
    // CA8: each read that does not hit is one of the database's
    let right = json!({"reads": {"stale": 0, "phantom": 0, "failed": 0}, "divergence": []});
    let played = play("ca8");
    compare(&played, &right);
    let report = played.report();
    // but for those that are under way at the end
    let others = report.reads.total - report.reads.hits - report.database.reads;
    assert!(others <= 2, "{others}");
    assert_eq!(report.latency_us.read.p50, Some(1_000));

    // dead from the start, the database takes them all; a call that is refused takes
    // as long as one that is answered, so each read is as slow as a miss. One second
    // without arrivals lets the last ones end.
    let mut dead = document("ca8");
    dead["actions"] = json!([{"at_us": 0, "do": "kill-cache"}]);
    dead["workloads"][0]["stop_us"] = 29_000_000.into();
    let report = check(
        dead,
        json!({
            "reads": {"hits": 0, "stale": 0, "failed": 0},
            "writes": {"failed": 0},
            "latency_us": {"read": {"p50": 11_500, "max": 11_500}},
        }),
    )
    .report();
    assert_eq!(report.database.reads, report.reads.total);
    assert!(report.reads.total > 2_000, "a hundred a second");

    // a strategy that does not treat a dead cache as a miss fails instead
    let fails = run(&under("ca8", builtin("cache-aside-ignore"))).report();
    assert!(fails.reads.failed > 500, "{}", fails.reads.failed);
    // and a cache that is out of reach keeps its entries: then deletes are lost, and
    // reads are wrong once it is back
    let mut unreachable = document("ca8");
    unreachable["actions"][0] = json!({"at_us": 10_000_000, "do": "cut", "link": "app-cache"});
    unreachable["actions"][1] = json!({"at_us": 20_000_000, "do": "heal", "link": "app-cache"});
    let report = run(&unreachable).report();
    assert!(report.reads.stale > 0 && report.reads.failed == 0);
}

#[test]
fn a_change_from_outside_is_invisible_until_the_ttl() {
    // CA9: loaded at 111,000 for 5 s, changed at 1,000,000
    let played = play("ca9");
    compare(
        &played,
        &json!({"reads": {"total": 5, "hits": 3, "misses": 2}, "staleness_us": {"total": 5_111_000 - 1_000_000}}),
    );
    // the same change through the application, and from outside with somebody who
    // follows the database's change stream
    let mut inside = document("ca9");
    inside["actions"][1] =
        json!({"at_us": 1_000_000, "do": "write", "key": "user:1", "value": "eve"});
    check(inside, json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}));
    check(under("ca9", builtin("change-data-capture")), json!({"reads": {"stale": 0}}));
}

#[test]
fn only_keys_that_were_asked_for_occupy_memory() {
    // CA10: three of a thousand users were asked for, and none of a hundred orders,
    // which with this seed are all different
    let played = play("ca10");
    compare(
        &played,
        &json!({"reads": {"hits": 3, "misses": 3}, "cache": {"evictions": 0, "expirations": 0}}),
    );
    check(
        under("ca10", builtin("write-through")),
        json!({"cache": {"entries": 103, "never_read": 100}}),
    );
}

#[test]
fn two_readers_that_miss_together_both_load_and_both_set() {
    // CA11
    let sets = |run| logged(&run, "the cache set user:1");
    let twice = play("ca11");
    compare(&twice, &json!({"reads": {"total": 3, "hits": 1, "stale": 0}}));
    assert_eq!(sets(twice), 2);
    let once = check(
        under("ca11", builtin("read-through")),
        json!({"database": {"reads": 1, "max_concurrent_loads_of_one_key": 1}}),
    );
    assert_eq!(sets(once), 1);
}

#[test]
fn a_write_that_does_not_touch_the_cache_is_stale_for_all_of_its_ttl() {
    // CA12: committed at 210,000, and the entry set at 111,000 lives for its TTL
    let stale = |ttl_s: u64, reads: u64| {
        let for_us = 111_000 + ttl_s * 1_000_000 - 210_000;
        json!({"reads": {"stale": reads}, "staleness_us": {"max": for_us, "total": for_us}})
    };
    compare(&play("ca12"), &stale(5, 3));
    let ignore = |ttl_s| {
        let strategy = json!({"strategy": "cache-aside-ignore", "parameters": {"TTL": ttl_s}});
        // one write: of a shorter TTL the second one would meet a later entry
        let mut one = under("ca12", strategy);
        one["actions"].as_array_mut().unwrap().remove(3);
        one
    };
    check(ignore(5), stale(5, 3));
    check(ignore(2), stale(2, 1));
    check(
        under("ca12", builtin("cache-aside")),
        json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}),
    );
}
