//! Each rule in which Memcached differs, as measured at 1.6.18.

use super::super::script::check;
use super::super::*;
use crate::store::script::{datum, key};
use crate::strategy::call::CacheCall;
use crate::strategy::value::Value;

/// No key.
const EMPTY: Symbol = Symbol(26);

fn memcached() -> Cache {
    Cache::memcached(None, true, EMPTY)
}

#[test]
fn a_ttl_is_of_whole_seconds_counted_from_a_tick() {
    check(
        memcached(),
        "
        0.9  set a 7 ttl=1   => True, a=7 until 1
        1    get a           => None, a Expired unread, miss
        1.5  set a 7 ttl=2   => True, a=7 until 3
        2.999999 get a       => 7, hit
        3    get a           => None, a Expired, miss
        3.2  set a 7 ttl=0.1 => True, a=7 until 4
        3.5  entry a         => 7 fresh age=0.3 ttl=1, hit
    ",
    );
    let mut late = memcached();
    late.start(250_000);
    check(late, "3 set a 7 ttl=1 => True, a=7 until 3.25");
}

#[test]
fn a_ttl_beyond_thirty_days_has_passed() {
    check(
        memcached(),
        "
        1 set a 7 ttl=2592000 => True, a=7 until 2592001
        1 set b 7 ttl=2592001 => True, b=7 until 1, b Expired unread
        1 expire a ttl=2592001 => True, a until 1, a Expired unread
    ",
    );
}

#[test]
fn a_grace_is_the_readers_business() {
    check(
        memcached(),
        "
        0 set a 7 ttl=10 stale=5 => True, a=7 until 10 until 15
        12 entry a               => 7 stale age=12 ttl=0, a stale, hit
        12 get a                 => 7, hit
        12 add a 8               => False, a refused Exists
        12 lease a               => [7 None], hit
        12 expire a ttl=7        => True, a until 14
        13 entry a               => 7 fresh age=13 ttl=1, hit
        19 get a                 => None, a stale, a Expired, miss
    ",
    );
}

#[test]
fn a_lease_is_an_empty_entry() {
    check(
        memcached(),
        "
        0 lease a    => [None 1], miss, a=text until 10
        1 lease a    => [None None], miss
        1 get a      => text, hit
        1 add a 5    => False, a refused Exists
        1 incr a     => NotANumber
        2 set_with_lease a 7 lease=1 => True, a=7 over W0
        2 set_with_lease a 8 lease=1 => False, a refused Lease
        3 lease a    => [7 None], hit
        4 delete a   => True, a Deleted
        4 lease a    => [None 3], miss, a=text until 14
        5 delete a   => True, a Deleted unread
        5 set_with_lease a 7 lease=3 => False, a refused Lease
        5 lease a    => [None 4], miss, a=text until 15
        15 lease a   => [None 5], a Expired unread, miss, a=text until 25
    ",
    );
}

#[test]
fn a_token_from_before_a_restart_may_be_anothers() {
    let mut cache = memcached();
    let set = CacheCall::SetWithLease { key: key("a"), value: datum("7"), lease: 1, ttl_us: None };
    let lease = CacheCall::Lease { key: key("a") };
    let run = |cache: &mut Cache, call| cache.apply(&call, 0, &mut |_| 0, &mut |_| {});
    let before = run(&mut cache, lease);
    cache.kill(&mut |_| {});
    cache.start(0);
    assert_eq!(run(&mut cache, lease), before);
    assert_eq!(run(&mut cache, set), Ok(Value::bool(true)));
}

#[test]
fn a_counter_needs_an_entry_and_stops_at_zero() {
    check(
        memcached(),
        "
        0 incr a 2     => None, a refused Missing
        0 set a 5 ttl=9 => True, a=5 until 9
        1 incr a 2     => 7, a=7 until 9 over W5
        2 incr a -9    => 0, a=0 until 9 over W2
        3 set a -5     => True, a=-5 over W4294967287
        3 incr a       => NotANumber
    ",
    );
}

#[test]
fn a_full_one_that_evicts_nothing_loses_what_it_refuses_to_replace() {
    check(
        Cache::memcached(Some(2), false, EMPTY),
        "
        0 set a 1  => True, a=1
        0 set b 1  => True, b=1
        1 set c 1  => OutOfMemory, c refused Full
        1 incr a   => 2, a=2 over W1
        1 set a 2  => OutOfMemory, a refused Full, a Evicted unread
        2 set c 1  => True, c=1
    ",
    );
}

#[test]
fn what_is_read_twice_stays() {
    check(
        Cache::memcached(Some(3), true, EMPTY),
        "
        0 set a 1  => True, a=1
        0 set b 1  => True, b=1
        0 set c 1  => True, c=1
        0 get b    => 1, hit
        0 get b    => 1, hit
        1 set d 1  => True, a Evicted unread, d=1
        2 set e 1  => True, c Evicted unread, e=1
        3 set f 1  => True, d Evicted unread, f=1
        4 set b 2  => True, b=2 over W1
        5 set g 1  => True, e Evicted unread, g=1
        6 set h 1  => True, f Evicted unread, h=1
        7 set i 1  => True, b Evicted, i=1
    ",
    );
}

#[test]
fn it_has_no_scripts() {
    check(
        memcached(),
        "
        0 set a 7 version=1 => Unsupported
        0 delete a version=1 => Unsupported
        0 release a 7 => Unsupported
        0 extend a 7 ttl=1 => Unsupported
    ",
    );
}

#[test]
fn keys_are_short_and_without_spaces() {
    assert!(is_key(&"k".repeat(250)) && !is_key(&"k".repeat(251)));
    assert!(is_key("ä:1") && !is_key("a b") && !is_key("a\n") && !is_key(""));
}
