use super::*;

#[test]
fn a_value_is_found_where_it_was_put() {
    let mut table = Paged::new();
    for key in [70, 3, 64, 0, 63, 5_000] {
        assert_eq!(table.insert(Symbol(key), key), None);
    }
    assert_eq!(table.insert(Symbol(3), 33), Some(3));
    assert_eq!(table.get(Symbol(3)), Some(&33));
    assert_eq!(table.get(Symbol(4)), None);
    assert_eq!(table.get(Symbol(1 << 20)), None);
    assert_eq!(table.len(), 6);
    let found: Vec<_> = table.iter().map(|(key, &value)| (key.0, value)).collect();
    assert_eq!(found, [(0, 0), (3, 33), (63, 63), (64, 64), (70, 70), (5_000, 5_000)]);
}

#[test]
fn a_clone_shares_pages_until_one_side_writes() {
    let mut table: Paged<_> = (0..200).map(|key| (Symbol(key), key)).collect();
    let copy = table.clone();
    *table.get_mut(Symbol(100)).expect("is there") = 0;
    let shared = |at: usize| table.pages[at].shares_with(&copy.pages[at]);
    assert_eq!([shared(0), shared(1), shared(2), shared(3)], [true, false, true, true]);
    assert_eq!(copy.get(Symbol(100)), Some(&100));
}

#[test]
fn an_emptied_table_holds_no_memory() {
    let mut table: Paged<_> = (0..200).map(|key| (Symbol(key), key)).collect();
    for key in 0..200 {
        table.remove(Symbol(key));
    }
    assert!(table.pages.is_empty());
}
