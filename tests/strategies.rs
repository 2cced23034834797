//! What each built-in strategy does in time, and the one thing that sets it
//! apart from the others.
//!
//! Latencies are known by hand. A hop takes 250 µs, a statement of the database
//! 9,500 µs, a command of the cache nothing. So a hit is client–app–cache and
//! back, 1,000 µs; cache-aside's miss is that, the database's 10,000 and the
//! set's 500: 11,500 µs. What holds in one strategy and fails in another is
//! tested both ways.
#![cfg(not(target_arch = "wasm32"))]

#[path = "strategies/play.rs"]
mod play;

#[path = "strategies/cache_aside.rs"]
mod cache_aside;
#[path = "strategies/mixing.rs"]
mod mixing;
#[path = "strategies/races.rs"]
mod races;
#[path = "strategies/through.rs"]
mod through;
#[path = "strategies/ttl.rs"]
mod ttl;
#[path = "strategies/write_around.rs"]
mod write_around;
#[path = "strategies/write_behind.rs"]
mod write_behind;

/// A strategy that is not played here is not proven.
#[test]
fn every_built_in_is_played_here() {
    let sources = [
        include_str!("strategies/cache_aside.rs"),
        include_str!("strategies/mixing.rs"),
        include_str!("strategies/races.rs"),
        include_str!("strategies/through.rs"),
        include_str!("strategies/ttl.rs"),
        include_str!("strategies/write_around.rs"),
        include_str!("strategies/write_behind.rs"),
    ];
    for builtin in stalemate::strategy::builtin::all() {
        let name = format!("\"{}\"", builtin.id);
        assert!(sources.iter().any(|source| source.contains(&name)), "{name} is not");
    }
}
