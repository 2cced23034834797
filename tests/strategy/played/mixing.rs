//! One system, a strategy for each prefix.

use serde_json::json;

use super::play::{increment, plain, play, read, write};

#[test]
fn each_prefix_has_its_own_strategy() {
    let played = play(json!({
        "duration_us": 10_000_000,
        "strategies": [
            {"strategy": "cache-aside"},
            {"prefix": "flags:", "strategy": "write-through"},
            {"prefix": "views:", "strategy": "write-behind-counters", "parameters": {"INTERVAL": 5}},
        ],
        "rows": {"each": {"user:1": 1, "flags:x": 0, "views:1": 0}},
        "actions": [
            write(0, "user:1", 2),
            write(100_000, "flags:x", 1),
            increment(200_000, "views:1", 1),
            read(300_000, "user:1"),
            read(400_000, "flags:x"),
            read(500_000, "views:1"),
            increment(6_000_000, "views:1", 1),
            plain(7_000_000, "kill-cache"),
            plain(8_000_000, "restart-cache"),
        ],
    }));
    assert_eq!(
        played.answers(),
        [
            "W1 - 11000 acknowledged",
            "W2 - 11000 acknowledged",
            "I3 - 11000 acknowledged",
            // invalidated, set, counted
            "R4 2 11500 fresh",
            "R5 1 1000 fresh",
            "R6 1 1000 dirty: the database does not hold it yet",
            "I7 - 1000 acknowledged"
        ]
    );
    // only what was counted since the last flush is lost
    assert_eq!((played.report.writes.committed, played.report.writes.lost), (3, 1));
    assert_eq!(played.stores("views:1"), (None, Some("1".into())));
}
