//! Wrong arguments, and what is said of them: what, where, and what is allowed.

use serde_json::{Value, json};

use super::cli::{fed, refused, stalemate, temporary};

/// The command line, split at its spaces, is refused with these words.
#[track_caller]
fn check(line: &str, parts: &[&str]) {
    let arguments: Vec<&str> = line.split(' ').collect();
    refused(&stalemate(&arguments), parts);
    let said = stalemate(&[&arguments[..], &["--json"]].concat());
    assert_eq!((said.status, said.err.as_str()), (2, ""), "{line}");
    let json = said.json();
    assert_eq!(json["ok"], false, "{line}");
    let messages = json["errors"].to_string();
    for part in parts {
        let part = Value::from(*part).to_string();
        let part = part.trim_matches('"');
        assert!(messages.contains(part), "no {part:?} in {messages}");
    }
}

#[test]
fn each_wrong_argument_is_named_with_what_is_allowed() {
    let seeds = "allowed: a whole number, 0..9007199254740992";
    for (line, parts) in [
        ("run ca6 --seed abc", &["'abc' for '--seed <N>'", seeds][..]),
        ("run ca6 --seed 99999999999999999999", &["--seed", seeds]),
        ("run ca6 --seed -1", &["'-1' for '--seed <N>'", seeds]),
        ("run ca6 --until -1", &["'-1'", "more than 0, up to 31536000"]),
        ("explore ca6 --crashes -1", &["'-1'", "0..255"]),
        ("explore ca6 --max-seconds 0", &["--max-seconds", "1..31536000"]),
        ("sweep ca6 --set TTL=1 --seeds 0", &["--seeds", "1..10000"]),
        ("run ca6 --strategy nope.py", &["nope.py", "`stalemate strategies`"]),
        (
            "run ca6 --strategy leese.py",
            &["there is no such file; did you mean the built-in leases?"],
        ),
        ("compare ca6 --strategies leases,nope.py", &["nope.py", "`stalemate strategies`"]),
        ("check nope.py", &["`stalemate strategies`"]),
        ("lesson foo", &["`stalemate lesson` lists the lessons"]),
        ("lesson ttl", &["did you mean the preset lesson-ttl?"]),
        (
            "run ca6 --set TTL=abc",
            &["--set TTL", "a number from 0.1 to 86400; it is the text", "abc"],
        ),
        ("run ca6 --set TTL=", &["--set TTL", "it is the text"]),
        ("run ca6 --set TTL=true", &["it is true"]),
        ("compare", &["needs a SCENARIO", "--courses"]),
        ("compare ca6 --strategies cache-aside,foo", &["--strategies", "no built-in strategy foo"]),
        ("advise --hits 150", &["--hits", "0..100 %"]),
        ("advise --statements 1001", &["--statements", "0..1000"]),
        ("advise --lost -1", &["--lost", "0 or more"]),
        ("advise --base foo", &["--base", "https://"]),
        ("link ca6 --base foo", &["--base", "https://"]),
        ("run", &["<SCENARIO>"]),
    ] {
        check(line, parts);
    }
}

#[test]
fn help_is_help_with_json_too() {
    let said = stalemate(&["run", "--json", "--help"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.contains("actions stay"), "{}", said.out);
}

#[test]
fn what_never_happens_is_noted() {
    let late = r#"{"duration_us":1000,"actions":[{"at_us":5000,"do":"flush-cache"}]}"#;
    for command in ["check", "run"] {
        let said = fed(&[command, "-"], late);
        assert_eq!(said.status, 0);
        assert!(said.err.starts_with("warning: actions[0].at_us: is 5000"), "{}", said.err);
        let said = fed(&[command, "-", "--json"], late);
        assert_eq!((said.status, said.err.as_str()), (0, ""));
        assert_eq!(said.json()["notes"][0]["path"], "actions[0].at_us");
    }
    // a run that is shorter or longer on purpose
    for until in ["0.0005", "1"] {
        assert_eq!(fed(&["run", "-", "--until", until], late).err, "");
    }
    let many = r#"{"at_us":5000,"do":"flush-cache"}"#;
    let many = format!(r#"{{"duration_us":1000,"actions":[{}]}}"#, [many; 5].join(","));
    assert!(fed(&["check", "-"], &many).err.ends_with("… and 2 more\n"));
}

/// Which stores there are is a question of the scenario.
#[test]
fn a_program_by_itself_may_use_every_store() {
    for (call, name) in [("local.get", "local"), ("replica.read", "replica")] {
        let source =
            format!("def read(key):\n    return {call}(key)\ndef write(key, value):\n    pass\n");
        let file = temporary(&format!("needs-{name}.py"), &source);
        let said = stalemate(&["check", &file]);
        assert_eq!(said.status, 0, "{}", said.err);
        let note = format!("warning: there is no `{name}`, unless the scenario has one");
        assert!(said.err.starts_with(&note), "{}", said.err);
        let none = format!("there is no `{name}`");
        refused(&stalemate(&["run", "ca6", "--strategy", &file]), &[&none, "topology"]);
    }
}

#[test]
fn an_error_of_a_programs_own_has_its_name() {
    let scenario = |raise: &str| {
        let source = format!(
            "class TooMany(Exception): pass\ndef read(key):\n    raise {raise}\n\
             def write(key, value):\n    pass\n"
        );
        let read = json!({"at_us": 0, "do": "read", "key": "k"});
        let rest = json!({"at_us": 9, "do": "read", "key": "other"});
        json!({"strategies": [{"source": source}], "actions": [read, rest]}).to_string()
    };
    for (raise, said, reason) in [
        ("TooMany(key)", "TooMany: k)", "TooMany"),
        ("TooMany", "(TooMany)", "TooMany"),
        ("Exception(key)", "strategy: k)", "strategy: raised"),
        ("DatabaseError(key)", "database: k)", "database: raised"),
    ] {
        let log = fed(&["run", "-", "--log"], &scenario(raise)).out;
        assert!(log.contains(said), "no {said:?} in {log}");
        let failures = fed(&["run", "-", "--json"], &scenario(raise)).json()["failures"].clone();
        // whatever the texts are
        let expected = json!([{"reason": reason, "reads": 2, "writes": 0}]);
        assert_eq!(failures, expected, "{raise}");
    }
}

#[test]
fn a_search_ends_when_its_time_is_over() {
    // too large to end by itself
    let large = ["explore", "zipf-load", "--requests", "12", "--crashes", "2", "--json"];
    let said = stalemate(&[&large[..], &["--max-seconds", "1"]].concat());
    assert_eq!((said.status, said.err.as_str()), (3, ""));
    let bounds = &said.json()["bounds"];
    assert_eq!(bounds["max_seconds"], 1);
    assert_eq!(bounds["cut"][0], "the most seconds (--max-seconds)");
}
