//! Tests of each command and each fault, line by line.

use super::script::{cache, check, unlimited};
use super::*;
use crate::store::script::{datum, key};

#[test]
fn get_and_set() {
    check(
        unlimited(),
        "
        0 get a    => None, miss
        1 set a 7  => True, a=7
        2 get a    => 7, hit
        3 set a 8  => True, a=8 over W7
        4 get a    => 8, hit
        5 delete a => True, a Deleted
        6 delete a => False, no a
        7 get a    => None, miss
    ",
    );
}

#[test]
fn a_ttl_is_half_open() {
    check(
        unlimited(),
        "
        0        set a 7 ttl=10 => True, a=7 until 10
        9.999999 get a          => 7, hit
        10       get a          => None, a Expired, miss
    ",
    );
}

#[test]
fn sweep_reports_each_end_in_order() {
    check(
        unlimited(),
        "
        0 set a 1 ttl=9         => True, a=1 until 9
        0 set b 2 ttl=5         => True, b=2 until 5
        0 set c 3 ttl=5         => True, c=3 until 5
        0 set d 4 ttl=4 stale=4 => True, d=4 until 4 until 8
        3 sweep                 => next 4
        8 sweep => next 9, d stale, b Expired unread, c Expired unread, d Expired unread
        9 sweep => nothing due, a Expired unread
    ",
    );
}

#[test]
fn a_plain_set_clears_the_old_ttl() {
    check(
        unlimited(),
        "
        0  set a 7 ttl=10 => True, a=7 until 10
        1  set a 8        => True, a=8 over W7
        10 sweep          => nothing due
        11 get a          => 8, hit
    ",
    );
}

#[test]
fn replaced_and_deleted_entries_leave_nothing_due() {
    check(
        unlimited(),
        "
        0 set a 1 ttl=5  => True, a=1 until 5
        0 set b 2 ttl=7  => True, b=2 until 7
        1 set a 3 ttl=9  => True, a=3 until 10 over W1
        1 sweep          => next 7
        2 delete b       => True, b Deleted unread
        2 sweep          => next 10
    ",
    );
}

#[test]
fn grace_is_seen_by_entry_alone() {
    check(
        unlimited(),
        "
        0  set a 7 ttl=10 stale=5 version=3 => True, a=7 v3 until 10 until 15
        4  entry a         => 7 fresh age=4 ttl=6 v3, hit
        10 get a           => None, a stale, miss
        12 entry a         => 7 stale age=12 ttl=0 v3, hit
        12 expire a ttl=9  => False
        12 set a 8 version=2 => False, a refused OlderVersion
        12 lease a         => [None 1], miss
        15 entry a         => None, a Expired, miss
    ",
    );
    check(
        unlimited(),
        "
        0 set a 7 ttl=1 stale=5 => True, a=7 until 1 until 6
        1 add a 8               => True, a stale, a=8 over W7
        1 delete a              => True, a Deleted unread
        2 set a 7 ttl=1 stale=5 => True, a=7 until 3 until 8
        4 incr a 2              => 2, a stale, a=2 over W7
        5 set a 7 ttl=1 stale=5 => True, a=7 until 6 until 11 over W2
        6 delete a              => True, a stale, a Deleted unread
    ",
    );
}

#[test]
fn add_keeps_what_is_there() {
    check(
        unlimited(),
        "
        0 add a 7 ttl=5 => True, a=7 until 5
        1 add a 8       => False, a refused Exists
        5 add a 9       => True, a Expired unread, a=9
    ",
    );
}

#[test]
fn incr_keeps_the_ttl_and_starts_at_zero() {
    check(
        unlimited(),
        "
        0 incr a 5       => 5, a=5
        1 set a 7 ttl=10 => True, a=7 until 11 over W5
        2 incr a 3       => 10, a=10 until 11 over W7
        3 incr a -4      => 6, a=6 until 11 over W3
        4 incr a 1.5     => NotANumber
        5 set b text     => True, b=text
        6 incr b 1       => NotANumber
        7 set b 9223372036854775807 => True, b=9223372036854775807 over W0
        8 incr b 1       => NotANumber
    ",
    );
}

#[test]
fn expire_moves_the_end() {
    check(
        unlimited(),
        "
        0  expire a ttl=5        => False
        0  set a 7               => True, a=7
        0  expire a ttl=5        => True, a until 5
        4  expire a ttl=8        => True, a until 12
        5  get a                 => 7, hit
        12 get a                 => None, a Expired, miss
        20 set b 8 ttl=5 stale=9 => True, b=8 until 25 until 34
        21 expire b ttl=0.5      => True, b until 21.5
        29 entry b               => 8 stale age=9 ttl=0, b stale, hit
        30.5 entry b             => None, b Expired, miss
    ",
    );
}

#[test]
fn a_person_can_end_a_ttl() {
    check(
        unlimited(),
        "
        0 set a 7         => True, a=7
        1 expire! a       => true, a Expired unread
        1 expire! a       => false
        2 set a 7 ttl=5 stale=5 => True, a=7 until 7 until 12
        3 expire! a       => true, a until 3, a stale
        3 sweep           => next 8
        4 expire! a       => true, a Expired unread
        4 sweep           => nothing due
    ",
    );
}

#[test]
fn kill_flush_and_evict() {
    check(
        unlimited(),
        "
        0 set a 1            => True, a=1
        0 set b 2 ttl=5      => True, b=2 until 5
        0 set c 3 version=2  => True, c=3 v2
        0 get a              => 1, hit
        1 delete c           => True, c Deleted unread, c remembers v2
        2 evict b            => true, b Evicted unread
        2 evict b            => false
        3 set b 2 ttl=5      => True, b=2 until 8
        4 flush              => done, a Flushed, b Flushed unread, c forgets v2
        5 sweep              => nothing due
        6 set c 1 version=1  => True, c=1 v1
        7 kill               => done, c Killed unread
    ",
    );
}

#[test]
fn a_snapshot_comes_back_without_what_has_expired() {
    check(
        cache(5, Eviction::AllkeysLru),
        "
        0 set a 1                => True, a=1
        0 set b 2 ttl=5          => True, b=2 until 5
        0 set c 3 ttl=5 stale=9  => True, c=3 until 5 until 14
        0 set d 4 ttl=9 version=2 => True, d=4 v2 until 9
        0 get a                  => 1, hit
        1 save                   => done
        2 set a 8                => True, a=8 over W1
        3 kill => done, a Killed, b Killed unread, c Killed unread, d Killed unread
        6 restore => done, a=1, c=3 until 5 until 14, d=4 v2 until 9, c stale
        6 sweep                  => next 9
        7 set e 5                => True, e=5
        7 set f 6                => True, f=6
        8 set g 7                => True, c Evicted unread, g=7
    ",
    );
}

#[test]
fn a_preloaded_entry_is_like_one_that_was_set() {
    let mut cache = cache(1, Eviction::AllkeysLru);
    assert!(cache.preload(key("a"), datum("7"), Some(5_000_000), 0));
    assert!(!cache.preload(key("b"), datum("8"), None, 0));
    check(
        cache,
        "
        1 get a => 7, hit
        5 get a => None, a Expired, miss
    ",
    );
}
#[test]
fn an_older_version_is_refused() {
    check(
        unlimited(),
        "
        0 set a 7 version=3 => True, a=7 v3
        1 set a 6 version=2 => False, a refused OlderVersion
        2 set a 8 version=3 => True, a=8 v3 over W7
        3 set a 9           => True, a=9 over W8
        4 set a 5 version=1 => True, a=5 v1 over W9
    ",
    );
}

#[test]
fn a_delete_remembers_the_version() {
    check(
        unlimited(),
        "
        0 set a 7 version=3    => True, a=7 v3
        1 delete a             => True, a Deleted unread, a remembers v3
        2 set a 6 version=2    => False, a refused OlderVersion
        3 delete a version=5   => False, no a, a remembers v5
        4 delete a version=4   => False, no a, a remembers v5
        5 set a 8 version=4    => False, a refused OlderVersion
        6 get a                => None, miss
        7 delete a             => False, no a
        8 set a 9 version=5    => True, a=9 v5
        9 delete a version=2   => True, a Deleted unread, a remembers v5
    ",
    );
}

#[test]
fn an_expiry_or_an_eviction_forgets_the_version() {
    check(
        cache(1, Eviction::AllkeysLru),
        "
        0  set a 7 ttl=10 version=3 => True, a=7 v3 until 10
        1  delete a version=4       => True, a Deleted unread, a remembers v4 until 10
        9  set a 6 version=3        => False, a refused OlderVersion
        10 set a 6 version=3        => True, a forgets v4, a=6 v3
        11 delete a version=4       => True, a Deleted unread, a remembers v4
        12 set b 1                  => True, a forgets v4, b=1
        13 set a 6 version=3        => True, b Evicted unread, a=6 v3
    ",
    );
    check(
        cache(1, Eviction::Noeviction),
        "
        0 set a 7            => True, a=7
        1 delete b version=4 => False, no b, b forgets v4
    ",
    );
}
