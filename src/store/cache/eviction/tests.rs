use super::*;
use crate::store::cache::script::{cache, check};

#[test]
fn the_nth_key_is_counted_in_the_order_of_keys() {
    let mut keys = Ranked::default();
    for key in [900, 3, 64, 63, 3, 130] {
        keys.add(Symbol(key));
    }
    keys.remove(Symbol(63));
    keys.remove(Symbol(62));
    let found: Vec<_> = (0..5).map(|n| keys.nth(n).map(|key| key.0)).collect();
    assert_eq!(found, [Some(3), Some(64), Some(130), Some(900), None]);
}

#[test]
fn noeviction_refuses_what_has_no_room() {
    check(
        cache(1, Eviction::Noeviction),
        "
        0 set a 7        => True, a=7
        1 set b 8        => OutOfMemory, b refused Full
        1 incr b 1       => OutOfMemory, b refused Full
        2 set a 9 ttl=1  => True, a=9 until 3 over W7
        3 set b 8        => True, a Expired unread, b=8
    ",
    );
    check(
        cache(0, Eviction::AllkeysLru),
        "
        0 set a 7        => OutOfMemory, a refused Full
    ",
    );
}

#[test]
fn lru_evicts_the_least_recently_used() {
    check(
        cache(3, Eviction::AllkeysLru),
        "
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        0 set c 3 => True, c=3
        1 get a   => 1, hit
        2 set d 4 => True, b Evicted unread, d=4
        3 set c 5 => True, c=5 over W3
        4 set e 6 => True, a Evicted, e=6
        5 set f 7 => True, d Evicted unread, f=7
    ",
    );
}

#[test]
fn lfu_evicts_the_least_often_used_then_the_least_recently() {
    check(
        cache(3, Eviction::AllkeysLfu),
        "
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        0 set c 3 => True, c=3
        1 get a   => 1, hit
        1 get a   => 1, hit
        2 get c   => 3, hit
        3 get b   => 2, hit
        4 set d 4 => True, c Evicted, d=4
        5 set e 5 => True, d Evicted unread, e=5
        6 entry e => 5 fresh age=1 ttl=None, hit
        7 set f 6 => True, b Evicted, f=6
    ",
    );
}

#[test]
fn random_evicts_the_one_picked_in_the_order_of_keys() {
    // the script picks the last
    check(
        cache(3, Eviction::AllkeysRandom),
        "
        0 set c 3 => True, c=3
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        1 set d 4 => True, c Evicted unread, d=4
        2 set c 5 => True, d Evicted unread, c=5
        3 keys    => a1b2c5
    ",
    );
}

#[test]
fn volatile_ttl_evicts_the_one_that_expires_first() {
    check(
        cache(3, Eviction::VolatileTtl),
        "
        0 set a 1 ttl=9 => True, a=1 until 9
        0 set b 2 ttl=8 => True, b=2 until 8
        0 set c 3       => True, c=3
        1 set d 4       => True, b Evicted unread, d=4
        2 set a 5       => True, a=5 over W1
        3 set b 6       => OutOfMemory, b refused Full
        4 expire d ttl=5 => True, d until 9
        5 set b 6       => True, d Evicted unread, b=6
    ",
    );
}

/// Measured by `OBJECT IDLETIME`, Redis 7.0.15 and Valkey 9.1.2.
#[test]
fn a_refused_add_and_a_new_ttl_count_as_uses() {
    check(
        cache(2, Eviction::AllkeysLru),
        "
        0 set a 1 => True, a=1
        1 set b 2 => True, b=2
        2 add a 9 => False, a refused Exists
        3 set c 3 => True, b Evicted unread, c=3
        4 expire a 60 => True, a until 64
        5 set d 4 => True, c Evicted unread, d=4
    ",
    );
}
