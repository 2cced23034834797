use crate::store::cache::script::{check, unlimited};

#[test]
fn a_lease_lets_one_load_at_a_time() {
    check(
        unlimited(),
        "
        0  lease a                      => [None 1], miss
        1  lease a                      => [None None], miss
        2  set_with_lease a 7 lease=1   => True, a=7
        3  lease a                      => [7 None], hit
        4  set_with_lease a 8 lease=1   => False, a refused Lease
        5  lease b                      => [None 2], miss
    ",
    );
}

#[test]
fn a_delete_or_a_set_takes_the_lease_away() {
    check(
        unlimited(),
        "
        0  lease a                      => [None 1], miss
        1  delete a                     => False, no a
        2  set_with_lease a 7 lease=1   => False, a refused Lease
        3  lease a                      => [None 2], miss
        4  set a 8                      => True, a=8
        5  set_with_lease a 9 lease=2   => False, a refused Lease
        6  get a                        => 8, hit
    ",
    );
}

#[test]
fn a_lease_ends_after_ten_seconds() {
    check(
        unlimited(),
        "
        0        lease a                      => [None 1], miss
        9.999999 lease a                      => [None None], miss
        10       lease a                      => [None 2], miss
        10       set_with_lease a 7 lease=1   => False, a refused Lease
        11       set_with_lease a 8 lease=2   => True, a=8
    ",
    );
}

#[test]
fn a_lease_from_before_a_crash_is_not_mistaken_for_a_later_one() {
    check(
        unlimited(),
        "
        0 lease a                    => [None 1], miss
        1 kill                       => done
        2 lease a                    => [None 2], miss
        3 set_with_lease a 7 lease=1 => False, a refused Lease
    ",
    );
}
