//! Writing past the cache.

use serde_json::json;

use super::play::{delete, increment, read, scene, write};

#[test]
fn write_around_does_not_touch_the_cache() {
    let played = scene(
        "write-around",
        json!({"TTL": 5}),
        &[
            write(0, "a", 2),
            read(100_000, "a"),
            read(200_000, "a"),
            increment(300_000, "a", 3),
            read(400_000, "a"),
            read(6_000_000, "a"),
            delete(7_000_000, "a"),
        ],
    );
    assert_eq!(
        played.answers(),
        [
            "W1 - 10500 acknowledged",
            // nothing was cached by the write
            "R2 2 11500 fresh",
            "R3 2 1000 fresh",
            "I4 - 10500 acknowledged",
            // and nothing is invalidated by it
            "R5 2 1000 stale for 89.5 ms, 1 version behind",
            "R6 5 11500 fresh",
            "D7 - 10500 acknowledged"
        ]
    );
}
