//! A wrong document is told where, what it says, and what is allowed.

use serde_json::Value;
use stalemate::scenario::{Eviction, LONGEST_DOCUMENT, Scenario, schema};

/// What is wrong with a document, one line each.
fn wrong(json: &str) -> String {
    match Scenario::parse(json) {
        Err(error) => format!("{}: {}", error.path, error.message),
        Ok(scenario) => match scenario.validate() {
            Ok(()) => String::new(),
            Err(problems) => {
                let lines: Vec<String> =
                    problems.iter().map(|it| format!("{}: {}", it.path, it.message)).collect();
                lines.join("\n")
            }
        },
    }
}

/// The document is wrong in this way, in the schema's eyes too.
#[track_caller]
fn check(json: &str, expected: &str) {
    check_fit(json, expected);
    let document: Value = serde_json::from_str(json).unwrap();
    let validator = jsonschema::validator_for(&schema::schema()).unwrap();
    assert!(!validator.is_valid(&document), "the schema allows {json}");
}

/// The document is wrong in this way, which a schema cannot say.
#[track_caller]
fn check_fit(json: &str, expected: &str) {
    assert_eq!(wrong(json), expected, "{json}");
}

#[test]
fn an_empty_object_is_a_scenario() {
    check_ok("{}");
    check_ok("\u{feff}{}");
}

/// These are no errors, but most likely mistakes.
#[test]
fn what_a_run_never_comes_to() {
    let beyond = |json: &str| {
        let scenario = Scenario::parse(json).unwrap();
        assert_eq!(scenario.validate(), Ok(()), "{json}");
        let notes = scenario.beyond_its_end();
        notes.iter().map(|it| format!("{}: {}\n", it.path, it.message)).collect::<String>()
    };
    let at_the_end = r#"{"duration_us":1000,"actions":[{"at_us":1000,"do":"flush-cache"}],
        "workloads":[{"name":"a","start_us":1000},{"name":"b","start_us":null}]}"#;
    assert_eq!(beyond(at_the_end), "");
    let after = r#"{"duration_us":1000,"workloads":[{"start_us":1001}],
        "actions":[{"at_us":0,"do":"flush-cache"},{"at_us":5000,"do":"flush-cache"}]}"#;
    let end = "after the end of the run: it never happens; `duration_us` is 1000";
    let both = format!("actions[1].at_us: is 5000, {end}\nworkloads[0].start_us: is 1001, {end}\n");
    assert_eq!(beyond(after), both);
}

#[track_caller]
fn check_ok(json: &str) {
    assert_eq!(wrong(json), "", "{json}");
}

#[test]
fn ranges() {
    let year = "0..31536000000000 microseconds (up to one year)";
    check(r#"{"version":0}"#, "version: is 0; allowed: 1");
    check(r#"{"seed":-1}"#, "seed: is -1; allowed: 0..9007199254740992");
    check(
        r#"{"seed":9007199254740993}"#,
        "seed: is 9007199254740993; allowed: 0..9007199254740992",
    );
    check(
        r#"{"seed":18446744073709551615}"#,
        "seed: is 18446744073709551615; allowed: 0..9007199254740992",
    );
    check(
        r#"{"duration_us":0}"#,
        "duration_us: is 0; allowed: 1..31536000000000 microseconds (up to one year)",
    );
    let long = "x".repeat(201);
    check(
        &format!(r#"{{"title":"{long}"}}"#),
        "title: has 201 characters; allowed: a text of up to 200 characters",
    );
    check(r#"{"topology":{"apps":{"count":0}}}"#, "topology.apps.count: is 0; allowed: 1..16");
    check(
        r#"{"topology":{"apps":{"count":70000}}}"#,
        "topology.apps.count: is 70000; allowed: 1..16",
    );
    check(
        r#"{"topology":{"cache":{"capacity":0}}}"#,
        "topology.cache.capacity: is 0; allowed: 1..1000000",
    );
    check(
        r#"{"topology":{"network":{"default":{"loss_ppm":1000001}}}}"#,
        "topology.network.default.loss_ppm: is 1000001; allowed: 0..1000000",
    );
    check(
        r#"{"topology":{"network":{"links":{"app-cache":{"loss_ppm":1000001}}}}}"#,
        "topology.network.links.app-cache.loss_ppm: is 1000001; allowed: 0..1000000",
    );
    check(
        r#"{"topology":{"client_overrides":{"a":{"retries":21}}}}"#,
        "topology.client_overrides.a.retries: is 21; allowed: 0..20",
    );
    check(
        r#"{"topology":{"database":{"read":{"kind":"constant","us":31536000000001}}}}"#,
        &format!("topology.database.read.us: is 31536000000001; allowed: {year}"),
    );
    check(
        r#"{"workloads":[{"arrivals":{"kind":"poisson","per_second":0}}]}"#,
        "workloads[0].arrivals.per_second: is 0; allowed: 0.000001..1000000",
    );
    check(
        r#"{"workloads":[{"arrivals":{"kind":"wave","per_second":5.0,"swing_permille":1001,"period_us":0}}]}"#,
        "workloads[0].arrivals.swing_permille: is 1001; allowed: 0..1000\n\
         workloads[0].arrivals.period_us: is 0; allowed: 1..31536000000000 microseconds (up to one year)",
    );
    check(
        r#"{"workloads":[{"keys":{"count":0},"read_permille":1001}]}"#,
        "workloads[0].keys.count: is 0; allowed: 1..1000000\n\
         workloads[0].read_permille: is 1001; allowed: 0..1000",
    );
    check(
        r#"{"actions":[{"at_us":1,"do":"slow-database","factor_milli":0}]}"#,
        "actions[0].factor_milli: is 0; allowed: 1..1000000",
    );
    check(
        r#"{"actions":[{"at_us":1,"do":"write","key":"","value":9007199254740993,"times":0}]}"#,
        "actions[0].key: is empty; allowed: a text of 1 to 200 characters\n\
         actions[0].value: is 9007199254740993; allowed: -9007199254740992..9007199254740992\n\
         actions[0].times: is 0; allowed: 1..10000",
    );
    check(r#"{"view":{"speed_us_per_ms":0}}"#, "view.speed_us_per_ms: is 0; allowed: 1..1000000");
}

#[test]
fn shapes() {
    check("null", ": is null; allowed: an object");
    check("[]", ": is a list; allowed: an object");
    check(r#"{"title":5}"#, "title: is 5; allowed: a text of up to 200 characters");
    check(r#"{"actions":{}}"#, "actions: is an object; allowed: a list of up to 10000 items");
    check(
        r#"{"topology":{"apps":{"count":"two"}}}"#,
        r#"topology.apps.count: is the text "two"; allowed: 1..16"#,
    );
    check(r#"{"topology":{"apps":2}}"#, "topology.apps: is 2; allowed: an object");
    check(
        r#"{"rows":{"each":{"a":null}}}"#,
        "rows.each.a: is not a value; allowed: true, false, a number or a text",
    );
    check(
        r#"{"actions":[{"at_us":"soon","do":"read","key":"a"}]}"#,
        r#"actions[0].at_us: is the text "soon"; allowed: 0..31536000000000 microseconds (up to one year)"#,
    );
    check_fit(r#"{"title":"a","title":"b"}"#, ": `title` is here twice");
    check_fit("{", ": is not JSON: EOF while parsing an object");
    check_fit("{} {}", ": is not JSON: trailing characters");
}

#[test]
fn unknown_names() {
    check(r#"{"topolgy":{}}"#, ": has no field `topolgy`; did you mean `topology`?");
    check(
        r#"{"topology":{"cache":{"capcity":5}}}"#,
        "topology.cache: has no field `capcity`; did you mean `capacity`?",
    );
    let policies = Eviction::ALL.map(|policy| format!("`{policy}`")).join(", ");
    check(
        r#"{"topology":{"cache":{"eviction":"lru"}}}"#,
        &format!("topology.cache.eviction: is `lru`; allowed: {policies}"),
    );
    check(
        r#"{"topology":{"cache":{"service":{"kind":"normal"}}}}"#,
        "topology.cache.service.kind: is `normal`; did you mean `lognormal`?",
    );
    check(
        r#"{"topology":{"network":{"links":{"app-cach":{}}}}}"#,
        "topology.network.links: is `app-cach`; did you mean `app-cache`?",
    );
    for typed in ["app-db", "db-app"] {
        check(
            &format!(r#"{{"topology":{{"network":{{"links":{{"{typed}":{{}}}}}}}}}}"#),
            &format!("topology.network.links: is `{typed}`; did you mean `app-database`?"),
        );
    }
    check(
        r#"{"actions":[{"at_us":1,"do":"raed","key":"a"}]}"#,
        "actions[0].do: is `raed`; did you mean `read`?",
    );
    check(
        r#"{"actions":[{"at_us":1,"do":"read","key":"a","tmes":3}]}"#,
        "actions[0]: has no field `tmes`; did you mean `times`?",
    );
}

#[test]
fn fields_of_a_variant() {
    check(r#"{"actions":[{"at_us":1,"do":"read"}]}"#, "actions[0]: `read` needs `key`");
    check(r#"{"actions":[{"do":"crash-worker"}]}"#, "actions[0]: `at_us` is missing");
    check(r#"{"actions":[{"at_us":1}]}"#, "actions[0]: `do` is missing");
    check(
        r#"{"actions":[{"at_us":1,"do":"crash-worker","key":"a"}]}"#,
        "actions[0]: `key` does not belong here: `crash-worker` takes nothing",
    );
    check(
        r#"{"topology":{"cache":{"service":{"kind":"uniform","low_us":5}}}}"#,
        "topology.cache.service: `uniform` needs `high_us`",
    );
    check(
        r#"{"topology":{"cache":{"service":{"kind":"constant","us":5,"low_us":5}}}}"#,
        "topology.cache.service: `low_us` does not belong here: `constant` takes `us`",
    );
}

#[test]
fn what_does_not_fit_together() {
    let rates = |points: &str| {
        format!(r#"{{"workloads":[{{"arrivals":{{"kind":"ramps","points":[{points}]}}}}]}}"#)
    };
    check_fit(
        &rates(r#"{"at_us":5,"per_second":1.0},{"at_us":5,"per_second":2.0}"#),
        "workloads[0].arrivals.points[1].at_us: is 5; allowed: later than the point before, 5",
    );
    check_fit(
        &rates(r#"{"at_us":5,"per_second":0}"#),
        "workloads[0].arrivals.points: has no rate above 0; allowed: at least one point with one",
    );
    let compare = |list: &str, problem: &str| {
        check_fit(&format!(r#"{{"view":{{"compare":{list}}}}}"#), problem);
    };
    compare(r#"["own"]"#, "view.compare: has 1 strategy; allowed: 2 to 8");
    compare(r#"["own","own"]"#, "view.compare[1]: own is here twice");
    compare(
        r#"["own","lease"]"#,
        "view.compare[1]: there is no built-in strategy lease; did you mean leases?",
    );
    check_fit(
        r#"{"strategies":[{"strategy":"cache-asid"},{"source":"x"}]}"#,
        "strategies[0].strategy: is \"cache-asid\"; did you mean \"cache-aside\"?\n\
         strategies[1].prefix: \"\" is here twice",
    );
    check_fit(
        r#"{"strategies":[{"prefix":"a"}]}"#,
        "strategies: one must have an empty `prefix`, to serve all other keys",
    );
    check_fit(
        r#"{"topology":{"cache":{"service":{"kind":"uniform","low_us":5,"high_us":3}}}}"#,
        "topology.cache.service.high_us: is 3; allowed: 5 (`low_us`) or more",
    );
    check_fit(
        r#"{"topology":{"network":{"links":{"app-replica":{}}}}}"#,
        "topology.network.links.app-replica: there is no replica; add `topology.replica`",
    );
    check_fit(
        r#"{"rows":{"ranges":[{"prefix":"a","count":600000,"value":0},{"prefix":"b","count":600000,"value":0}]}}"#,
        "rows: has 1200000 rows in all; allowed: up to 1000000",
    );
    check_fit(
        r#"{"entries":[{"key":"item:9"},{"key":"item:09"},{"key":"item:10"},{"key":"a"},{"key":"a"}],
            "rows":{"each":{"a":1},"ranges":[{"prefix":"item:","count":10,"value":0}]}}"#,
        "entries[1].key: \"item:09\" has no row that the entry could be a copy of\n\
         entries[2].key: \"item:10\" has no row that the entry could be a copy of\n\
         entries[4].key: \"a\" is here twice",
    );
    check_fit(
        r#"{"entries":[{"key":"a","cache":"near"},{"key":"a","cache":"nead"},{"key":"a","cache":"near"},{"key":"a","cache":"local_1"}],
            "topology":{"caches":{"near":{}}},"rows":{"each":{"a":1}}}"#,
        "entries[1].cache: is \"nead\"; did you mean \"near\"?\n\
         entries[2].key: \"a\" is here twice\n\
         entries[3].cache: is \"local_1\"; allowed: cache, near",
    );
    check_fit(
        r#"{"entries":[{"key":"a"},{"key":"a","cache":"cache"}],"rows":{"each":{"a":1}}}"#,
        "entries[1].key: \"a\" is here twice",
    );
    check_fit(
        r#"{"entries":[{"key":"a","cache":"local_1"}],
            "topology":{"local":{"tracking":"keep"}},"rows":{"each":{"a":1}}}"#,
        "entries[0].cache: local_1 starts empty: its server is told only of keys that it has read",
    );
    check_fit(
        r#"{"workloads":[{"name":"w"},{"name":"w","start_us":5,"stop_us":5}]}"#,
        "workloads[1].name: \"w\" is here twice\n\
         workloads[1].stop_us: is 5; allowed: later than `start_us`, 5",
    );
}

#[test]
fn actions_that_do_not_fit() {
    let check = |action: &str, expected: &str| {
        let json = format!(r#"{{"workloads":[{{}}],"actions":[{{"at_us":1,{action}}}]}}"#);
        check_fit(&json, &format!("actions[0].{expected}"));
    };
    check(r#""do":"crash-app","app":2"#, "app: is 2; allowed: 0..1, the app servers");
    check(r#""do":"cut","link":"app-cache","app":2"#, "app: is 2; allowed: 0..1, the app servers");
    check(
        r#""do":"cut","link":"cache-database","app":0"#,
        "link: cache–database has no app server at either end; leave `app` out",
    );
    check(
        r#""do":"heal","link":"app-replica""#,
        "link: there is no replica; add `topology.replica`",
    );
    check(r#""do":"stop-replica""#, "do: there is no replica; add `topology.replica`");
    check(
        r#""do":"fail-next","store":"replica""#,
        "store: there is no replica; add `topology.replica`",
    );
    check(
        r#""do":"fail-next","store":"database","call":"wriet""#,
        "call: is \"wriet\"; did you mean \"write\"?",
    );
    check(
        r#""do":"stop-workload","workload":"usres""#,
        "workload: is \"usres\"; did you mean \"users\"?",
    );
    check(r#""do":"stop-workload","workload":"x""#, "workload: is \"x\"; allowed: users");
}

#[test]
fn a_later_version_says_so() {
    let later = "version: is 2, from a later Stalemate; this one reads up to 1";
    check_fit(r#"{"version":2}"#, later);
    check_fit(r#"{"version":2,"future":{"unknown":true}}"#, later);
}

#[test]
fn size_and_depth_are_bounded() {
    let large = format!(r#"{{"notes":"{}"}}"#, "x".repeat(LONGEST_DOCUMENT));
    check_fit(&large, ": has 1048588 bytes; allowed: up to 1048576");
    let deep = format!(r#"{{"title":{}"#, "[".repeat(1_000));
    check_fit(&deep, "title: is a list; allowed: a text of up to 200 characters");
    let deep = format!(r#"{{"unknown":{}"#, "[".repeat(100_000));
    assert!(Scenario::parse(&deep).is_err());
}

#[test]
fn an_error_says_its_line_and_column() {
    let error = Scenario::parse("{\n  \"seed\": true\n}").unwrap_err();
    assert_eq!((error.line, error.column), (2, 14));
    assert_eq!(
        error.to_string(),
        "seed: is true; allowed: 0..9007199254740992 (line 2, column 14)"
    );
}

#[test]
fn nodes() {
    let cache = |settings: &str| format!(r#"{{"topology":{{"cache":{{{settings}}}}}}}"#);
    check(&cache(r#""nodes":9"#), "topology.cache.nodes: is 9; allowed: 1..8");
    check(&cache(r#""nodes":0"#), "topology.cache.nodes: is 0; allowed: 1..8");
    check_fit(
        &cache(r#""nodes":6,"spare_nodes":3"#),
        "topology.cache.spare_nodes: is 3; allowed: 8 nodes in all",
    );
    check(
        &cache(r#""placement":"ketama""#),
        "topology.cache.placement: is `ketama`; allowed: `hash-slots`, `consistent`, `modulo`",
    );
    check_fit(
        r#"{"topology":{"cache":{"nodes":2},"caches":{"cache_2":{}}}}"#,
        "topology.caches.cache_2: is what a part of cache is called; choose another name",
    );
    let doing = |settings: &str, action: &str| {
        format!(
            r#"{{"topology":{{"cache":{{{settings}}}}},"actions":[{{"at_us":0,"do":{action}}}]}}"#
        )
    };
    for (settings, action, expected) in [
        (r#""nodes":2"#, r#""kill-cache""#, "cache: is missing; allowed: cache_1, cache_2"),
        (
            r#""nodes":2"#,
            r#""kill-cache","cache":"cache_3""#,
            r#"cache: is "cache_3"; did you mean "cache_1"?"#,
        ),
        ("", r#""kill-cache","cache":"cache""#, ""),
        ("", r#""fail-next","store":"cache","cache":"cache""#, ""),
        ("", r#""kill-cache","cache":"near""#, r#"cache: is "near"; allowed: cache"#),
        (
            "",
            r#""add-node","cache":"cache""#,
            "cache: is no node; give the cache `nodes` or `spare_nodes`",
        ),
        (
            r#""nodes":2"#,
            r#""kill-cache","cache":"cache""#,
            r#"cache: is "cache"; did you mean "cache_1"?"#,
        ),
        (
            r#""replica":{}"#,
            r#""add-node","cache":"cache_replica""#,
            "cache: is no node; give the cache `nodes` or `spare_nodes`",
        ),
        (
            r#""nodes":2"#,
            r#""failover","cache":"cache_2""#,
            "cache: has no replica; give the cache one",
        ),
        (r#""replica":{}"#, r#""failover","cache":"cache_replica""#, ""),
        (r#""replica":{}"#, r#""kill-cache""#, ""),
        (r#""nodes":2,"spare_nodes":1"#, r#""add-node","cache":"cache_3""#, ""),
    ] {
        let expected = match expected {
            "" => String::new(),
            expected => format!("actions[0].{expected}"),
        };
        check_fit(&doing(settings, action), &expected);
    }
}

#[test]
fn a_memcached_has_less_than_a_redis() {
    let cache =
        |settings: &str| format!(r#"{{"topology":{{"cache":{{"like":"memcached",{settings}}}}}}}"#);
    check(
        r#"{"topology":{"cache":{"like":"memcache"}}}"#,
        "topology.cache.like: is `memcache`; did you mean `memcached`?",
    );
    check_fit(
        &cache(r#""replica":{}"#),
        "topology.cache.replica: a memcached has no replicas; leave it out",
    );
    check_fit(
        &cache(r#""snapshot_every_us":1000000"#),
        "topology.cache.snapshot_every_us: a memcached writes nothing to disk; leave it out",
    );
    check_fit(
        &cache(r#""eviction":"allkeys-lru""#),
        "topology.cache.eviction: is `allkeys-lru`; allowed: left out (segmented LRU) or \
         `noeviction` (a memcached with -M)",
    );
    check_fit(
        &cache(r#""nodes":2"#),
        "topology.cache.placement: is `hash-slots`, which Redis Cluster has; the clients of a \
         memcached place keys by `consistent` or `modulo`",
    );
    check_fit(
        r#"{"topology":{"caches":{"near":{"like":"memcached","replica":{}}}}}"#,
        "topology.caches.near.replica: a memcached has no replicas; leave it out",
    );
    check_fit(
        r#"{"topology":{"local":{"tracking":"keep"},"caches":{"near":{"like":"memcached"}}}}"#,
        "topology.local.tracking: a memcached tells nobody of changes; leave it out",
    );
    for fine in [
        r#""eviction":"noeviction","capacity":5"#,
        r#""nodes":2,"placement":"modulo""#,
        r#""capacity":5"#,
    ] {
        check_ok(&cache(fine));
    }
}

#[test]
fn a_program_that_a_memcached_cannot_serve_is_told_the_line() {
    let problems = |statement: &str, head: &str| {
        let source = format!(
            "{head}def read(key):\n    return cache.get(key)\n\ndef write(key, value):\n    {statement}\n"
        );
        let strategies = serde_json::json!([{"source": source}]);
        let topology = serde_json::json!({"cache": {"like": "memcached"}});
        let document = serde_json::json!({"strategies": strategies, "topology": topology});
        let scenario = Scenario::parse(&document.to_string()).unwrap();
        let problems = scenario.resolve().map_or_else(|problems| problems, |_| Vec::new());
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for fine in ["cache.set(key, value, ttl=5, stale=9)", "cache.delete(key)", "cache.lease(key)"] {
        assert_eq!(problems(fine, ""), "", "{fine}");
    }
    let script = "is a script, which a memcached does not run; allowed: `cache.add` and \
                  `cache.delete`";
    let version = "with a version is a script, which a memcached does not run; allowed: without a \
                   version, or `cache.set_with_lease`";
    for (statement, call, why) in [
        ("cache.release(key, 1)", "cache.release", script),
        ("cache.extend(key, 1, 5)", "cache.extend", script),
        ("cache.set(key, value, version=1)", "cache.set", version),
        ("cache.set(version=1, value=value, key=key)", "cache.set", version),
        ("cache.delete(key, 4)", "cache.delete", version),
    ] {
        let expected = format!("strategies[0].source: line 5: `{call}` {why}");
        assert_eq!(problems(statement, ""), expected, "{statement}");
    }
    assert_eq!(
        problems("queue.push(key, value)", "queue = Queue(at=cache)\n"),
        "strategies[0].source: has a queue or a loop in the cache, which a memcached does not \
         have; allowed: put it at `app` or `worker`"
    );
}
