//! A scenario that says what it expects is a test: in a terminal, in CI.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use stalemate::scenario::preset;
use stalemate::scenario::schema;

/// One hit of a stale value: a miss, a script's write, a read; one write is
/// acknowledged and committed.
fn scenario(expect: &Value) -> Value {
    json!({
        "rows": {"each": {"k": "old"}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k"},
            {"at_us": 100_000, "do": "outside-write", "key": "k", "value": "new"},
            {"at_us": 200_000, "do": "read", "key": "k"},
            {"at_us": 300_000, "do": "write", "key": "other", "value": 1},
        ],
        "expect": expect,
    })
}

/// What a command says of a scenario, and its exit status.
fn stalemate(arguments: &[&str], scenario: &Value) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stalemate"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(scenario.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Whether the expectations hold, and what is said of each.
#[track_caller]
fn check(expect: Value, said: &[(bool, &str)]) {
    let scenario = scenario(&expect);
    let status = i32::from(said.iter().any(|(holds, _)| !holds));
    let (exit, out, err) = stalemate(&["run", "-", "--json"], &scenario);
    assert_eq!((exit, err.as_str()), (status, ""), "{out}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let findings = report["expectations"].as_array().unwrap();
    let found: Vec<(bool, &str)> = findings
        .iter()
        .map(|it| (it["holds"].as_bool().unwrap(), it["words"].as_str().unwrap()))
        .collect();
    assert_eq!(found, said);

    // ... and for people
    let (exit, out, err) = stalemate(&["run", "-"], &scenario);
    assert_eq!((exit, err.as_str()), (status, ""));
    for (holds, words) in said {
        let line = format!("  {} {words}\n", if *holds { '✓' } else { '✗' });
        assert!(out.contains(&line), "no {line:?} in:\n{out}");
    }
    allowed_by_the_schema(&scenario, true);
}

/// One expectation, that does or does not hold.
#[track_caller]
fn one(expect: Value, holds: bool, words: &str) {
    check(json!([expect]), &[(holds, words)]);
}

/// The scenario is wrong: before the run, as `check` says it, and under its line.
#[track_caller]
fn wrong(expect: Value, path: &str, message: &str) {
    let scenario = scenario(&json!([expect]));
    for command in ["check", "run"] {
        let (exit, out, err) = stalemate(&[command, "-", "--json"], &scenario);
        assert_eq!((exit, err.as_str()), (2, ""), "{out}");
        let report: Value = serde_json::from_str(&out).unwrap();
        let errors = report["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{out}");
        assert_eq!(errors[0]["path"], format!("expect[0]{path}"), "{out}");
        assert_eq!(errors[0]["message"], message);
        assert_eq!(errors[0]["line"], 1);
    }
}

#[track_caller]
fn allowed_by_the_schema(scenario: &Value, allowed: bool) {
    let schema = jsonschema::validator_for(&schema::schema()).unwrap();
    assert_eq!(schema.is_valid(scenario), allowed, "{scenario}");
}

#[test]
fn equal_or_not() {
    let path = "reads.stale";
    one(json!({"path": path, "equals": 1}), true, "reads.stale is 1; expected 1");
    one(json!({"path": path, "equals": 1.0}), true, "reads.stale is 1; expected 1.0");
    one(json!({"path": path, "equals": 0}), false, "reads.stale is 1; expected 0");
    one(json!({"path": path, "equals": "1"}), false, "reads.stale is 1; expected \"1\"");
    one(json!({"path": path, "equals": true}), false, "reads.stale is 1; expected true");
    one(json!({"path": path, "equals": null}), false, "reads.stale is 1; expected null");
}

#[test]
fn between() {
    let path = "reads.total";
    one(json!({"path": path, "at_least": 2}), true, "reads.total is 2; expected at least 2");
    one(json!({"path": path, "at_least": 2.5}), false, "reads.total is 2; expected at least 2.5");
    one(json!({"path": path, "at_most": 2}), true, "reads.total is 2; expected at most 2");
    one(json!({"path": path, "at_most": -1}), false, "reads.total is 2; expected at most -1");
    let both = |least: u32, most: u32| json!({"path": path, "at_least": least, "at_most": most});
    one(both(2, 2), true, "reads.total is 2; expected at least 2 and at most 2");
    one(both(0, 1), false, "reads.total is 2; expected at least 0 and at most 1");
    one(both(3, 4), false, "reads.total is 2; expected at least 3 and at most 4");
}

#[test]
fn every_kind_of_path() {
    check(
        json!([
            {"path": "at_us", "equals": 60_000_000},
            {"path": "latency_us.read.p99", "equals": 11_500},
            {"path": "violations.length", "equals": 1},
            {"path": "violations[0].key", "equals": "k"},
            {"path": "divergence[0].cache", "equals": "old"},
            {"path": "errors.length", "equals": 0},
        ]),
        &[
            (true, "at_us is 60000000; expected 60000000"),
            (true, "latency_us.read.p99 is 11500; expected 11500"),
            (true, "violations.length is 1; expected 1"),
            (true, "violations[0].key is \"k\"; expected \"k\""),
            (true, "divergence[0].cache is \"old\"; expected \"old\""),
            (true, "errors.length is 0; expected 0"),
        ],
    );
}

/// What a lesson can ask about can be expected, too.
#[test]
fn the_stores_and_the_requests() {
    check(
        json!([
            {"path": "keys.k.cache.value", "equals": "old"},
            {"path": "keys.k.database.version", "equals": 2},
            {"path": "keys.k.state", "equals": "stale"},
            {"path": "keys.nobody.cache.value", "equals": null},
            {"path": "requests.R3.stale_us", "equals": 100_000},
            {"path": "requests.R3.versions_behind", "equals": 2},
            {"path": "requests.R1.verdict", "equals": "stale"},
        ]),
        &[
            (true, "keys.k.cache.value is \"old\"; expected \"old\""),
            (true, "keys.k.database.version is 2; expected 2"),
            (true, "keys.k.state is \"stale\"; expected \"stale\""),
            (true, "keys.nobody.cache.value is null; expected null"),
            (true, "requests.R3.stale_us is 100000; expected 100000"),
            (false, "requests.R3.versions_behind is 1; expected 2"),
            (false, "requests.R1.verdict is \"fresh\"; expected \"stale\""),
        ],
    );
    wrong(
        json!({"path": "keys.k.cash.value", "equals": 1}),
        ".path",
        "`keys.k` has no `cash`; allowed: `cache`, `database`, `queued`, `state`",
    );
}

/// Nothing is equal to what is not there, `null` included.
#[test]
fn what_is_not_there_does_not_hold() {
    let there_is_no = |path: &str, why: &str, expected: &str| {
        format!("there is no {path}: {why}; expected {expected}")
    };
    let path = "violations[1].kind";
    let why = "`violations` has 1 item";
    one(json!({"path": path, "equals": null}), false, &there_is_no(path, why, "null"));
    one(json!({"path": path, "equals": "x"}), false, &there_is_no(path, why, "\"x\""));
    let path = "violations[3].at_us";
    one(json!({"path": path, "at_least": 0}), false, &there_is_no(path, why, "at least 0"));
}

/// A latency where nothing was asked is `null`, and no number.
#[test]
fn null_is_a_value() {
    let nothing = |expect: Value| json!({"expect": [expect]});
    let path = "latency_us.read.p99";
    for (expect, status) in [
        (json!({"path": path, "equals": null}), 0),
        (json!({"path": path, "equals": 0}), 1),
        (json!({"path": path, "at_most": 5}), 1),
        (json!({"path": path, "at_least": 0}), 1),
    ] {
        assert_eq!(stalemate(&["run", "-"], &nothing(expect.clone())).0, status, "{expect}");
    }
}

#[test]
fn a_path_that_no_report_has() {
    let at = |path: &str, message: &str| {
        wrong(json!({"path": path, "equals": 0}), ".path", message);
    };
    at("wrtes.lost", "the report has no `wrtes`; did you mean `writes`?");
    at("writes.lots", "`writes` has no `lots`; did you mean `lost`?");
    at("staleness_us.p99", "`staleness_us` has no `p99`; allowed: `max`, `read_max`, `total`");
    at("violations[7].kid", "`violations[7]` has no `kid`; did you mean `kind`?");
    at("errors[0].time", "`errors[0]` has no `time`; did you mean `times`?");
    at(
        "staleness_us",
        "is an object; allowed: `staleness_us.max`, `staleness_us.read_max`, `staleness_us.total`",
    );
    at(
        "staleness_us[0]",
        "`staleness_us` is an object; allowed: `staleness_us.max`, `staleness_us.read_max`, `staleness_us.total`",
    );
    let list = "a list; allowed: `violations.length`, or an item such as `violations[0]`";
    at("violations", &format!("is {list}"));
    at("violations.kind", &format!("`violations` is {list}"));
    at(
        "writes.lost.length",
        "`writes.lost` is a number, with nothing below it; allowed: `writes.lost`",
    );
}

#[test]
fn a_path_that_is_none() {
    let allowed = "names with dots between them and [0], [1], … after a list, such as \
                   violations[0].kind";
    let huge = format!("a[{}]", "9".repeat(30));
    for path in [
        "writes lost",
        "writes.",
        ".writes",
        "a..b",
        "a[",
        "a[]",
        "a[-1]",
        "a[+1]",
        "a[0",
        "a0]",
        "[0]",
        "a[0]b",
        "9",
        &huge,
    ] {
        let expect = json!({"path": path, "equals": 0});
        allowed_by_the_schema(&scenario(&json!([expect])), false);
        wrong(expect, ".path", &format!("is \"{path}\"; allowed: {allowed}"));
    }
    wrong(
        json!({"path": "", "equals": 0}),
        ".path",
        "is empty; allowed: a text of 1 to 200 characters",
    );
    wrong(json!({"path": 5, "equals": 0}), ".path", &format!("is 5; allowed: {allowed}"));
}

#[test]
fn a_comparison_that_is_none() {
    let with = |more: Value| {
        let mut expect = json!({"path": "reads.total"});
        expect.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        expect
    };
    let ways = "`equals`, or `at_least`, `at_most` or both";
    let at = |more: Value, path: &str, message: &str| {
        allowed_by_the_schema(&scenario(&json!([with(more.clone())])), false);
        wrong(with(more), path, message);
    };
    at(json!({}), "", &format!("compares with nothing; allowed: {ways}"));
    at(json!({"equals": 1, "at_most": 2}), "", &format!("compares in two ways; allowed: {ways}"));
    at(
        json!({"at_least": 9_007_199_254_740_993_i64}),
        ".at_least",
        "is 9007199254740993; allowed: -9007199254740992..9007199254740992",
    );
    at(
        json!({"equals": [1]}),
        ".equals",
        "is not a value; allowed: null, true, false, a number or a text",
    );
    at(json!({"at_most": "3"}), ".at_most", "is not a number");
    at(json!({"at_mots": 3}), "", "has no field `at_mots`; did you mean `at_most`?");
    wrong(
        with(json!({"at_least": 3, "at_most": 2})),
        ".at_most",
        "is 2; allowed: 3 (`at_least`) or more",
    );
    wrong(
        json!({"path": "checksum", "at_most": 2}),
        ".path",
        "`checksum` is a text, not a number; allowed: `equals`",
    );
}

/// A document, and what the author says of an expectation, go through unchanged.
#[test]
fn what_the_document_says_is_what_comes_out() {
    let scenario = scenario(&json!([
        {"path": "reads.stale", "at_least": 2, "at_most": 3, "note": "one before each write"},
        {"path": "reads.stale", "equals": null},
    ]));
    let (_, out, _) = stalemate(&["run", "-", "--json"], &scenario);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        report["expectations"],
        json!([
            {
                "path": "reads.stale",
                "expected": {"at_least": 2, "at_most": 3},
                "found": 1,
                "holds": false,
                "words": "reads.stale is 1; expected at least 2 and at most 3",
                "note": "one before each write",
            },
            {
                "path": "reads.stale",
                "expected": {"equals": null},
                "found": 1,
                "holds": false,
                "words": "reads.stale is 1; expected null",
            },
        ])
    );
    let (_, out, _) = stalemate(&["run", "-"], &scenario);
    assert!(out.contains("expectations: 0 of 2 hold\n"), "{out}");
    assert!(out.contains("\n    one before each write\n"), "{out}");
}

#[test]
fn a_scenario_without_expectations_says_nothing_of_them() {
    let (exit, out, _) = stalemate(&["run", "cache-aside", "--json"], &Value::Null);
    assert_eq!(exit, 0);
    assert!(!out.contains("expectations"));
    let (_, out, _) = stalemate(&["run", "cache-aside"], &Value::Null);
    assert!(!out.contains("expectations"));
}

/// Changed from outside it is another scenario, of which the preset said nothing.
#[test]
fn what_a_preset_expects_is_of_the_preset_as_published() {
    let (exit, out, _) = stalemate(&["run", "ca6"], &Value::Null);
    assert_eq!(exit, 0);
    assert!(out.contains("\nexpectations: 3 of 3 hold\n"), "{out}");
    for change in [["--strategy", "leases"], ["--set", "TTL=1"], ["--seed", "7"], ["--until", "2"]]
    {
        let (exit, out, _) = stalemate(&["run", "ca6", change[0], change[1]], &Value::Null);
        assert_eq!(exit, 0, "{change:?}");
        let said = "\nexpectations: 3 skipped, which are of the preset as published\n";
        assert!(out.contains(said), "{change:?}: {out}");
        let arguments = ["run", "ca6", change[0], change[1], "--json"];
        let json: Value = serde_json::from_str(&stalemate(&arguments, &Value::Null).1).unwrap();
        assert_eq!(
            (&json["expectations_skipped"], &json["expectations"]),
            (&3.into(), &Value::Null)
        );
    }
    // what changes nothing, and what an author expects of a file of their own
    let (_, out, _) = stalemate(&["run", "ca6", "--set", "TTL=5"], &Value::Null);
    assert!(out.contains("\nexpectations: 3 of 3 hold\n"), "{out}");
    // even where a preset happens to expect just the same
    let same = preset::find("ca6").unwrap().scenario().expect;
    let (_, out, _) = stalemate(&["run", "-", "--seed", "7"], &scenario(&json!(same)));
    assert!(out.contains("\nexpectations: ") && !out.contains("skipped"), "{out}");
    let mine = scenario(&json!([{"path": "reads.stale", "equals": 1}]));
    let (_, out, _) = stalemate(&["run", "-", "--seed", "7"], &mine);
    assert!(out.contains("\nexpectations: 1 of 1 hold\n"), "{out}");
}

/// What a run came to before its end says nothing about its end.
#[test]
fn a_run_that_is_stopped_is_not_judged() {
    let scenario = json!({
        "limits": {"events": 100},
        "workloads": [{}],
        "expect": [{"path": "writes.lost", "equals": 0}],
    });
    let (exit, out, err) = stalemate(&["run", "-", "--json"], &scenario);
    assert_eq!(exit, 2);
    assert!(err.contains("100 events"), "{err}");
    assert!(!out.contains("expectations"));
}

/// One of each folder: `tests/engine/cases.rs` plays all of them.
#[test]
fn a_case_is_a_file_for_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        let (exit, out, err) = stalemate(&["run", file.to_str().unwrap()], &Value::Null);
        let expected = i32::from(folder.ends_with("open"));
        assert_eq!((exit, err.as_str()), (expected, ""), "{}: {out}", file.display());
    }
}
