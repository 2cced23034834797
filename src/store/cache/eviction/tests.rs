use super::*;

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
