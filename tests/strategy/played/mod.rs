//! What each built-in strategy does in time, and the one thing that sets it
//! apart from the others.
//!
//! Latencies are known by hand. A hop takes 250 µs, a statement of the database
//! 9,500 µs, a command of the cache nothing. So a hit is client–app–cache and
//! back, 1,000 µs; cache-aside's miss is that, the database's 10,000 and the
//! set's 500: 11,500 µs. What holds in one strategy and fails in another is
//! tested both ways.

mod play;

mod cache_aside;
mod mixing;
mod races;
mod through;
mod ttl;
mod write_around;
mod write_behind;

/// A strategy that is not played here is not proven.
#[test]
fn every_built_in_is_played_here() {
    let sources = [
        include_str!("cache_aside.rs"),
        include_str!("mixing.rs"),
        include_str!("races.rs"),
        include_str!("through.rs"),
        include_str!("ttl.rs"),
        include_str!("write_around.rs"),
        include_str!("write_behind.rs"),
    ];
    for builtin in stalemate::strategy::builtin::all() {
        let name = format!("\"{}\"", builtin.id);
        assert!(sources.iter().any(|source| source.contains(&name)), "{name} is not");
    }
}
