//! What breaks, when exactly, and what it costs: each case worked out by hand.

use crate::support::{
    begin, builtin, cached, check, compare, log, run, scenario, source, stored, with,
};
use serde_json::json;

/// The cache holds a copy of `k` from the start.
fn warm() -> serde_json::Value {
    json!({"entries": [{"key": "k"}]})
}

#[test]
fn default_latencies() {
    let s = scenario(
        builtin("cache-aside"),
        json!([
            {"at_us": 0, "do": "read", "key": "k"},
            {"at_us": 20_000, "do": "read", "key": "k"},
            {"at_us": 30_000, "do": "write", "key": "k", "value": 7},
        ]),
    );
    let run = check(
        s,
        json!({
            "reads": {"total": 2, "hits": 1, "misses": 1, "stale": 0},
            "writes": {"total": 1, "acknowledged": 1, "committed": 1, "pending": 0, "lost": 0},
            "latency_us": {"read": {"p50": 1_000, "max": 11_500}, "write": {"max": 11_000}},
            "database": {"reads": 1, "writes": 1},
            // from the commit at 40,000 to the delete at 40,500
            "staleness_us": {"max": 500, "total": 500},
            "divergence": [],
        }),
    );
    assert_eq!((cached(&run, "k"), stored(&run, "k")), (None, Some(7)));
}

/// CA6: the slow reader's set lands at 11,000, after the delete at 10,700.
#[test]
fn slow_reader() {
    let s = with(
        scenario(
            builtin("cache-aside"),
            json!([
                {"at_us": 0, "do": "read", "key": "k", "client": "a"},
                {"at_us": 200, "do": "write", "key": "k", "value": 1, "client": "b"},
                {"at_us": 20_000, "do": "read", "key": "k", "client": "c"},
            ]),
        ),
        json!({"duration_us": 30_000_000}),
    );
    let run = check(
        s,
        json!({
            "reads": {"total": 2, "hits": 1, "misses": 1, "stale": 1, "dirty": 0, "phantom": 0},
            "staleness_us": {"max": 29_989_000, "total": 29_989_000},
            "divergence": [{"key": "k", "state": "stale", "cache": 0, "database": 1, "until_us": 60_011_000}],
        }),
    );
    // acknowledged at 11,200; the read began 8,800 later
    assert!(log(&run).contains("8.8 ms"), "{}", log(&run));
}

/// An entry set at 11,000 for 5 s is served at 5,010,999 and not at 5,011,000.
#[test]
fn expiry_at_exactly_the_ttl() {
    for (at_us, until_us, hits, misses, expirations) in
        [(5_010_499, 5_010_999, 1, 1, 0), (5_010_500, 5_011_000, 0, 2, 1)]
    {
        check(
            with(
                scenario(
                    json!({"strategy": "cache-aside", "parameters": {"TTL": 5}}),
                    json!([
                        {"at_us": 0, "do": "read", "key": "k"},
                        {"at_us": at_us, "do": "read", "key": "k"},
                    ]),
                ),
                json!({"duration_us": until_us}),
            ),
            json!({"reads": {"hits": hits, "misses": misses}, "cache": {"expirations": expirations}}),
        );
    }
}

/// A get that lands at 500: before it, in between, and with its reply on the way.
#[test]
fn cache_killed_with_calls_in_flight() {
    for (kill, restart, hits, latency, entries) in [
        // down when it lands: refused, and the set at 11,000 too
        (400, None, 0, 11_500, 0),
        // another life when it lands: reset; the set at 11,000 succeeds
        (400, Some(450), 0, 11_500, 1),
        // the reply, sent at 500, still arrives
        (600, None, 1, 1_000, 0),
    ] {
        let mut actions = vec![
            json!({"at_us": 0, "do": "read", "key": "k"}),
            json!({"at_us": kill, "do": "kill-cache"}),
        ];
        actions.extend(restart.map(|at| json!({"at_us": at, "do": "restart-cache"})));
        check(
            with(scenario(builtin("cache-aside"), json!(actions)), warm()),
            json!({
                "reads": {"hits": hits, "misses": 0, "failed": 0},
                "latency_us": {"read": {"max": latency}},
                "cache": {"entries": entries},
            }),
        );
    }
}

#[test]
fn cache_killed_with_a_command_in_service() {
    let s = with(
        scenario(
            builtin("cache-aside"),
            json!([
                {"at_us": 0, "do": "read", "key": "k"},
                {"at_us": 1_000, "do": "kill-cache"},
            ]),
        ),
        json!({
            "entries": [{"key": "k"}],
            "topology": {"cache": {"service": {"kind": "constant", "us": 1_000}}},
        }),
    );
    // reset at 1,000, known at 1,250; row from 1,500 to 11,000; set refused at 11,500
    check(s, json!({"reads": {"hits": 0, "failed": 0}, "latency_us": {"read": {"max": 12_000}}}));
}

/// One statement in service at 5,000, one in line: neither commits.
#[test]
fn database_stopped_with_statements_in_service_and_in_line() {
    let s = with(
        scenario(
            builtin("cache-aside"),
            json!([
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 10, "do": "write", "key": "k", "value": 2},
                {"at_us": 20, "do": "read", "key": "k"},
                {"at_us": 5_000, "do": "stop-database"},
                {"at_us": 6_000, "do": "write", "key": "k", "value": 3},
                {"at_us": 7_000, "do": "restore-database"},
                {"at_us": 7_000, "do": "write", "key": "k", "value": 4},
            ]),
        ),
        json!({"topology": {"database": {"connections": 1}}}),
    );
    let run = check(
        s,
        json!({
            "reads": {"total": 1, "misses": 1, "failed": 1},
            "writes": {"total": 4, "acknowledged": 1, "committed": 1, "pending": 0, "lost": 0, "failed": 3},
            "latency_us": {"write": {"max": 11_000}},
            // the read was in line and never began
            "database": {"reads": 0, "writes": 1},
        }),
    );
    assert_eq!(stored(&run, "k"), Some(4));
}

/// The caller gives up at 5,000,250; the statement commits at 9,500,500.
#[test]
fn a_write_that_times_out_and_commits_later() {
    let s = |duration_us| {
        with(
            scenario(
                builtin("cache-aside"),
                json!([
                    {"at_us": 0, "do": "slow-database", "factor_milli": 1_000_000},
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                ]),
            ),
            json!({"duration_us": duration_us}),
        )
    };
    let writes = |committed| json!({"writes": {"total": 1, "acknowledged": 0, "failed": 1, "committed": committed, "pending": 0, "lost": 0}});
    let run = check(s(9_500_499), writes(0));
    assert_eq!(stored(&run, "k"), Some(0));
    let run = check(s(9_500_500), writes(1));
    assert_eq!(stored(&run, "k"), Some(1));
}

/// The older write was given up at 5.0005 s and commits at 9.5005 s, over one
/// that began and was acknowledged in between.
#[test]
fn a_late_commit_overtakes() {
    let s = scenario(
        builtin("cache-aside"),
        json!([
            {"at_us": 0, "do": "slow-database", "factor_milli": 1_000_000},
            {"at_us": 0, "do": "write", "key": "k", "value": 1},
            {"at_us": 6_000_000, "do": "restore-database"},
            {"at_us": 6_000_000, "do": "write", "key": "k", "value": 2},
        ]),
    );
    let run = check(
        s,
        json!({"writes": {"acknowledged": 1, "failed": 1, "committed": 2, "overtaken": 1, "lost": 0}}),
    );
    assert_eq!(stored(&run, "k"), Some(1));
}

/// A delete of what is not there leaves nothing to commit, and nothing to lose.
#[test]
fn deleting_nothing_loses_nothing() {
    for strategy in ["cache-aside", "write-behind", "write-through", "change-data-capture"] {
        check(
            scenario(
                builtin(strategy),
                json!([
                    {"at_us": 0, "do": "delete", "key": "none"},
                    {"at_us": 5_000_000, "do": "read", "key": "none"},
                    {"at_us": 6_000_000, "do": "outside-delete", "key": "none"},
                    {"at_us": 7_000_000, "do": "read", "key": "none"},
                ]),
            ),
            json!({
                "reads": {"stale": 0, "dirty": 0, "phantom": 0, "failed": 0},
                "writes": {"total": 1, "acknowledged": 1, "committed": 1, "pending": 0, "lost": 0},
                "violations": [],
            }),
        );
    }
}

/// A deletion that came through a queue is the client's all the same.
#[test]
fn a_queued_deletion_is_its_clients() {
    let run = check(
        with(
            scenario(builtin("write-behind"), json!([{"at_us": 0, "do": "delete", "key": "k"}])),
            json!({"entries": [{"key": "k"}]}),
        ),
        json!({
            "writes": {"total": 1, "acknowledged": 1, "committed": 1, "pending": 0, "lost": 0},
            "violations": [],
            "divergence": [],
        }),
    );
    assert_eq!(stored(&run, "k"), None);
}

/// The database refuses a script's write: there was no such write.
#[test]
fn a_refused_outside_write_is_not_lost() {
    check(
        with(
            scenario(
                builtin("cache-aside"),
                json!([
                    {"at_us": 0, "do": "outside-write", "key": "order:1", "value": 5},
                    {"at_us": 1_000, "do": "read", "key": "order:1"},
                ]),
            ),
            json!({"topology": {"database": {"constraints": [{"child": "order:", "parent": "user:"}]}}}),
        ),
        json!({"reads": {"stale": 0}, "writes": {"total": 0, "lost": 0}, "violations": []}),
    );
}

/// An outside write stays invisible until the TTL: 1,000,000 on top of 11,000.
#[test]
fn an_outside_write_is_invisible_until_the_ttl() {
    let s = with(
        scenario(
            json!({"strategy": "cache-aside", "parameters": {"TTL": 1}}),
            json!([
                {"at_us": 0, "do": "read", "key": "k"},
                {"at_us": 500_000, "do": "outside-write", "key": "k", "value": 9},
                {"at_us": 600_000, "do": "read", "key": "k"},
                {"at_us": 1_100_000, "do": "read", "key": "k"},
            ]),
        ),
        json!({"duration_us": 2_000_000}),
    );
    check(
        s,
        json!({
            "reads": {"hits": 1, "misses": 2, "stale": 1},
            "writes": {"total": 0, "committed": 0},
            "staleness_us": {"max": 511_000, "total": 511_000},
            "divergence": [],
        }),
    );
}

/// Acknowledged at cache speed; the cache dies before the first flush at 1 s.
#[test]
fn write_behind_loses_what_was_not_flushed() {
    let s = with(
        scenario(
            builtin("write-behind"),
            json!([
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 100_000, "do": "write", "key": "k", "value": 2},
                {"at_us": 200_000, "do": "read", "key": "k"},
                {"at_us": 300_000, "do": "kill-cache"},
                {"at_us": 400_000, "do": "restart-cache"},
                {"at_us": 500_000, "do": "read", "key": "k"},
            ]),
        ),
        json!({"duration_us": 5_000_000}),
    );
    check(
        s,
        json!({
            "writes": {"total": 2, "acknowledged": 2, "committed": 0, "pending": 0, "lost": 2},
            "latency_us": {"write": {"p50": 1_000, "max": 1_000}},
            "queue": {"max_depth": 1, "absorbed": 1},
            // of a lost write; and then the row that two acknowledged writes should have replaced
            "reads": {"phantom": 1, "dirty": 0, "stale": 1},
            "divergence": [],
        }),
    );
}

/// The flush's statement, in service from 1,000,250, commits although the cache
/// that sent it dies at 1,005,000.
#[test]
fn a_flush_outlives_its_cache() {
    let actions = json!([
        {"at_us": 0, "do": "write", "key": "k", "value": 1},
        {"at_us": 1_005_000, "do": "kill-cache"},
    ]);
    let at = |duration_us| {
        with(
            scenario(builtin("write-behind"), actions.clone()),
            json!({"duration_us": duration_us}),
        )
    };
    check(at(1_009_750), json!({"writes": {"committed": 1, "pending": 0, "lost": 0}}));
}

/// The worker crashes after the flush's commit and before its acknowledgement.
#[test]
fn a_durable_queue_delivers_again() {
    let s = with(
        scenario(
            builtin("write-behind-durable"),
            json!([
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 1_009_800, "do": "crash-worker"},
                {"at_us": 2_000_000, "do": "restart-worker"},
            ]),
        ),
        json!({"duration_us": 5_000_000}),
    );
    check(
        s,
        json!({
            "writes": {"acknowledged": 1, "committed": 1, "pending": 0, "lost": 0, "overtaken": 0},
            "database": {"writes": 2},
            "divergence": [],
        }),
    );
}

const BUFFER: &str = "
queue = Queue(at=cache, durable=DURABLE, redeliver=10)

def read(key):
    return db.read(key)

def write(key, value):
    queue.push(key, value)

@at(worker)
@every(1)
def flush():
    for item in queue.take(10):
        db.write(item.key, item.value)
        queue.ack(item)
";

/// Taken at 1,000,250 for 10 s; the worker crashes; the turn at 12 s gets it again.
#[test]
fn redelivery_after_the_visibility_timeout() {
    let s = |duration_us| {
        with(
            scenario(
                source(&BUFFER.replace("DURABLE", "False")),
                json!([
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    {"at_us": 1_000_600, "do": "crash-worker"},
                    {"at_us": 2_500_000, "do": "restart-worker"},
                ]),
            ),
            json!({"duration_us": duration_us}),
        )
    };
    // the statement that was sent at 1,000,500 is on its way and commits at 1,010,250
    check(s(11_000_249), json!({"database": {"writes": 1}, "writes": {"committed": 1}}));
    // turns come at 3.5, 4.5, … 11.5 s: taken at 11,500,250, committed at 11,510,250
    check(s(11_510_249), json!({"database": {"writes": 1}}));
    check(
        s(11_510_250),
        json!({"database": {"writes": 2}, "writes": {"committed": 1, "overtaken": 0}}),
    );
}

#[test]
fn durable_or_lost() {
    for (durable, lost, committed) in [("True", 0, 1), ("False", 1, 0)] {
        let s = with(
            scenario(
                source(&BUFFER.replace("DURABLE", durable)),
                json!([
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    {"at_us": 500_000, "do": "kill-cache"},
                    {"at_us": 600_000, "do": "restart-cache"},
                ]),
            ),
            json!({"duration_us": 3_000_000}),
        );
        check(s, json!({"writes": {"lost": lost, "committed": committed, "pending": 0}}));
    }
}

/// A reply that is lost makes the client try again: the row is incremented twice.
#[test]
fn a_retry_doubles_an_increment() {
    let s = with(
        scenario(
            builtin("cache-aside"),
            json!([
                {"at_us": 0, "do": "fail-next", "store": "database", "call": "incr", "how": "lost-reply"},
                {"at_us": 0, "do": "increment", "key": "k", "by": 1},
            ]),
        ),
        json!({"topology": {"clients": {"timeout_us": 20_000, "retries": 1, "backoff_us": 5_000}}}),
    );
    // given up at 20,000, again at 25,000, committed at 35,000, deleted, acknowledged at 36,000
    let run = check(
        s,
        json!({
            "writes": {"total": 1, "acknowledged": 1, "failed": 0, "committed": 1},
            "latency_us": {"write": {"max": 36_000}},
            "database": {"writes": 2},
        }),
    );
    assert_eq!(stored(&run, "k"), Some(2));
}

/// Each way to fail, of the delete of a write that commits at 10,000.
#[test]
fn fail_next_delete() {
    for (how, entries, latency) in [
        ("error", 1, 11_000),
        // the cache is waited for from 10,250 to 1,010,250
        ("lost-request", 1, 1_010_500),
        ("lost-reply", 0, 1_010_500),
    ] {
        check(
            with(
                scenario(
                    builtin("cache-aside"),
                    json!([
                        {"at_us": 0, "do": "fail-next", "store": "cache", "call": "delete", "how": how},
                        {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    ]),
                ),
                warm(),
            ),
            json!({
                "writes": {"acknowledged": 1, "failed": 0},
                "latency_us": {"write": {"max": latency}},
                "cache": {"entries": entries},
            }),
        );
    }
}

#[test]
fn an_app_server_crashes() {
    // at 5,000 its statement is in service: the client learns at 5,250, the write commits at 10,000
    let s = |clients: serde_json::Value| {
        with(
            scenario(
                builtin("cache-aside"),
                json!([
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    {"at_us": 5_000, "do": "crash-app", "app": 0},
                ]),
            ),
            json!({"entries": [{"key": "k"}], "topology": {"clients": clients}}),
        )
    };
    // no one is left to delete the entry
    check(
        s(json!({})),
        json!({
            "writes": {"acknowledged": 0, "failed": 1, "committed": 1},
            "divergence": [{"state": "stale", "cache": 0, "database": 1, "until_us": null}],
            "staleness_us": {"total": 59_990_000},
        }),
    );
    // tried again at 6,250 on the other server: 11,000 later it is acknowledged
    check(
        s(json!({"retries": 1, "backoff_us": 1_000})),
        json!({
            "writes": {"acknowledged": 1, "failed": 0, "committed": 1},
            "latency_us": {"write": {"max": 17_250}},
            "database": {"writes": 2},
            "divergence": [],
        }),
    );
}

/// One request at a time, one in line, the third refused at the door.
#[test]
fn backlog() {
    check(
        with(
            scenario(
                builtin("no-cache"),
                json!([{"at_us": 0, "do": "read", "key": "k", "times": 3}]),
            ),
            json!({"topology": {"apps": {"count": 1, "max_in_progress": 1, "backlog": 1}}}),
        ),
        // the second begins at 10,250, when the first has left
        json!({"reads": {"total": 3, "failed": 1}, "latency_us": {"read": {"p50": 10_500, "max": 20_500}}}),
    );
}

#[test]
fn a_link_that_is_cut() {
    // the delete is in flight at 10,400: lost; the app waits a second for its reply
    check(
        with(
            scenario(
                builtin("cache-aside"),
                json!([
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    {"at_us": 10_400, "do": "cut", "link": "app-cache"},
                    {"at_us": 10_450, "do": "heal", "link": "app-cache"},
                ]),
            ),
            warm(),
        ),
        json!({
            "writes": {"acknowledged": 1},
            "latency_us": {"write": {"max": 1_010_500}},
            "divergence": [{"state": "stale", "until_us": null}],
        }),
    );
    // nothing ever arrives: the client gives up after its 10 s
    check(
        with(
            scenario(builtin("cache-aside"), json!([{"at_us": 0, "do": "read", "key": "k"}])),
            json!({"topology": {"network": {"links": {"client-app": {"loss_ppm": 1_000_000}}}}}),
        ),
        json!({"reads": {"total": 1, "failed": 1, "hits": 0, "misses": 0}}),
    );
}

/// FX6: the replica is 100 ms behind, so a read after the delete caches the old row.
#[test]
fn replica_lag() {
    let s = with(
        scenario(
            source(
                "
def read(key):
    value = cache.get(key)
    if value is None:
        value = replica.read(key)
        cache.set(key, value, ttl=1)
    return value

def write(key, value):
    db.write(key, value)
    cache.delete(key)
",
            ),
            json!([
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 50_000, "do": "read", "key": "k"},
                {"at_us": 150_000, "do": "read", "key": "k"},
                {"at_us": 1_100_000, "do": "read", "key": "k"},
            ]),
        ),
        json!({"topology": {"replica": {}}, "duration_us": 1_200_000}),
    );
    // set at 61,000 for a second
    check(
        s,
        json!({
            "reads": {"total": 3, "hits": 1, "misses": 2, "stale": 2},
            "staleness_us": {"max": 1_000_000, "total": 1_000_000},
            "divergence": [],
        }),
    );
}

/// A lease given at 500 is gone after a delete, and after 10 s.
#[test]
fn leases() {
    let loads_for = |us| {
        with(
            scenario(builtin("leases"), json!([{"at_us": 0, "do": "read", "key": "k"}])),
            json!({"topology": {
                "database": {"read": {"kind": "constant", "us": us}},
                "network": {"database_timeout_us": 60_000_000},
                "clients": {"timeout_us": 60_000_000},
            }}),
        )
    };
    // the set lands 1,500 after the load's length: at 10,000,499, and at 10,000,500
    let run = check(loads_for(9_998_999), json!({"reads": {"failed": 0}, "cache": {"entries": 1}}));
    assert_eq!(cached(&run, "k"), Some(0));
    check(loads_for(9_999_000), json!({"reads": {"failed": 0}, "cache": {"entries": 0}}));
    // FX2: the slow reader of CA6 is refused
    check(
        scenario(
            builtin("leases"),
            json!([
                {"at_us": 0, "do": "read", "key": "k"},
                {"at_us": 200, "do": "write", "key": "k", "value": 1},
            ]),
        ),
        json!({"cache": {"entries": 0}, "divergence": []}),
    );
}

/// No more entries at the start than the cache has room for.
#[test]
fn entries_beyond_the_capacity() {
    check(
        json!({
            "version": 1,
            "rows": {"each": {"a": 0, "b": 0}},
            "entries": [{"key": "a"}, {"key": "b"}],
            "topology": {"cache": {"capacity": 1}},
            "actions": [{"at_us": 0, "do": "outside-write", "key": "b", "value": 1}],
        }),
        json!({"cache": {"entries": 1}, "divergence": [], "staleness_us": {"total": 0}}),
    );
}

/// The snapshot of 1 s comes back at 3 s, with the value from before the write.
#[test]
fn a_snapshot_brings_old_data_back() {
    let s = with(
        scenario(
            builtin("write-through"),
            json!([
                {"at_us": 1_500_000, "do": "write", "key": "k", "value": 1},
                {"at_us": 1_900_000, "do": "kill-cache"},
                {"at_us": 3_000_000, "do": "restart-cache"},
                {"at_us": 3_500_000, "do": "read", "key": "k"},
            ]),
        ),
        json!({
            "entries": [{"key": "k"}],
            "topology": {"cache": {"snapshot_every_us": 1_000_000}},
            "duration_us": 4_000_000,
        }),
    );
    check(
        s,
        json!({
            "reads": {"hits": 1, "stale": 1},
            // from the commit at 1,510,000 to the set at 1,510,500, and from 3 s on
            "staleness_us": {"max": 1_000_000, "total": 1_000_500},
            "divergence": [{"state": "stale", "cache": 0, "database": 1, "until_us": null}],
        }),
    );
}

/// WT5: the cache first, then a database that says no.
#[test]
fn a_phantom_stays() {
    let s = with(
        scenario(
            builtin("write-through-cache-first"),
            json!([
                {"at_us": 0, "do": "fail-next", "store": "database", "call": "write"},
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 100_000, "do": "read", "key": "k"},
            ]),
        ),
        json!({"duration_us": 1_000_000}),
    );
    check(
        s,
        json!({
            "reads": {"phantom": 1, "dirty": 0, "stale": 0},
            "writes": {"acknowledged": 0, "failed": 1, "lost": 0, "committed": 0},
            "divergence": [{"state": "phantom", "cache": 1, "database": 0}],
        }),
    );
}

/// With no latency anywhere everything happens at one instant, in order.
#[test]
fn no_latency_at_all() {
    let zero = json!({"kind": "constant", "us": 0});
    let run = check(
        with(
            scenario(
                builtin("cache-aside"),
                json!([
                    {"at_us": 5, "do": "read", "key": "k"},
                    {"at_us": 5, "do": "write", "key": "k", "value": 1},
                    {"at_us": 6, "do": "read", "key": "k"},
                ]),
            ),
            json!({"topology": {
                "network": {"default": {"latency": zero}},
                "database": {"read": zero, "write": zero},
            }}),
        ),
        json!({"reads": {"total": 2, "stale": 0}, "writes": {"committed": 1}, "latency_us": {"read": {"max": 0}}}),
    );
    assert_eq!(stored(&run, "k"), Some(1));
}

/// An action elsewhere leaves everybody else's latencies alone.
#[test]
fn others_keep_their_latencies() {
    let jitter = json!({"topology": {"network": {"default": {"latency": {"kind": "exponential", "mean_us": 250}}}}});
    let base = json!([{"at_us": 0, "do": "read", "key": "k", "client": "a"}]);
    let more = json!([
        {"at_us": 0, "do": "read", "key": "k", "client": "a"},
        {"at_us": 0, "do": "write", "key": "z", "value": 1, "client": "b"},
    ]);
    let one = run(&with(scenario(builtin("cache-aside"), base), jitter.clone())).report();
    let two = run(&with(scenario(builtin("cache-aside"), more), jitter)).report();
    assert_eq!(one.latency_us.read, two.latency_us.read);
}

/// What runs away is stopped with an error, and the rest goes on.
#[test]
fn runaways() {
    for (body, expect) in [
        ("    while True:\n        pass\n", "steps"),
        ("    return read(key)\n", ""),
        ("    x = 'a'\n    while True:\n        x = x + x\n", ""),
        ("    n = 0\n    while True:\n        n = n + 1\n        x = 'a' + str(n)\n", ""),
    ] {
        let text =
            format!("def read(key):\n{body}\ndef write(key, value):\n    db.write(key, value)\n");
        let mut run = begin(&with(
            scenario(
                source(&text),
                json!([
                    {"at_us": 0, "do": "read", "key": "k"},
                    {"at_us": 1, "do": "write", "key": "k", "value": 1},
                ]),
            ),
            json!({"duration_us": 1_000_000}),
        ));
        run.advance(1_000_000, u32::MAX);
        compare(&run, &json!({"reads": {"failed": 1}, "writes": {"acknowledged": 1}}));
        let report = run.report();
        assert_eq!(report.errors.len(), 1, "{text}");
        assert!(report.errors[0].message.contains(expect), "{:?}", report.errors);
    }
}

/// What never ends but takes no instructions: bombs, and calls without time.
#[test]
fn runaway_worlds() {
    for text in [
        "def bomb():\n    spawn(bomb)\n    spawn(bomb)\n    sleep(1)\n\ndef read(key):\n    spawn(bomb)\n    return 1\n\ndef write(key, value):\n    pass\n",
        "@at(cache)\ndef read(key):\n    while True:\n        cache.get(key)\n\ndef write(key, value):\n    pass\n",
        "def read(key):\n    spawn(read, key)\n    return 1\n\ndef write(key, value):\n    pass\n",
    ] {
        let mut run = begin(&with(
            scenario(source(text), json!([{"at_us": 0, "do": "read", "key": "k"}])),
            json!({"limits": {"tasks": 1_000, "task_steps": 10_000}, "history": {"keep": 10}}),
        ));
        let end = run.advance(60_000_000, u32::MAX);
        let told = matches!(end, stalemate::simulate::Advance::Stopped(_))
            || !run.report().errors.is_empty();
        assert!(told, "{end:?} {text}");
    }
}

/// Three increments become one statement that adds six; a crash loses all three.
#[test]
fn coalesced_sums() {
    let s = |more: &[serde_json::Value]| {
        let mut actions = vec![
            json!({"at_us": 0, "do": "increment", "key": "k", "by": 1}),
            json!({"at_us": 10_000, "do": "increment", "key": "k", "by": 2}),
            json!({"at_us": 20_000, "do": "increment", "key": "k", "by": 3}),
        ];
        actions.extend_from_slice(more);
        let strategy = json!({"strategy": "write-behind-counters", "parameters": {"INTERVAL": 1}});
        with(scenario(strategy, json!(actions)), json!({"duration_us": 3_000_000}))
    };
    let run = check(
        s(&[]),
        json!({
            "writes": {"acknowledged": 3, "committed": 3, "lost": 0, "pending": 0},
            "database": {"reads": 1, "writes": 1},
            "queue": {"max_depth": 1, "absorbed": 2},
            "divergence": [],
        }),
    );
    assert_eq!((cached(&run, "k"), stored(&run, "k")), (Some(6), Some(6)));
    check(
        s(&[json!({"at_us": 500_000, "do": "kill-cache"})]),
        json!({"writes": {"acknowledged": 3, "committed": 0, "lost": 3, "pending": 0}}),
    );
}

/// WB5: the child comes first and is refused at 1,009,750; it waits for the
/// turn at 3 s, since its second is not over at 2 s.
#[test]
fn a_child_before_its_parent() {
    let at = |duration_us| {
        with(
            scenario(
                builtin("write-behind"),
                json!([
                    {"at_us": 0, "do": "write", "key": "order:1", "value": 1},
                    {"at_us": 100, "do": "write", "key": "user:1", "value": 2},
                ]),
            ),
            json!({
                "duration_us": duration_us,
                "topology": {"database": {"constraints": [{"child": "order:", "parent": "user:"}]}},
            }),
        )
    };
    check(at(2_900_000), json!({"writes": {"committed": 1, "pending": 1, "lost": 0}}));
    check(at(3_100_000), json!({"writes": {"committed": 2, "pending": 0, "lost": 0}}));
}

/// A full queue makes the second writer wait for the acknowledgement at
/// 1,010,750 of the first; who has less patience fails, and pushes nothing.
#[test]
fn a_full_queue_pushes_back() {
    let s = |timeout_us| {
        with(
            scenario(
                source(&BUFFER.replace("durable=DURABLE", "limit=1")),
                json!([
                    {"at_us": 0, "do": "write", "key": "k", "value": 1},
                    {"at_us": 10_000, "do": "write", "key": "z", "value": 2},
                ]),
            ),
            json!({
                "duration_us": 5_000_000,
                "topology": {"network": {"cache_timeout_us": timeout_us}},
            }),
        )
    };
    check(
        s(2_000_000),
        json!({
            "writes": {"acknowledged": 2, "committed": 2, "failed": 0},
            "latency_us": {"write": {"max": 1_001_250}},
            "queue": {"max_depth": 1},
        }),
    );
    check(
        s(1_000_000),
        json!({"writes": {"acknowledged": 1, "committed": 1, "failed": 1, "lost": 0}}),
    );
}

#[test]
fn eviction() {
    let reads = json!([
        {"at_us": 0, "do": "read", "key": "a"},
        {"at_us": 20_000, "do": "read", "key": "b"},
        {"at_us": 40_000, "do": "read", "key": "a"},
        {"at_us": 60_000, "do": "read", "key": "c"},
        {"at_us": 80_000, "do": "read", "key": "b"},
    ]);
    for (eviction, hits, evictions) in [
        // c evicts b, which comes back and evicts a
        ("allkeys-lru", 1, 2),
        // a has the most uses: c evicts b, b evicts c
        ("allkeys-lfu", 1, 2),
        // what expires first: c evicts a, b is still there
        ("volatile-ttl", 2, 1),
        // c finds no room, which is no failure of the read
        ("noeviction", 2, 0),
    ] {
        check(
            json!({
                "version": 1,
                "rows": {"each": {"a": 0, "b": 0, "c": 0}},
                "topology": {"cache": {"capacity": 2, "eviction": eviction}},
                "duration_us": 1_000_000,
                "actions": reads,
            }),
            json!({
                "reads": {"hits": hits, "misses": 5 - hits, "failed": 0},
                "cache": {"entries": 2, "evictions": evictions},
            }),
        );
    }
}

#[test]
fn each_prefix_has_its_strategy() {
    let run = check(
        json!({
            "version": 1,
            "strategies": [
                {"strategy": "cache-aside"},
                {"prefix": "flag", "strategy": "write-behind"},
                {"prefix": "flags:", "strategy": "write-through"},
            ],
            "duration_us": 500_000,
            "actions": [
                {"at_us": 0, "do": "write", "key": "k", "value": 1},
                {"at_us": 0, "do": "write", "key": "flag", "value": 2},
                {"at_us": 0, "do": "write", "key": "flags:x", "value": 3},
            ],
        }),
        json!({"writes": {"acknowledged": 3, "committed": 2, "pending": 1}}),
    );
    assert_eq!((cached(&run, "k"), cached(&run, "flag")), (None, Some(2)));
    assert_eq!((cached(&run, "flags:x"), stored(&run, "flags:x")), (Some(3), Some(3)));
}

/// Tries at 0, 2,000 and 5,000, each refused 1,000 later.
#[test]
fn backoff_doubles() {
    for (duration_us, failed) in [(5_999, 0), (6_000, 1)] {
        check(
            with(
                scenario(
                    builtin("no-cache"),
                    json!([
                        {"at_us": 0, "do": "stop-database"},
                        {"at_us": 0, "do": "read", "key": "k"},
                    ]),
                ),
                json!({
                    "duration_us": duration_us,
                    "topology": {"clients": {"retries": 2, "backoff_us": 1_000}},
                }),
            ),
            json!({"reads": {"total": 1, "failed": failed}}),
        );
    }
}

/// Set at 11,000 for a second and a second of grace: there at 2,010,999, gone
/// at 2,011,000.
#[test]
fn grace() {
    let text = "
def read(key):
    entry = cache.entry(key)
    if entry is not None:
        return entry.value
    value = db.read(key)
    cache.set(key, value, ttl=1, stale=1)
    return value

def write(key, value):
    db.write(key, value)
";
    for (at_us, hits) in [(2_010_499, 1), (2_010_500, 0)] {
        check(
            scenario(
                source(text),
                json!([
                    {"at_us": 0, "do": "read", "key": "k"},
                    {"at_us": at_us, "do": "read", "key": "k"},
                ]),
            ),
            json!({"reads": {"hits": hits, "misses": 2 - hits}}),
        );
    }
}

/// Restored, a database is at full speed, also where it was slowed while down.
#[test]
fn restored_at_full_speed() {
    check(
        scenario(
            builtin("no-cache"),
            json!([
                {"at_us": 0, "do": "stop-database"},
                {"at_us": 1, "do": "slow-database", "factor_milli": 2_000},
                {"at_us": 2, "do": "restore-database"},
                {"at_us": 3, "do": "read", "key": "k"},
            ]),
        ),
        json!({"latency_us": {"read": {"max": 10_500}}}),
    );
}

/// Expired by hand at 100,000, it is stale until the end of its 30 s of grace.
#[test]
fn expired_into_its_grace() {
    check(
        with(
            scenario(
                builtin("stale-while-revalidate"),
                json!([
                    {"at_us": 0, "do": "read", "key": "k"},
                    {"at_us": 50_000, "do": "outside-write", "key": "k", "value": 1},
                    {"at_us": 100_000, "do": "expire", "key": "k"},
                ]),
            ),
            json!({"duration_us": 200_000}),
        ),
        json!({"divergence": [{"state": "stale", "until_us": 30_100_000}]}),
    );
}

fn load(arrivals: serde_json::Value, duration_us: u64) -> serde_json::Value {
    json!({
        "version": 1,
        "strategies": [{"strategy": "no-cache"}],
        "rows": {"ranges": [{"prefix": "item:", "count": 10, "value": 0}]},
        "workloads": [{"arrivals": arrivals, "read_permille": 1000, "keys": {"zipf_milli": 0}}],
        "duration_us": duration_us,
    })
}

#[test]
fn workloads() {
    // at 1,000, 2,000, … 1,000,000
    check(
        load(json!({"kind": "fixed", "every_us": 1_000}), 1_000_000),
        json!({"reads": {"total": 1_000}}),
    );
    // four users: 89,500 of thought and 10,500 of waiting, ten times a second
    let think = json!({"kind": "constant", "us": 89_500});
    check(
        load(json!({"kind": "closed", "users": 4, "think": think}), 1_000_000),
        json!({"reads": {"total": 40}}),
    );
    // 10,000 expected, with a standard deviation of 100
    let run = run(&load(json!({"kind": "poisson", "per_second": 1_000.0}), 10_000_000));
    let total = run.report().reads.total;
    assert!(total.abs_diff(10_000) < 500, "{total}");
}

/// A million requests, of which the history keeps the last hundred records.
#[test]
#[ignore = "takes a minute without optimization"]
fn a_million_requests() {
    let mut s = load(json!({"kind": "poisson", "per_second": 1_000.0}), 1_000_000_000);
    s["history"] = json!({"keep": 100});
    let run = run(&s);
    assert!(run.report().reads.total > 990_000);
    assert!(run.history().since(0).count() <= 100);
    assert!(run.world().tasks().count() < 100 && run.world().messages().count() < 100);
}
