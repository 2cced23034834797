//! Property test: each order against a list that is searched in full.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
struct Known {
    key: Symbol,
    uses: u32,
    last: usize,
    expires_us: Option<Micros>,
}

/// The victim, found by a full search.
fn naive(eviction: Eviction, known: &[Known], nth: u64) -> Option<Symbol> {
    let by_key = || {
        let mut keys: Vec<_> = known.iter().map(|known| known.key).collect();
        keys.sort();
        keys
    };
    match eviction {
        Eviction::Noeviction => None,
        Eviction::AllkeysLru => known.iter().min_by_key(|one| one.last).map(|one| one.key),
        Eviction::AllkeysLfu => {
            known.iter().min_by_key(|one| (one.uses, one.last)).map(|one| one.key)
        }
        Eviction::AllkeysRandom => by_key().get(nth as usize).copied(),
        Eviction::VolatileTtl => known
            .iter()
            .filter_map(|one| Some((one.expires_us?, one.key)))
            .min()
            .map(|(_, key)| key),
    }
}

proptest! {
    #[test]
    fn the_victim_is_the_naive_one(
        eviction in prop::sample::select(&Eviction::ALL[..]),
        steps in prop::collection::vec((0u32..200, 0u8..6, prop::option::of(0u64..9)), 0..150),
        random in prop::num::u64::ANY,
    ) {
        let mut order = Order::new(Some(9), eviction);
        let mut known: Vec<Known> = Vec::new();
        for (now, &(key, kind, expires_us)) in steps.iter().enumerate() {
            // mostly keys that are known
            let key = Symbol(if kind < 2 { key } else { key % 6 });
            match known.iter().position(|one| one.key == key) {
                None => {
                    order.added(key, expires_us);
                    known.push(Known { key, uses: 1, last: now, expires_us });
                }
                Some(at) if kind == 5 => {
                    order.removed(key, known[at].expires_us);
                    known.remove(at);
                }
                Some(at) => {
                    order.used(key);
                    order.retimed(key, known[at].expires_us, expires_us);
                    let one = &mut known[at];
                    *one = Known { uses: one.uses + 1, last: now, expires_us, ..*one };
                }
            }
            let mut nth = 0;
            let victim = order.victim(&mut |n| {
                nth = random % n;
                nth
            });
            prop_assert_eq!(victim, naive(eviction, &known, nth));
        }
    }
}
