//! Property test: the table against the standard library's map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::store::script::assert_same;

proptest! {
    #[test]
    fn it_is_a_map(
        steps in prop::collection::vec((0u32..300, prop::option::of(0u8..9)), 0..400),
        cut in 0usize..400,
    ) {
        let (mut table, mut model) = (Paged::new(), BTreeMap::new());
        let mut copies = None;
        for (at, &(key, value)) in steps.iter().enumerate() {
            if at == cut {
                copies = Some((table.clone(), model.clone()));
            }
            match value {
                Some(value) => prop_assert_eq!(
                    table.insert(Symbol(key), value),
                    model.insert(Symbol(key), value)
                ),
                None => prop_assert_eq!(table.remove(Symbol(key)), model.remove(&Symbol(key))),
            }
        }
        for (table, model) in copies.into_iter().chain([(table, model)]) {
            prop_assert_eq!(table.len(), model.len());
            let found: BTreeMap<_, _> = table.iter().map(|(key, &value)| (key, value)).collect();
            prop_assert_eq!(&found, &model);
            for key in (0..400).map(Symbol) {
                prop_assert_eq!(table.get(key), model.get(&key));
            }
            assert_same(&table, &model.into_iter().rev().collect());
        }
    }
}
