//! Comparisons and sweeps on the command line.

use serde_json::{Value, json};

use super::cli::{refused, stalemate, temporary};

#[test]
fn compare_puts_runs_side_by_side() {
    let said = stalemate(&["compare", "ca6", "--strategies", "cache-aside:TTL=5,leases"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    insta::assert_snapshot!(said.out);
}

/// The README shows what the program prints.
#[test]
fn the_readme_shows_a_comparison_as_it_is() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("```\n$ stalemate compare ").expect("an example");
    let (block, _) = block.split_once("```").expect("its end");
    let (command, shown) = block.split_once('\n').expect("what it prints");
    let arguments: Vec<&str> = ["compare"].into_iter().chain(command.split(' ')).collect();
    assert_eq!(stalemate(&arguments).out, shown);
}

#[test]
fn a_comparison_is_one_json_document_of_single_runs() {
    let list = "write-behind,no-cache,write-around:TTL=2";
    let json = stalemate(&["compare", "wb3", "--strategies", list, "--json"]).json();
    let runs = json["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    for (run, arguments) in
        runs.iter().zip([&["write-behind"][..], &["no-cache"], &["write-around", "--set", "TTL=2"]])
    {
        assert_eq!((&run["strategy"], &run["seed"]), (&arguments[0].into(), &1.into()));
        let alone = [&["run", "wb3", "--json", "--strategy"], arguments].concat();
        let mut alone = stalemate(&alone).json();
        // what the preset expects is of one run
        for only in ["expectations", "expectations_skipped"] {
            alone.as_object_mut().unwrap().remove(only);
        }
        assert_eq!(run["report"], alone);
    }
    assert_eq!(runs[2]["parameters"], serde_json::json!({"TTL": 2}));
    let rows = json["rows"].as_array().unwrap();
    let lost = rows.iter().find(|row| row["name"] == "writes.lost").unwrap();
    assert_eq!(lost["cells"][0]["value"], runs[0]["report"]["writes"]["lost"]);
    assert_eq!((&lost["best"], &lost["worst"]), (&Value::from(vec![1, 2]), &Value::from(vec![0])));
    let violation = &runs[0]["report"]["violations"].as_array().unwrap();
    let first = violation.iter().find(|each| each["kind"] == "lost write").unwrap();
    assert_eq!(lost["cells"][0]["op"], first["op"]);
    assert_eq!(lost["cells"][0]["at_us"], first["at_us"]);
}

#[test]
fn a_comparison_does_not_depend_on_the_number_of_threads() {
    let list = "cache-aside,write-through,write-behind,leases,no-cache";
    let with = |threads| {
        let arguments = ["compare", "zipf-load", "--until", "2", "--strategies", list];
        stalemate(&[&arguments[..], &["--json", "--threads", threads]].concat()).out
    };
    let one = with("1");
    assert!(one.len() > 10_000);
    assert_eq!(with("2"), one);
    assert_eq!(with("5"), one);
}

#[test]
fn a_comparison_refuses_what_it_cannot_do() {
    let compare = |list: &str| stalemate(&["compare", "ca6", "--strategies", list]);
    refused(&compare("leases"), &["has 1 strategy; allowed: 2 to 8"]);
    refused(&compare("a,b,c,d,e,f,g,h,i"), &["has 9"]);
    refused(&compare("leases,leases"), &["leases is here twice"]);
    refused(&compare("lease,redis"), &["did you mean leases?", "there are no-cache, cache-aside,"]);
    let arguments = ["compare", "ca6", "--strategies", "leases,no-cache", "--expect"];
    let claim = |claim| stalemate(&[&arguments[..], &[claim]].concat());
    refused(&claim("leases.reads.stael < 1"), &["did you mean `stale`?"]);
    refused(&claim("reads.stale < 1"), &["`leases.…`, `no-cache.…`"]);
}

#[test]
fn what_can_run_runs_though_another_candidate_cannot() {
    let broken = temporary("broken.py", "def read(key):\n    return cash.get(key)\n");
    let list = format!("leases,{broken},cache-aside:TTL=0,no-cache");
    let said = stalemate(&["compare", "ca6", "--strategies", &list]);
    assert_eq!(said.status, 2);
    assert!(said.out.contains("leases") && said.out.contains("no-cache"), "{}", said.out);
    for part in ["broken.py:2:12", "there is no `cash`", "--strategies cache-aside:TTL=0", "0.1"] {
        assert!(said.err.contains(part), "no {part:?} in:\n{}", said.err);
    }
    let said = stalemate(&["compare", "ca6", "--strategies", &list, "--json"]);
    assert_eq!((said.status, said.err.as_str()), (2, ""));
    let json = said.json();
    assert_eq!(json["runs"].as_array().unwrap().len(), 2);
    assert!(json["errors"].as_array().unwrap().len() >= 2);
}

#[test]
fn a_scenarios_own_strategy_is_told_from_the_one_that_it_was_made_from() {
    let edited = serde_json::json!({
        "rows": {"each": {"k": 0}},
        "strategies": [{"strategy": "cache-aside", "source":
            "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n"}],
        "actions": [{"at_us": 0, "do": "read", "key": "k"}],
    });
    let edited = temporary("edited.json", &edited.to_string());
    let claim = "own.lines_of_code < cache-aside.lines_of_code";
    let arguments = ["compare", &edited, "--strategies", "own,cache-aside", "--expect", claim];
    let said = stalemate(&arguments);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.contains(" own ") && said.out.contains(" cache-aside"), "{}", said.out);
    // of a built-in one its name says enough, unless it is compared with itself
    let said = stalemate(&["compare", "ca6", "--strategies", "own,leases"]).out;
    assert!(said.contains(" cache-aside:TTL=5 ") && !said.contains(" own "), "{said}");
}

#[test]
fn claims_across_runs_decide_the_exit_status() {
    let arguments = ["compare", "ca6", "--strategies", "write-through,cache-aside", "--expect"];
    let claim = "write-through.reads.stale <= cache-aside.reads.stale";
    let said = stalemate(&[&arguments[..], &[claim]].concat());
    assert_eq!(said.status, 0);
    assert!(said.out.contains(&format!("expectations: 1 of 1 hold\n  ✓ {claim}: 0 and 3\n")));
    let claim = "write-through.reads.stale > cache-aside.reads.stale";
    let said = stalemate(&[&arguments[..], &[claim]].concat());
    assert_eq!(said.status, 1);
    assert!(said.out.contains("  ✗ "));
}

#[test]
fn compare_says_where_two_runs_part() {
    let list = "cache-aside:TTL=5,write-around";
    let said = stalemate(&["compare", "ca6", "--strategies", list, "--difference"]).out;
    for part in [
        "both: 110.5 ms  R1: the database read user:1",
        "cache-aside:TTL=5: 110.7 ms  W2: the cache has no user:1 to delete",
        "write-around: 110.7 ms  W2: acknowledged after 10.5 ms",
        "stale, cache old, database new",
    ] {
        assert!(said.contains(part), "no {part:?} in:\n{said}");
    }
}

#[test]
fn a_sweep_is_a_table_with_knees() {
    let said = stalemate(&["sweep", "zipf-load", "--until", "5", "--set", "TTL=0.5..4*2"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    insta::assert_snapshot!(said.out);
}

#[test]
fn a_sweep_is_lines_that_do_not_depend_on_threads_and_merge_from_shards() {
    let arguments = ["sweep", "zipf-load", "--until", "2", "--seeds", "2", "--set", "TTL=1..3"];
    let with = |more: &[&str]| {
        let said = stalemate(&[&arguments[..], &["--json"], more].concat());
        assert_eq!((said.status, said.err.as_str()), (0, ""));
        said.out
    };
    let all = with(&["--threads", "1"]);
    assert_eq!(all.lines().count(), 6);
    assert_eq!(with(&["--threads", "5"]), all);
    let first: Value = serde_json::from_str(all.lines().nth(3).unwrap()).unwrap();
    assert_eq!(
        (&first["set.TTL"], &first["seed"], &first["run"]),
        (&2.into(), &2.into(), &3.into())
    );
    // the numbers are those of the run alone
    let alone = ["run", "zipf-load", "--until", "2", "--seed", "2", "--set", "TTL=2", "--json"];
    let alone = stalemate(&alone).json();
    assert_eq!(first["reads.stale"], alone["reads"]["stale"]);
    assert_eq!(first["latency_us.read.p99"], alone["latency_us"]["read"]["p99"]);
    let shards: Vec<String> = (1..=3)
        .map(|part| temporary(&format!("shard-{part}"), &with(&["--shard", &format!("{part}/3")])))
        .collect();
    let [one, two, three] = [0, 1, 2].map(|at| shards[at].as_str());
    assert_eq!(stalemate(&["merge", "--json", three, one, two]).out, all);
    let table = stalemate(&["merge", one, two, three]).out;
    assert!(stalemate(&arguments).out.ends_with(&table), "{table}");
    assert!(table.contains("± "), "{table}");
    let csv = stalemate(&["merge", "--csv", one, two, three]).out;
    assert_eq!(csv, stalemate(&[&arguments[..], &["--csv"]].concat()).out);
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 7);
    let stale = rows[0].iter().position(|name| *name == "reads.stale").unwrap();
    assert_eq!(rows[4][stale], first["reads.stale"].to_string());
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    refused(&stalemate(&["merge", one, three]), &["of 6 runs", "missing: 1, 4"]);
    refused(&stalemate(&["merge", one, two, three, two]), &["run 1 is there twice"]);
    refused(&stalemate(&["merge", "nowhere"]), &["nowhere"]);
}

#[test]
fn a_sweep_finds_where_a_claim_begins_to_hold() {
    let arguments = ["sweep", "zipf-load", "--until", "5", "--set", "TTL=0.5..30*1.2", "--find"];
    let claim = "hit_ratio >= 40%";
    let said = stalemate(&[&arguments[..], &[claim, "--json"]].concat()).json();
    assert_eq!(said["answer"], "smallest");
    let ttl = said["value"].as_f64().unwrap();
    let hits = |ttl: f64| {
        let set = format!("TTL={ttl}");
        let alone =
            stalemate(&["run", "zipf-load", "--until", "5", "--set", &set, "--json"]).json();
        let [hits, misses] = ["hits", "misses"].map(|it| alone["reads"][it].as_f64().unwrap());
        hits / (hits + misses)
    };
    assert!(hits(ttl) >= 0.4 && hits(ttl / 1.2) < 0.4, "{ttl}");
    let never = stalemate(&[&arguments[..], &["hit_ratio > 1"]].concat());
    assert_eq!(never.status, 1);
    refused(&stalemate(&[&arguments[..], &["hits > 1"]].concat()), &["has no `hits`"]);
}

#[test]
fn a_search_says_where_a_claim_changes_more_than_once() {
    // it holds of 1 and of 3, not of 2 and 4
    let ups = [1, 2, 3, 4].map(
        |nth| serde_json::json!({"at_us": nth * 1_000_000 - 500_000, "do": "read", "key": "k"}),
    );
    let scenario = serde_json::json!({"rows": {"each": {"k": 0}}, "actions": ups,
        "strategies": [{"strategy": "cache-aside", "source":
            "N = 1  # how many · 1..9\ndef read(key):\n    if N == 2 or N == 4:\n        db.read(key)\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n"}]});
    let scenario = temporary("waves.json", &scenario.to_string());
    let find = |more: &[&str]| {
        let arguments = ["sweep", &scenario, "--set", "N=1..4", "--find", "database.reads <= 4"];
        stalemate(&[&arguments[..], more].concat())
    };
    let said = find(&["--json"]).json();
    assert_eq!((&said["answer"], &said["value"]), (&"largest".into(), &1.into()));
    assert_eq!(said["otherwise"], serde_json::json!([3]));
    let said = find(&[]).out;
    assert!(said.contains("but it changes more than once: it is otherwise at N=3"), "{said}");
    assert!(
        said.contains("N=1 is the largest: database.reads <= 4 (4 of 4 values tried)"),
        "{said}"
    );
}

#[test]
fn a_search_does_not_judge_a_run_that_was_stopped() {
    let scenario = r#"{"limits": {"events": 1000}, "rows": {"each": {"item:0": 0}},
        "workloads": [{"arrivals": {"kind": "poisson", "per_second": 5}}]}"#;
    let scenario = temporary("limited.json", scenario);
    let find = ["--set", "rate=1,500", "--find", "reads.total < 1000"];
    let said = stalemate(&[&["sweep", scenario.as_str()][..], &find].concat());
    assert_eq!(said.status, 2);
    assert!(said.err.contains("1000 events have happened"), "{}", said.err);
}

#[test]
fn lines_of_a_sweep_are_all_that_it_writes() {
    let said = stalemate(&["sweep", "ca6", "--set", "TTL=1,0,5", "--json"]);
    assert_eq!((said.status, said.out.lines().count()), (2, 1));
    assert!(said.err.contains("must be a number from 0.1"), "{}", said.err);
}

#[test]
fn a_sweep_varies_times_that_the_document_leaves_out() {
    let set = "topology.database.read.us=1000,30000";
    let said = stalemate(&["sweep", "ca6", "--set", set, "--csv", "--threads", "1"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let rows: Vec<Vec<&str>> = said.out.lines().map(|line| line.split(',').collect()).collect();
    let at = rows[0].iter().position(|name| *name == "latency_us.read.p99").unwrap();
    let p99 = |row: usize| rows[row][at].parse::<u64>().unwrap();
    assert!(p99(2) >= p99(1) + 20_000, "{} and {}", p99(1), p99(2));
}

#[test]
fn a_sweep_refuses_what_it_cannot_do() {
    let sweep = |set: &str| stalemate(&["sweep", "zipf-load", "--set", set]);
    refused(&sweep("TLT=1..5"), &["did you mean TTL?"]);
    refused(&sweep("TTL=-1..5"), &["TTL", "0.1"]);
    refused(&sweep("servers=1..99"), &["topology.apps.count", "1..16"]);
    refused(&sweep("capacity=0.5"), &["capacity", "0.5"]);
    refused(&sweep("TTL=1,5,1"), &["1 is there twice"]);
    refused(&stalemate(&["sweep", "ca6", "--set", "rate=1..5"]), &["rate", "changes nothing"]);
    let shard = ["sweep", "ca7", "--set", "TTL=1..3", "--json", "--shard"];
    let said = stalemate(&[&shard[..], &["4/3"]].concat());
    assert!(said.status == 2 && said.out.contains("such as 3/10"), "{}", said.out);
}

#[test]
fn the_table_of_the_courses_is_measured() {
    let said = stalemate(&["compare", "--courses"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    // what a link holds changes with the engine's version, not what a reader sees
    let lines = said.out.lines().map(|line| line.split(" 'v1.").next().unwrap().to_owned() + "\n");
    insta::assert_snapshot!(lines.collect::<String>());
    let json = stalemate(&["compare", "--courses", "--json"]).json();
    let behind = &json["courses"][3];
    assert_eq!(
        (&behind["strategy"], &behind["aspects"][4]["word"]),
        (&"write-behind".into(), &"high".into())
    );
    // the link leads to the run with the same number
    let link = behind["aspects"][4]["link"].as_str().unwrap();
    let report = stalemate(&["run", link, "--json"]).json();
    assert_eq!(report["writes"]["lost"], behind["aspects"][4]["value"]);
    refused(&stalemate(&["compare", "--strategies", "leases,no-cache"]), &["needs a SCENARIO"]);
}

#[test]
fn advice_names_who_meets_the_needs_and_where_the_others_fail() {
    let needs = ["--reads", "10", "--writes", "10", "--keys", "5", "--lost", "0", "--stale", "0"];
    let list = "cache-aside,read-through,write-through,write-behind,write-around";
    let more = ["advise", "--hits", "90", "--faults", "cache", "--strategies", list];
    let needs = [&more[..], &needs].concat();
    let said = stalemate(&needs);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("1. write-through meets every need"), "{}", said.out);
    let json = stalemate(&[&needs[..], &["--json"]].concat()).json();
    let ranked = json["ranked"].as_array().unwrap();
    assert_eq!(ranked.len(), 5);
    let behind = ranked.iter().find(|each| each["strategy"] == "write-behind").unwrap();
    let lost = behind["unmet"].as_array().unwrap();
    let lost = lost.iter().find(|each| each["need"] == "no acknowledged write is lost").unwrap();
    assert_eq!(lost["moment"]["at_us"], 20_500_000);
    let report = stalemate(&["run", lost["link"].as_str().unwrap(), "--json"]).json();
    assert_eq!(report["writes"]["lost"].as_f64(), lost["found"].as_f64());
    // what was tried, and what was not
    assert!(said.out.contains("with seed 1 and with these faults: cache"), "{}", said.out);
    assert_eq!(json["tried"]["faults"], json!(["cache"]));
    assert_eq!(json["tried"]["crashes_not_tried"], json!(["app", "worker"]));
    let none = stalemate(&["advise", "--stale", "0", "--strategies", "leases,no-cache"]).out;
    assert!(none.contains("meets every need in this run"), "{none}");
    assert!(none.contains("seed 1 and without a fault; `stalemate explore`"), "{none}");
    assert!(!none.contains("Crashes"), "{none}");
    let lost = stalemate(&["advise", "--lost", "0", "--strategies", "leases,no-cache"]).out;
    let crashes = "Crashes that can lose writes were not tried: --faults cache,app,worker";
    assert!(lost.contains(crashes), "{lost}");
    // what nothing can meet
    let never = stalemate(&["advise", "--read-p99", "0", "--strategies", "leases,no-cache"]);
    assert_eq!(never.status, 1);
    assert!(never.out.ends_with("None of these meets every need.\n"), "{}", never.out);
    let rare = ["advise", "--reads", "0.00001", "--writes", "0", "--strategies", "leases,no-cache"];
    assert!(stalemate(&rare).out.contains("too few to tell"));
    refused(&stalemate(&["advise", "--reads", "-1"]), &["0..10000 a second"]);
    refused(&stalemate(&["advise", "--faults", "moon"]), &["slow-database"]);
    refused(&stalemate(&["advise", "--reads", "0", "--writes", "0"]), &["more than 0"]);
}

/// A trace of three thousand requests, as a CSV.
fn trace() -> String {
    let mut text = "time,client,operation,key\n".to_owned();
    for nth in 0..3_000 {
        let operation = if nth % 10 == 0 { "write" } else { "read" };
        text += &format!(
            "{}.{:03},c{},{operation},k:{}\n",
            nth / 100,
            nth % 100 * 10,
            nth % 7,
            nth * nth % 41
        );
    }
    text
}

#[test]
fn a_trace_is_replayed() {
    let file = temporary("trace.csv", &trace());
    let run =
        |more: &[&str]| stalemate(&[&["run", "-", "--trace", &file, "--json"][..], more].concat());
    // no scenario but its defaults
    let scenario = temporary("trace.json", r#"{"duration_us": 1000000}"#);
    let report = stalemate(&["run", &scenario, "--trace", &file, "--json"]).json();
    assert_eq!(
        (&report["reads"]["total"], &report["writes"]["total"]),
        (&2_700.into(), &300.into())
    );
    // a second after the last request
    assert_eq!(report["at_us"], 30_990_000);
    assert!(report["reads"]["hits"].as_u64().unwrap() > 1_000);
    assert_eq!(run(&[]).status, 2);
    let list = ["--strategies", "cache-aside,no-cache", "--trace", &file, "--json"];
    let json = stalemate(&[&["compare", scenario.as_str()][..], &list].concat()).json();
    assert_eq!(json["runs"][0]["report"], report);
    assert_eq!(json["runs"][1]["report"]["database"]["reads"], 2_700);
}

#[test]
fn a_trace_of_libcachesim_is_replayed() {
    let record = |second: u32, object: u64| {
        [
            &second.to_le_bytes()[..],
            &object.to_le_bytes(),
            &1u32.to_le_bytes(),
            &(-1i64).to_le_bytes(),
        ]
        .concat()
    };
    // two requests in the first second, one four seconds later
    let bytes = [record(100, 7), record(100, 7), record(104, 7)].concat();
    let file = temporary("small.oracleGeneral", "");
    std::fs::write(&file, &bytes).unwrap();
    let scenario = temporary("small.json", r#"{"duration_us": 1000000}"#);
    let run = || stalemate(&["run", &scenario, "--trace", &file, "--json", "--set", "TTL=2"]);
    let report = run().json();
    assert_eq!((&report["reads"]["hits"], &report["reads"]["misses"]), (&1.into(), &2.into()));
    assert_eq!(report["at_us"], 5_000_000);
    std::fs::write(&file, &bytes[..60]).unwrap();
    let said = run();
    assert_eq!(said.status, 2);
    assert!(said.out.contains("has 60 bytes; allowed"), "{}", said.out);
}

#[test]
fn a_wrong_line_of_a_trace_is_named() {
    let scenario = temporary("wrong-trace.json", "{}");
    let run = |name: &str, text: &str| {
        let file = temporary(name, text);
        stalemate(&["run", &scenario, "--trace", &file])
    };
    let late = trace() + "1,c,read,k\n";
    refused(&run("late.csv", &late), &["late.csv: line 3002: the time is before"]);
    refused(&run("peek.csv", "0,c,peek,k\n"), &["line 1: the operation is `peek`; allowed: read"]);
    refused(&run("none.csv", "\n"), &["there is no request in it"]);
    refused(
        &run("long.csv", &format!("0,c,read,{}\n", "k".repeat(70_000))),
        &["line 1: is longer"],
    );
    refused(&stalemate(&["run", &scenario, "--trace", "nowhere.csv"]), &["nowhere.csv"]);
    // a request that cannot be made has the number of its line, not its own
    let behind = r#"{"strategies": [{"strategy": "write-behind"}]}"#;
    let behind = temporary("behind.json", behind);
    let file = temporary("increment.csv", "time,operation,key\n\n0,set,k\n\n1,incr,k\n");
    let said = stalemate(&["run", &behind, "--trace", &file]);
    assert!(said.err.contains("line 5: the strategy of k"), "{}", said.err);
    let file = temporary("packed.csv", "");
    std::fs::write(&file, [0x1f, 0x8b, 8, 0, 0]).unwrap();
    refused(&stalemate(&["run", &scenario, "--trace", &file]), &["is compressed", "gunzip"]);
    let file = temporary("text.oracleGeneral", &trace());
    refused(&stalemate(&["run", &scenario, "--trace", &file]), &["is a text", "trace.csv"]);
    let file = temporary("cut.oracleGeneral", &"\0".repeat(50));
    refused(&stalemate(&["run", &scenario, "--trace", &file]), &["has 50 bytes", "of 24 bytes"]);
}
