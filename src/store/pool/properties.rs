//! Property test: the pool against a plain list.

use proptest::prelude::*;

use super::*;
use crate::store::script::assert_same;

proptest! {
    /// Jobs start in the order of their arrival, never more at a time than there are connections,
    /// and none is lost.
    #[test]
    fn first_come_first_served(
        connections in 1u32..5,
        steps in prop::collection::vec(prop::option::of(0u32..5), 0..200),
    ) {
        let mut pool = Pool::new(connections);
        let (mut came, mut started) = (0u32, Vec::new());
        for step in steps {
            match step {
                None => {
                    if let Entered::Started { .. } = pool.enter(came) {
                        started.push(came);
                    }
                    came += 1;
                }
                Some(slot) => {
                    if pool.leave(slot).is_some() {
                        started.extend(pool.running(slot));
                    }
                }
            }
            prop_assert!(pool.busy() <= connections as usize);
            prop_assert!(pool.waiting() == 0 || pool.busy() == connections as usize);
            prop_assert_eq!(started.len() + pool.waiting(), came as usize);
        }
        prop_assert!(started.iter().copied().eq(0..started.len() as u32));
        pool.clear();
        assert_same(&pool, &Pool::new(connections));
    }
}
