//! Copies in each app server, and many keys at once.

use serde_json::json;
use stalemate::simulate::Simulation;

use super::play::{answers, document, logged, moments, play, without};
use crate::support::{check, compare};

#[test]
fn the_copy_of_the_other_server_stays_until_its_ttl() {
    // TI1: both copies are of 111,250, for 3 s; the write commits at 510,000
    let run = play("ti1");
    assert_eq!(moments(&run, "local_1 deleted user:1"), [510_750]);
    assert_eq!(logged(&run, "local_2 deleted"), 0);
    compare(&run, &json!({"staleness_us": {"max": 111_250 + 3_000_000 - 510_000}}));
    // one server has no other
    let mut alone = document("ti1");
    alone["topology"]["apps"] = json!({"count": 1});
    check(alone, json!({"reads": {"stale": 0}}));
}

#[test]
fn with_a_bus_it_is_gone_as_soon_as_the_message_is_there() {
    // TI2: the message to the cache and the ones from there take 250 each
    let run = play("ti2");
    assert_eq!(moments(&run, "deleted user:1"), [510_500, 511_250, 511_250]);
    compare(&run, &json!({"reads": {"stale": 0}, "staleness_us": {"max": 1_250}}));
}

#[test]
fn a_message_that_the_bus_has_lost_is_not_sent_again() {
    // TI3
    let run = play("ti3");
    assert_eq!(moments(&run, "from cache to app 2 was lost, the link is cut"), [511_000]);
    assert_eq!(moments(&run, "local_1 deleted user:1"), [511_250]);
    compare(&run, &json!({"reads": {"stale": 2}, "staleness_us": {"max": 2_601_250}}));
    check(without(document("ti3"), "cut"), json!({"reads": {"stale": 0}}));
}

#[test]
fn what_a_cache_remembers_of_a_reader_ends_with_the_connection() {
    // TI4: of two copies one is told of, in the 250 µs that a message takes
    let run = play("ti4");
    assert_eq!(moments(&run, "W5: the cache deleted user:1"), [510_500]);
    assert_eq!(moments(&run, "W5: local_1 deleted user:1"), [510_750]);
    assert_eq!(logged(&run, "W5: local_2 deleted user:1"), 0);
    let chain: Vec<String> = run.report().violations[0].cause.clone();
    assert_eq!(chain[1], "the link app 2–cache is cut at 400 ms");
    // the copy of app 2 was set at 200,750 for 3 s; app 1's is stale while the message flies
    compare(&run, &json!({"staleness_us": {"max": 200_750 + 3_000_000 - 510_000}}));
    // dropped with the connection; or nothing happens to that
    let mut dropped = document("ti4");
    dropped["topology"]["local"]["tracking"] = "drop".into();
    let run = check(dropped, json!({"reads": {"stale": 0}}));
    assert_eq!(moments(&run, "local_2 was flushed"), [400_000]);
    check(without(document("ti4"), "cut"), json!({"reads": {"stale": 0}}));
}

#[test]
fn a_row_that_is_paired_with_the_wrong_key_is_a_neighbours() {
    // MK1: three rows, and the one that was written, for each prefix
    let run = play("mk1");
    assert_eq!(answers(&run)[4..], ["R7 new", "R8 row missing:1"]);
    compare(&run, &json!({"reads": {"foreign": 1}, "database": {"reads": 2 * (3 + 1)}}));
    // none is missed
    check(without(document("mk1"), "write"), json!({"reads": {"foreign": 0}}));
}

#[test]
fn a_page_is_as_old_as_the_oldest_of_its_rows() {
    // MK2
    let run = play("mk2");
    assert_eq!(answers(&run)[2..], ["R5 old, old, old", "R6 old, new, old"]);
    check(without(document("mk2"), "write"), json!({"reads": {"stale": 0}, "divergence": []}));
}

#[test]
fn calls_side_by_side_take_the_time_of_the_slowest_and_have_no_order() {
    // MK3: a load asks the cache, the database and the cache again, 500 + 10,000 + 500; the
    // request's own hops take 500
    let run = play("mk3");
    assert_eq!(moments(&run, "W2: the cache deleted user:1"), [600_500]);
    assert_eq!(moments(&run, "W2: the database committed user:1"), [610_000]);
    let latency = |run: &Simulation| run.report().latency_us.read.max;
    assert_eq!(latency(&run), Some(11_500));
    let with_source = |from: &str, to: &str| {
        let mut other = document("mk3");
        let source = other["strategies"][0]["source"].as_str().expect("a program");
        assert!(source.contains(from), "{source}");
        other["strategies"][0]["source"] = source.replace(from, to).into();
        other
    };
    let gathered = r#"", ".join(gather(load(f"user:{number}"), load(f"cart:{number}")))"#;
    let in_turn = r#"", ".join([load(f"user:{number}"), load(f"cart:{number}")])"#;
    let run = check(with_source(gathered, in_turn), json!({"database": {"reads": 3}}));
    assert_eq!(latency(&run), Some(22_500));
    // first the row, then the invalidation
    let both = "gather(db.write(key, value), cache.delete(key))";
    let run = check(
        with_source(both, "db.write(key, value)\n    cache.delete(key)"),
        json!({"reads": {"stale": 0}, "divergence": []}),
    );
    assert_eq!(run.report().latency_us.write.max, Some(11_000));
    // nobody reads in between
    let mut later = document("mk3");
    later["actions"][2]["at_us"] = 611_000.into();
    check(later, json!({"reads": {"stale": 0}}));
}
