//! Property tests of placement, for any nodes and any keys.

use proptest::prelude::*;

use super::*;

const EACH: [Placement; 3] = Placement::ALL;

/// The number of keys with which adding and removing a node is tested.
const KEYS: usize = 4_000;

fn key(nth: usize) -> String {
    format!("user:{nth}")
}

/// The share of keys whose owner changes, in thousandths.
fn moved(one: &Ring, other: &Ring) -> usize {
    let changes = |nth: &usize| one.owner(&key(*nth)) != other.owner(&key(*nth));
    (0..KEYS).filter(changes).count() * 1_000 / KEYS
}

#[test]
fn slots_are_those_of_the_specification() {
    // "123456789" is the check value that the specification gives
    assert_eq!(crc16("123456789".bytes()), 0x31c3);
    let cases = [("foo", 12_182), ("bar", 5_061), ("{user1000}.following", 3_443)];
    for (key, expected) in cases {
        assert_eq!(slot(key), expected, "{key}");
    }
    assert_eq!(slot("{user1000}.following"), slot("{user1000}.followers"));
    // an empty tag is none; of several the first one counts, up to the next brace
    assert_eq!(slot("foo{}{bar}"), crc16("foo{}{bar}".bytes()) % SLOTS);
    assert_eq!(slot("foo{{bar}}zap"), slot("{bar"));
    assert_eq!(slot("foo{bar}{zap}"), slot("bar"));
    assert_eq!(slot("{open"), crc16("{open".bytes()) % SLOTS);
}

#[test]
fn slots_are_dealt_as_redis_cli_deals_them() {
    let ranges = |start: u16| match slots(start, (1 << start) - 1) {
        Owners::Ranges(ranges) => ranges.to_vec(),
        Owners::Remainders(_) => Vec::new(),
    };
    assert_eq!(ranges(1), [(16_383, 0)]);
    assert_eq!(ranges(3), [(5_460, 0), (10_922, 1), (16_383, 2)]);
    assert_eq!(ranges(6).len(), 6);
    assert_eq!(ranges(6)[0..2], [(2_730, 0), (5_460, 1)]);
}

#[test]
fn a_node_more_moves_its_share_or_nearly_all() {
    for (placement, low, high) in [
        (Placement::HashSlots, 230, 270),
        (Placement::Consistent, 180, 320),
        (Placement::Modulo, 700, 800),
    ] {
        let three = Ring::new(placement, 3);
        let share = moved(&three, &three.with(0b1111));
        assert!((low..=high).contains(&share), "{placement}: {share}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_key_belongs_to_a_member_and_to_the_same_whatever_was_before(
        start in 1..=MOST_NODES,
        way in proptest::collection::vec(1..=255u16, 0..4),
        members in 1..=255u16,
        key in ".{0,12}",
    ) {
        for placement in EACH {
            let direct = Ring::new(placement, start).with(members);
            let walked = way.iter().fold(Ring::new(placement, start), |ring, to| ring.with(*to));
            prop_assert!(direct.has(direct.owner(&key)));
            prop_assert_eq!(direct.owner(&key), walked.with(members).owner(&key));
        }
    }

    #[test]
    fn consistent_hashing_moves_keys_to_the_new_node_alone(members in 1..=255u16, more in 0..8u8) {
        let with = members | 1 << more;
        prop_assume!(with != members);
        let before = Ring::new(Placement::Consistent, 1).with(members);
        let after = before.with(with);
        for nth in 0..300 {
            let (was, is) = (before.owner(&key(nth)), after.owner(&key(nth)));
            prop_assert!(was == is || is == more, "{was} to {is}");
        }
    }

    #[test]
    fn slots_move_to_the_next_node_alone(start in 1..8u16, count in 1..8u8) {
        let count = count.max(start as u8);
        prop_assume!(count < 8);
        let before = Ring::new(Placement::HashSlots, start).with((1 << count) - 1);
        let after = before.with((1 << (count + 1)) - 1);
        for nth in 0..300 {
            let (was, is) = (before.owner(&key(nth)), after.owner(&key(nth)));
            prop_assert!(was == is || is == count, "{was} to {is}");
        }
    }

    #[test]
    fn about_one_of_n_keys_is_moved(count in 2..=8u16) {
        let before = Ring::new(Placement::Consistent, count - 1);
        let share = moved(&before, &before.with((1 << count) - 1));
        // 160 points a node keep a share within a third of its mean
        prop_assert!(share <= 1_333 / usize::from(count), "{share} of 1000 for {count} nodes");
    }

    #[test]
    fn slots_are_shared_evenly(start in 1..=MOST_NODES, members in 1..=255u16) {
        let Owners::Ranges(ranges) = slots(start, members) else { unreachable!() };
        let mut counts = [0; MOST_NODES as usize];
        let mut from = 0;
        for (last, node) in ranges.iter() {
            counts[usize::from(*node)] += last + 1 - from;
            from = last + 1;
        }
        prop_assert_eq!(from, u64::from(SLOTS));
        let share = u64::from(SLOTS) / u64::from(members.count_ones());
        for node in 0..MOST_NODES {
            let count = counts[usize::from(node)];
            match members & 1 << node {
                0 => prop_assert_eq!(count, 0),
                _ => prop_assert!(count.abs_diff(share) <= 1, "{count} of {share}"),
            }
        }
    }
}
