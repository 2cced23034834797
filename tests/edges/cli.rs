//! The command line as a person or a script meets it: the built program, run.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use stalemate::link::{self, Rerun};
use stalemate::scenario::{Scenario, preset};

/// What a command said, and its exit status.
pub struct Said {
    pub out: String,
    pub err: String,
    pub status: i32,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

pub fn stalemate(arguments: &[&str]) -> Said {
    fed(arguments, "")
}

/// Runs it with a text on its standard input.
pub fn fed(arguments: &[&str], input: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stalemate"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have an answer without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code().expect("it ended by itself"),
    }
}

/// It refuses, says so under the line, and exits with 2.
#[track_caller]
pub fn refused(said: &Said, parts: &[&str]) {
    assert_eq!((said.status, said.out.as_str()), (2, ""), "{}", said.err);
    for part in parts {
        assert!(said.err.contains(part), "no {part:?} in:\n{}", said.err);
    }
}

#[test]
fn run_shows_what_came_of_it() {
    let said = stalemate(&["run", "ca6"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let (report, rest) = said.out.split_once("\nchecksum ").unwrap();
    // Any change of the engine changes the checksum, not what a reader sees.
    let (checksum, expectations) = rest.split_once('\n').unwrap();
    assert_eq!(checksum.len(), 16);
    insta::assert_snapshot!(report.to_owned() + expectations);
}

#[test]
fn run_gives_one_json_document() {
    let report = stalemate(&["run", "ca6", "--json"]).json();
    assert_eq!(report["reads"]["total"], 4);
    assert_eq!(report["reads"]["stale"], 2);
    assert_eq!(report["latency_us"]["write"]["max"], 11_000);
    assert_eq!(report["violations"][0]["key"], "user:1");
    let leases = stalemate(&["run", "ca6", "--strategy", "leases", "--json"]).json();
    assert_eq!(leases["reads"]["stale"], 0);
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let checksum = |seed| {
        let arguments = ["run", "zipf-load", "--until", "2", "--seed", seed, "--json"];
        stalemate(&arguments).json()["checksum"].clone()
    };
    assert_eq!(checksum("7"), checksum("7"));
    assert_ne!(checksum("7"), checksum("8"));
}

#[test]
fn run_can_be_changed_from_outside() {
    let expirations = |ttl| {
        let arguments = ["run", "ca7", "--until", "4", "--set", ttl, "--json"];
        stalemate(&arguments).json()["cache"]["expirations"].clone()
    };
    assert_eq!(expirations("TTL=1"), 3);
    assert_eq!(expirations("TTL=60"), 0);
    refused(&stalemate(&["run", "ca7", "--set", "TLT=1"]), &["did you mean TTL?"]);
    refused(&stalemate(&["run", "ca7", "--set", "TTL=-1"]), &["--set TTL", "0.1", "86400"]);
    refused(&stalemate(&["run", "ca7", "--set", "TTL"]), &["NAME=VALUE"]);
    refused(&stalemate(&["run", "ca7", "--until", "0"]), &["31536000"]);
    refused(&stalemate(&["run", "ca7", "--strategy", "lease"]), &["did you mean leases?"]);
}

#[test]
fn run_tells_what_happens_in_words() {
    let said = stalemate(&["run", "ca6", "--log"]);
    let at = |text: &str| said.out.lines().position(|line| line.ends_with(text)).unwrap();
    let committed = at("W2: the database committed user:1 = new, version 2");
    let set = at("R1: the cache set user:1 = old for 5 s");
    assert!(committed < set, "{}", said.out);
}

#[test]
fn a_scenario_comes_from_a_preset_a_file_or_standard_input() {
    let preset = stalemate(&["presets", "cache-aside"]).out;
    let file = temporary("scenario.json", &preset);
    let expected = stalemate(&["run", "cache-aside", "--json"]).out;
    assert_eq!(stalemate(&["run", &file, "--json"]).out, expected);
    assert_eq!(fed(&["run", "-", "--json"], &preset).out, expected);
    refused(&stalemate(&["run", "cache-asid"]), &["did you mean the preset cache-aside?"]);
}

#[test]
fn a_strategy_comes_from_a_file() {
    let source = stalemate(&["strategies", "no-cache"]).out;
    let file = temporary("mine.py", &source);
    let report = stalemate(&["run", "cache-aside", "--strategy", &file, "--json"]).json();
    assert_eq!(report["cache"]["entries"], 0);
    assert_eq!(stalemate(&["check", &file]).out, "ok: No cache: every read asks the database\n");
    let file = temporary("wrong.py", "def read(key):\n    return cash.get(key)\n");
    let wrong = ["wrong.py:2:12", "there is no `cash`", "    return cash.get(key)", "`cache`"];
    refused(&stalemate(&["check", &file]), &wrong);
    refused(&stalemate(&["run", "cache-aside", "--strategy", &file]), &wrong);
}

#[test]
fn check_finds_all_that_is_wrong() {
    let json = r#"{
  "topology": { "apps": { "count": 0 } },
  "strategies": [ { "source": "def read(key):\n    return 1\n\ndef write(key):\n    pass\n" } ],
  "actions": [ { "at_us": 1, "do": "crash-app", "app": 3 } ]
}"#;
    let said = fed(&["check", "-"], json);
    refused(
        &said,
        &["topology.apps.count: is 0; allowed: 1..16", "-:2:36", "strategies[0].source:4:"],
    );
    refused(&said, &["actions[0].app: is 3; allowed: 0, the only app server", "-:4:56"]);
    let said = fed(&["check", "-", "--json"], json);
    assert_eq!((said.status, said.err.as_str()), (2, ""));
    let json = said.json();
    assert_eq!(json["ok"], false);
    let errors = json["errors"].as_array().unwrap();
    let range = errors.iter().find(|error| error["path"] == "topology.apps.count").unwrap();
    assert_eq!((&range["line"], &range["column"]), (&2.into(), &36.into()));
}

#[test]
fn check_shows_the_line_of_a_broken_document() {
    let said = fed(&["check", "-"], "{\n  \"titel\": 1\n}");
    refused(&said, &["-:2:", "has no field `titel`; did you mean `title`?"]);
    refused(&fed(&["check", "-"], "{\"title\":"), &["is not JSON", "-:1:"]);
    refused(&fed(&["check", "-"], "{\"version\": 2}"), &["from a later Stalemate", "-:1:13"]);
}

#[test]
fn check_says_ok() {
    assert_eq!(fed(&["check", "-"], "{\"title\": \"Mine\"}").out, "ok: Mine\n");
    let json = fed(&["check", "-", "--json"], "{}").json();
    assert_eq!(json["ok"], true);
}

#[test]
fn strategies_and_presets_are_listed_and_printed() {
    for (list, id) in [("strategies", "leases"), ("presets", "ca7")] {
        let table = stalemate(&[list]).out;
        let json = stalemate(&[list, "--json"]).json();
        let entries = json.as_array().unwrap();
        // the libraries are a group of their own below
        let built_in = table.lines().take_while(|line| !line.is_empty());
        let own = entries.iter().filter(|entry| entry["library"].is_null());
        assert_eq!(built_in.count(), own.count());
        assert!(entries.iter().any(|entry| entry["id"] == id));
        assert!(!stalemate(&[list, id]).out.is_empty());
        refused(&stalemate(&[list, &id[1..]]), &["did you mean", id]);
    }
    let table = stalemate(&["strategies"]).out;
    let (_, libraries) = table.split_once("\nHow libraries and queues do it").unwrap();
    let all = stalemate(&["strategies", "--json"]).json();
    let listed = all.as_array().unwrap().iter().filter(|entry| entry["library"] == true);
    for id in listed.map(|entry| entry["id"].as_str().unwrap()) {
        assert!(libraries.contains(&format!("\n{id} ")), "{id} is not in the table");
    }
    assert!(libraries.contains("\nmoka ") && libraries.contains("\nrabbitmq-classic "));
    let moka = stalemate(&["strategies", "moka"]).out;
    assert!(moka.starts_with("# moka ") && moka.contains("single_flight(key, load)"), "{moka}");
    refused(&stalemate(&["strategies", "mokka"]), &["did you mean", "moka"]);
}

#[test]
fn every_preset_is_right() {
    for entry in stalemate(&["presets", "--json"]).json().as_array().unwrap() {
        let said = stalemate(&["check", entry["id"].as_str().unwrap()]);
        assert_eq!((said.status, said.err.as_str()), (0, ""));
    }
}

/// A link to every preset, and back, comes to the preset's own document.
#[test]
fn link_and_open_give_every_preset_back() {
    for line in include_str!("../determinism.txt").lines() {
        let (id, rest) = line.split_once(' ').unwrap();
        let events: u64 = rest.split_once(' ').unwrap().0.parse().unwrap();
        let mut expected = Scenario::parse(&stalemate(&["presets", id]).out).unwrap();
        // which is expected of the preset, and not of what a link is to
        expected.expect.clear();
        let mut arguments = vec!["link", id];
        // both commands play it, which takes long where there is a load
        if events > 5_000 {
            arguments.extend(["--at", "0"]);
            expected.view.at_us = Some(0);
        }
        let said = stalemate(&arguments);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{id}");
        let opened = stalemate(&["open", said.out.trim()]);
        assert_eq!((opened.status, opened.err.as_str()), (0, ""), "{id}");
        assert_eq!(opened.out, expected.to_json() + "\n", "{id}");
    }
}

#[test]
fn link_prints_a_fragment_or_an_address() {
    let link = stalemate(&["link", "ca6"]).out;
    assert!(link.starts_with("v1.p.") && link.len() < 40 && link.ends_with('\n'), "{link}");
    let page = "https://example.org/stalemate/";
    let address = stalemate(&["link", "ca6", "--base", page]).out;
    assert_eq!(address, format!("{page}#{link}"));
    let json = stalemate(&["link", "ca6", "--json"]).json();
    assert_eq!((json["link"].as_str(), json["codec"].as_str()), (Some(link.trim()), Some("p")));
    assert_eq!(json["outcome"].as_str().unwrap().len(), 8);
    let whole = stalemate(&["link", "ca6", "--whole"]).out;
    assert!(whole.len() > 200);
    assert_eq!(stalemate(&["open", &whole]).out, stalemate(&["open", &address]).out);
}

#[test]
fn link_takes_what_run_takes() {
    let changed = ["link", "ca7", "--strategy", "leases", "--seed", "5", "--at", "1.5"];
    let link = stalemate(&changed).out;
    let opened = stalemate(&["open", &link]).json();
    assert_eq!(opened["strategies"][0]["strategy"], "leases");
    assert_eq!((&opened["seed"], &opened["view"]["at_us"]), (&5.into(), &1_500_000.into()));
    let mine = r#"{"title": "Mine", "actions": [{"at_us": 9, "do": "flush-cache"}]}"#;
    let link = fed(&["link", "-"], mine).out;
    assert_eq!(stalemate(&["open", &link]).json()["title"], "Mine");
    // and a link is a scenario like any other
    let said = stalemate(&["check", &format!("#{link}")]);
    assert_eq!((said.status, said.out.as_str()), (0, "ok: Mine\n"));
    assert_eq!(stalemate(&["link", &link]).out, link);
    assert!(stalemate(&["run", &link, "--log"]).out.contains("the cache was flushed"));
    refused(&stalemate(&["link", "ca77"]), &["did you mean the preset ca7?"]);
    refused(&stalemate(&["link", "ca7", "--at=-1"]), &["31536000"]);
    refused(&fed(&["link", "-"], "{\"seed\": -1}"), &["seed: is -1", "-:1:"]);
    refused(
        &fed(&["link", "-"], "{\"topology\": {\"apps\": {\"count\": 0}}}"),
        &["allowed: 1..16"],
    );
}

#[test]
fn open_says_what_is_wrong_with_a_link() {
    let link = stalemate(&["link", "ca6"]).out;
    let link = link.trim();
    let damaged = link.replace("v1.p.A", "v1.p.B");
    refused(&stalemate(&["open", "ca6"]), &["This is not a Stalemate link"]);
    refused(&stalemate(&["open", "https://example.org/#v2.z.AA"]), &["version 2"]);
    refused(&stalemate(&["open", "v1.x.AAAA"]), &["packed in a way", "'x'"]);
    let cut = [&format!("{} characters of {}", link.len() - 5, link.len()), "Copy it again"];
    refused(&stalemate(&["open", &link[..link.len() - 5]]), &cut);
    refused(&stalemate(&["open", &damaged]), &["was changed on its way"]);
    refused(&stalemate(&["run", &damaged]), &["was changed on its way"]);
    let json = stalemate(&["run", &damaged, "--json"]).json();
    assert_eq!((&json["ok"], &json["errors"][0]["file"]), (&false.into(), &"link".into()));
}

/// The scenario opens all the same.
#[test]
fn open_warns_where_the_run_comes_to_something_else() {
    let mine = Scenario::parse(r#"{"actions": [{"at_us": 9, "do": "read", "key": "k"}]}"#).unwrap();
    let other = Rerun::new(&Scenario::default()).unwrap().finish();
    let link = link::encode(&mine, Some(other)).unwrap();
    let said = stalemate(&["open", link.text()]);
    assert_eq!((said.status, said.out), (0, mine.to_json() + "\n"));
    assert!(
        said.err.starts_with("warning: This run comes to something else at 60 s"),
        "{}",
        said.err
    );
}

#[test]
fn lessons_are_listed_in_order_and_have_a_page_for_their_teacher() {
    let list = stalemate(&["lesson"]).out;
    let json = stalemate(&["lesson", "--json"]).json();
    let lessons = json.as_array().unwrap();
    let all = preset::all().filter(|preset| preset.id.starts_with("lesson-")).count();
    assert_eq!((list.lines().count(), lessons.len()), (all, all));
    assert!(list.starts_with("lesson-cache-aside"), "{list}");
    assert!(lessons.is_sorted_by_key(|lesson| lesson["order"].as_u64()));
    let page = stalemate(&["lesson", "lesson-ttl"]);
    assert_eq!((page.status, page.err.as_str()), (0, ""));
    assert!(page.out.starts_with("# Lesson: TTL"), "{}", page.out);
    let open = "**Open it.** <https://example.org/stalemate/?preset=lesson-ttl>";
    for base in ["https://example.org/stalemate", "https://example.org/stalemate/index.html?x#y"] {
        let page = stalemate(&["lesson", "lesson-ttl", "--base", base]).out;
        assert!(page.contains(open), "{page}");
        assert!(page.contains("<script src=\"https://example.org/stalemate/embed.js\""), "{page}");
        assert!(page.contains("<stale-mate preset=\"lesson-ttl\" label="), "{page}");
    }
    let mine = stalemate(&["presets", "lesson-ttl"]).out.replace("front page", "my page");
    let own = fed(&["lesson", "-", "--base", "https://example.org/"], &mine).out;
    assert!(own.contains("**Open it.** <https://example.org/#v1."), "{own}");
    assert!(own.contains("<stale-mate link=\"v1."), "{own}");
    refused(&stalemate(&["lesson", "lesson-ttl", "--base", "mine"]), &["begins with https://"]);
    let json = stalemate(&["lesson", "lesson-ttl", "--json"]).json();
    assert_eq!(json["page"], page.out);
    assert_eq!(json["steps"][0]["reveal"]["measured"]["value"], 0.0);
    refused(&stalemate(&["lesson", "ca6"]), &["there is none; add `lesson` to the scenario"]);
    refused(&stalemate(&["lesson", "lesson-tll"]), &["did you mean the preset lesson-ttl?"]);
}

/// Only a run knows whether a question has an answer.
#[test]
fn check_plays_a_lesson() {
    let lesson = stalemate(&["presets", "lesson-read-through"]).out;
    assert_eq!(fed(&["check", "-"], &lesson).status, 0);
    let wrong = lesson.replace(r#""equals": "News""#, r#""equals": "Olds""#);
    refused(
        &fed(&["check", "-"], &wrong),
        &["lesson.steps[1].question: 0 of 3 choices are right after the run; allowed: one"],
    );
    let wrong = lesson.replace("step.database.reads", "step.database.raeds");
    refused(&fed(&["check", "-"], &wrong), &["did you mean `reads`?", "question.path"]);
}

/// A run that cannot go on says why, and what came of it until then.
#[test]
fn a_run_that_is_stopped_says_so() {
    let json = r#"{"limits": {"events": 100}, "workloads": [{}]}"#;
    let said = fed(&["run", "-", "--json"], json);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("100 events"), "{}", said.err);
    assert!(said.json()["stopped"].as_str().unwrap().contains("100 events"));
}

#[test]
fn explore_says_whether_something_can_go_wrong_and_how() {
    let said = stalemate(&["explore", "ca6"]);
    assert_eq!((said.status, said.err.as_str()), (1, ""), "{}", said.out);
    assert!(said.out.contains("converges         violated after 5 effects"), "{}", said.out);
    let json = stalemate(&["explore", "ca6", "--property", "converges", "--json"]);
    assert_eq!(json.status, 1);
    let answer = json.json();
    assert_eq!((&answer["verdict"], &answer["effects"]), (&"violated".into(), &5.into()));
    assert_eq!(answer["results"].as_array().map(Vec::len), Some(1));
    // what it found is played as anything else is
    let link = answer["link"].as_str().expect("a link");
    let played = stalemate(&["run", link]);
    assert_eq!(played.status, 0, "{}{}", played.out, played.err);
    assert!(played.out.contains("1 of 1 hold"), "{}", played.out);
}

#[test]
fn explore_tells_what_holds_from_what_it_did_not_see() {
    let holds = stalemate(&["explore", "ca6", "--property", "no-phantom"]);
    assert_eq!(holds.status, 0, "{}", holds.out);
    assert!(holds.out.contains("no-phantom        holds"), "{}", holds.out);
    let cut = stalemate(&["explore", "ca6", "--property", "no-phantom", "--max-states", "5"]);
    assert_eq!(cut.status, 3, "{}", cut.out);
    assert!(cut.out.contains("cut off: the most states (--max-states)"), "{}", cut.out);
    let trace = std::env::temp_dir().join(format!("stalemate-none-{}.itf", std::process::id()));
    let trace = trace.to_str().expect("a path");
    let none = stalemate(&["explore", "ca6", "--property", "no-phantom", "--itf", trace]);
    assert!(none.status == 0 && none.err.contains("not written"), "{}", none.err);
    let changed = ["explore", "ca6", "--strategy", "leases", "--property", "converges"];
    assert_eq!(stalemate(&changed).status, 0);
}

/// Ctrl-C, or a `kill`, ends a search that would take hours, and what it has found is told.
#[test]
#[cfg(target_os = "linux")]
fn explore_tells_what_it_has_found_when_it_is_interrupted() {
    // SIGINT and SIGTERM
    for number in [2, 15] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stalemate"))
            .args(["explore", "wb5", "--crashes", "9", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let listens = || {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:\t")).unwrap();
            // a bit for each signal, from 1
            u64::from_str_radix(caught, 16).unwrap() & 1 << (number - 1) != 0
        };
        while !listens() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let signal =
            Command::new("kill").args([&format!("-{number}"), &child.id().to_string()]).status();
        assert!(signal.unwrap().success());
        let mut out = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut out).unwrap();
        let status = child.wait().unwrap().code();
        let answer: Value =
            serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
        assert!(matches!(status, Some(1 | 3)), "{status:?}");
        assert_eq!(answer["bounds"]["cut"][0], "it was interrupted", "{out}");
    }
}

#[test]
fn explore_refuses_what_it_cannot_search() {
    refused(&stalemate(&["explore", "ca9999"]), &["there is no such file or preset"]);
    refused(
        &stalemate(&["explore", "ca6", "--property", "converge"]),
        &["did you mean converges?"],
    );
    refused(&stalemate(&["explore", "ca6", "--crashes", "300"]), &["--crashes"]);
    // what was found is not lost with the file
    for option in ["--itf", "--mermaid"] {
        let said = stalemate(&["explore", "ca6", "--json", option, "/no/such/folder/trace"]);
        assert_eq!((said.status, &said.json()["verdict"]), (2, &json!("violated")));
        assert!(said.err.contains("/no/such/folder/trace"), "{}", said.err);
    }
    refused(&fed(&["explore", "-"], r#"{"rows": {"each": {"k": 0}}}"#), &["nothing happens"]);
    let json = fed(&["explore", "-", "--json"], "{}");
    assert_eq!((json.status, &json.json()["ok"]), (2, &false.into()));
}

/// `stalemate presets leases | head -1`
#[test]
fn nobody_needs_to_read_to_the_end() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stalemate"))
        .args(["run", "ca7", "--log"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}

/// A file of this text, of this run of the tests.
pub fn temporary(name: &str, text: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
