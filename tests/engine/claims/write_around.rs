//! Write-around: a write past the cache neither fills it nor corrects it.

use serde_json::json;

use super::play::{document, play, under, without};
use crate::support::{builtin, check, compare};

#[test]
fn a_write_goes_to_the_database_alone_and_the_first_read_misses() {
    // WA1: of 201 rows written only the one that was read has an entry
    let played = play("wa1");
    compare(
        &played,
        &json!({"reads": {"total": 3, "hits": 2, "misses": 1, "stale": 0}, "latency_us": {"read": {"p50": 1_000, "max": 11_500}, "write": {"p50": 10_500}}, "database": {"reads": 1}}),
    );
    check(
        under("wa1", builtin("write-through")),
        json!({
            "reads": {"hits": 3, "misses": 0},
            "latency_us": {"write": {"p50": 11_000}},
            "database": {"reads": 0, "writes": 201},
            "cache": {"entries": 201, "never_read": 200},
        }),
    );
}

#[test]
fn a_key_that_is_cached_is_stale_until_its_ttl_or_an_invalidation() {
    // WA2: user:1 from its commit at 510,000 to the end of the TTL, 5 s after its set
    // at 111,000; user:2 from 560,000 until it is dropped at 2,000,000
    let to_the_ttl = 5_111_000 - 510_000;
    let played = play("wa2");
    compare(
        &played,
        &json!({"reads": {"total": 7, "hits": 3, "misses": 4}, "staleness_us": {"total": to_the_ttl + 2_000_000 - 560_000}, "divergence": []}),
    );
    // not dropped, user:2 is stale at 3.05 s as well, and until 5 s after 161,000
    check(
        without(document("wa2"), "evict"),
        json!({
            "reads": {"hits": 4, "misses": 3, "stale": 4},
            "staleness_us": {"total": to_the_ttl + 5_161_000 - 560_000},
        }),
    );
    check(
        under("wa2", builtin("cache-aside")),
        json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}),
    );
}
