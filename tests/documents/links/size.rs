//! How long links are. `cargo test --test documents -- --nocapture sizes` prints it.

use stalemate::link::{self, Rerun};
use stalemate::scenario::{Action, Scenario, preset};

use super::live::{played, session};

/// A link to a lesson is to fit into a message, one to a session into an address.
const LESSON: usize = 200;
const SESSION: usize = 1_000;

fn preset(id: &str) -> Scenario {
    preset::find(id).unwrap().scenario()
}

/// Scenarios that people make: presets, small ones, and one with a strategy of
/// its own.
fn bases() -> Vec<(&'static str, Scenario)> {
    let parse = |text: &str| Scenario::parse(text).unwrap();
    let source =
        include_str!("../../../src/strategy/builtin/cache_aside.py").replace("TTL", "LIFE");
    let own = super::own(&source);
    let rows = r#"{"rows": {"each": {"user:1": "Ada", "user:2": "Bob", "cart:7": 3}}}"#;
    let replica = r#"{
        "title": "Reads from a replica",
        "notes": "Reads that miss load from a replica that lags.\n\nWatch the cache keep what the replica had.",
        "topology": {"replica": {"lag": {"kind": "exponential", "mean_us": 300000}}, "cache": {"capacity": 50}},
        "rows": {"ranges": [{"prefix": "item:", "count": 100, "value": 0}]},
        "workloads": [{"name": "shoppers", "arrivals": {"kind": "poisson", "per_second": 5.0}}],
        "strategies": [{"strategy": "leases", "parameters": {"TTL": 30}}, {"prefix": "cart:", "strategy": "write-through"}]
    }"#;
    vec![
        ("empty", Scenario::default()),
        ("three rows", parse(rows)),
        ("two strategies", parse(replica)),
        ("a strategy of one's own", own),
        ("cache-aside", preset("cache-aside")),
        ("ca6", preset("ca6")),
        ("write-behind", preset("write-behind")),
    ]
}

#[test]
fn sizes() {
    // any has the same length
    let outcome = Rerun::new(&Scenario::default()).unwrap().finish();
    println!("{:32} {:>6} {:>6}   as a whole", "preset", "codec", "link");
    for preset in preset::all() {
        let scenario = preset.scenario();
        let link = link::encode(&scenario, Some(outcome)).unwrap();
        let whole = link::encode_whole(&scenario, Some(outcome)).unwrap();
        let (length, codec) = (link.text().len(), link.codec().letter());
        println!("{:32} {codec:>6} {length:>6} {:>12}", preset.id, whole.text().len());
        assert!(length < LESSON, "{}: {length}", preset.id);
        // a lesson: what a teacher changes in a preset
        let mut lesson = scenario;
        lesson.seed = 7;
        lesson.view.speed_us_per_ms = 250;
        lesson.view.at_us = Some(1_234_567);
        lesson.strategies[0]
            .parameters
            .insert("TTL".to_owned(), stalemate::scenario::Literal::Int(3));
        lesson.actions.push(Action {
            at_us: 900_000,
            what: stalemate::scenario::What::KillCache { cache: None },
        });
        let lesson = link::encode(&lesson, Some(outcome)).unwrap();
        assert!(lesson.text().len() < LESSON, "{}: {}", preset.id, lesson.text().len());
    }
    println!("\n{:32} {:>6} {:>6}   of 50 actions", "session on", "codec", "link");
    for (name, base) in bases() {
        for seed in 0..4 {
            let line = session(&base, seed, 50);
            let scenario = line.session(None);
            assert_eq!(scenario.actions.len(), base.actions.len() + 50);
            let link = link::encode(&scenario, Some(played(&line))).unwrap();
            let (length, codec) = (link.text().len(), link.codec().letter());
            println!("{name:32} {codec:>6} {length:>6}");
            assert!(length < SESSION, "{name}: {length}");
        }
    }
}
