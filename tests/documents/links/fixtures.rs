//! Links that were made once open for ever.
//!
//! `v1.txt` has links of version 1: what each shows, the link, its outcome and
//! its scenario, with an empty line between them. A version's file is written
//! once, by `UPDATE_LINKS=1 cargo test --test documents`, and then only added to.
//! `presets.txt` has every preset that links may have been made of, by id and
//! digest; new ones are added in the same way.

use std::path::PathBuf;

use stalemate::link::{self, Codec, Rerun};
use stalemate::scenario::{Literal, Scenario, preset};

use super::live::{played, session};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/links").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_default()
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_LINKS").is_some()
}

/// One link of a file.
struct Fixture<'a> {
    about: &'a str,
    link: &'a str,
    outcome: &'a str,
    json: &'a str,
}

fn fixtures(text: &str) -> Vec<Fixture<'_>> {
    let read = |block| {
        let mut lines = str::splitn(block, 4, '\n');
        let mut next = || lines.next().expect("four parts");
        Fixture { about: next(), link: next(), outcome: next(), json: next() }
    };
    text.trim_end().split("\n\n").filter(|block| !block.is_empty()).map(read).collect()
}

#[test]
fn links_of_every_version_open_as_they_did() {
    let link = link::encode(&Scenario::default(), None).unwrap();
    let version = link.text().split_once('.').unwrap().0.to_owned();
    let name = format!("{version}.txt");
    if is_update() && text(&name).is_empty() {
        std::fs::write(file(&name), examples()).unwrap();
    }
    let names = (1..).map(|version| format!("v{version}.txt"));
    let names: Vec<String> = names.take_while(|name| file(name).exists()).collect();
    assert_eq!(names.last(), Some(&name), "links of this version have no fixtures");
    for name in names {
        let text = text(&name);
        let fixtures = fixtures(&text);
        for fixture in &fixtures {
            let opened = link::decode(fixture.link)
                .unwrap_or_else(|error| panic!("{name}, {}: {error}", fixture.about));
            let scenario = Scenario::parse(fixture.json).unwrap();
            assert_eq!(opened.scenario, scenario, "{name}, {}", fixture.about);
            let outcome = opened.outcome.map_or("none".to_owned(), |it| it.to_string());
            assert_eq!(format!("outcome {outcome}"), fixture.outcome, "{name}, {}", fixture.about);
        }
        if name.starts_with(&format!("{version}.")) {
            for codec in Codec::ALL {
                let start = format!("{version}.{}.", codec.letter());
                assert!(fixtures.iter().any(|it| it.link.starts_with(&start)), "no {start}…");
            }
        }
    }
}

/// What a file of fixtures begins with.
fn examples() -> String {
    let preset = |id: &str| preset::find(id).unwrap().scenario();
    let finish = |scenario: &Scenario| Some(Rerun::new(scenario).unwrap().finish());
    let mut out = String::new();
    let mut add = |about: &str, scenario: &Scenario, outcome, whole: bool| {
        let encode = if whole { link::encode_whole } else { link::encode };
        let link = encode(scenario, outcome).unwrap();
        let outcome = outcome.map_or("none".to_owned(), |it| it.to_string());
        out += &format!("{about}\n{}\noutcome {outcome}\n{}\n\n", link.text(), scenario.to_json());
    };
    add("nothing", &Scenario::default(), None, false);
    add("a preset as it is", &preset("ca6"), finish(&preset("ca6")), false);
    let mut lesson = preset("ca7");
    lesson.seed = 42;
    lesson.strategies[0].parameters.insert("TTL".to_owned(), Literal::Float(2.5));
    lesson.view.at_us = Some(3_000_000);
    add("a preset, changed, at an instant", &lesson, finish(&lesson), false);
    let line = session(&preset("cache-aside"), 1, 30);
    add("a session on a preset", &line.session(None), Some(played(&line)), false);
    let mut notes = preset("cache-aside");
    let told = "The first read misses, loads the row and stores it. Then a script changes the \
                row behind the application's back.\n\nWatch 2 s: "
        .repeat(3);
    notes.notes = told + "the cache goes on serving the old value, \"ann\", until its TTL — é ✓.";
    add("a preset with notes of one's own", &notes, finish(&notes), false);
    add("a preset, whole", &preset("mx3"), finish(&preset("mx3")), true);
    let small = Scenario::parse(
        r#"{"rows": {"each": {"user:1": "Ada"}}, "workloads": [{"arrivals": {"kind": "poisson", "per_second": 0.1}}]}"#,
    )
    .unwrap();
    let line = session(&small, 2, 12);
    let at_us = line.now().now_us();
    add(
        "a session of one's own, at an instant",
        &line.session(Some(at_us)),
        Some(played(&line)),
        false,
    );
    let source = "\
# Mine: what I tried.
TTL = 9  # seconds · 1..60

def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value, ttl=TTL)
    return value

def write(key, value):
    cache.delete(key)
    db.write(key, value)
";
    let own = super::own(source);
    add("a strategy of one's own", &own, finish(&own), false);
    out.pop();
    out
}

#[test]
fn presets_that_links_were_made_of_stay_known() {
    let now: Vec<String> = preset::all()
        .map(|preset| format!("{} {}", preset.id, link::preset_digest(&preset)))
        .collect();
    let mut listed = text("presets.txt");
    if is_update() {
        for line in &now {
            if !listed.lines().any(|it| it == line) {
                listed += &format!("{line}\n");
            }
        }
        std::fs::write(file("presets.txt"), &listed).unwrap();
    }
    let earlier = preset::EARLIER.iter();
    let earlier = earlier.map(|preset| format!("{} {}", preset.id, link::preset_digest(preset)));
    let known: Vec<String> = now.iter().cloned().chain(earlier).collect();
    for line in listed.lines() {
        assert!(
            known.iter().any(|it| it == line),
            "{line}: this preset says something else now. Where links to it may be about, keep its \
             former document among preset::EARLIER; else take the line out of presets.txt"
        );
    }
    for line in &now {
        assert!(
            listed.lines().any(|it| it == line),
            "{line}: this preset is not listed; UPDATE_LINKS=1 cargo test --test documents adds it"
        );
    }
}
