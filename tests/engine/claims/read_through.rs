//! Read-through: the cache loads, so the application need not; and cannot, when
//! the cache is down.

use serde_json::json;

use super::play::{play, under};
use crate::support::{builtin, check, compare};

#[test]
fn the_application_talks_to_the_cache_alone() {
    // RT1: the same hits and misses as cache-aside's, and a miss without the trip of
    // a set. The load of user:2 does not need the link from app to database.
    let looks = json!({"total": 5, "hits": 2, "misses": 3, "stale": 0, "failed": 0});
    let played = play("rt1");
    compare(&played, &json!({"reads": looks, "latency_us": {"read": {"p50": 11_000}}}));
    check(
        under("rt1", builtin("cache-aside")),
        json!({
            "reads": {"total": 5, "hits": 2, "misses": 3, "stale": 0, "failed": 1},
            "latency_us": {"read": {"max": 11_500}},
            "database": {"reads": 2},
        }),
    );
}

#[test]
fn the_load_is_in_one_place_and_dies_with_the_cache() {
    // RT2: ten readers, twice; two more while the cache is down
    let shared = |loads_at_once: u32, loads: u64, failed: u64| {
        json!({
            "reads": {"total": 22, "failed": failed},
            "database": {"reads": loads, "max_concurrent_loads_of_one_key": loads_at_once},
        })
    };
    compare(&play("rt2"), &shared(1, 2, 2));
    check(under("rt2", builtin("cache-aside")), shared(10, 22, 0));
    // a lock in each of the two app servers shares in two places
    check(under("rt2", builtin("single-flight")), shared(2, 4, 2));
}
