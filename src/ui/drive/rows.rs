//! The rows of the stores as shown. In a rush, every fourth row has its turn, so neighbours may be
//! some frames apart.

use std::rc::Rc;

use crate::time::Micros;
use crate::ui::drive::picture::{Part, Picture};
use crate::view::KeyRow;

#[derive(Clone, Debug, PartialEq)]
pub struct ShownRow {
    pub row: Rc<KeyRow>,
    /// The instant that it shows.
    pub at_us: Micros,
}

/// The rows after a picture. Unchanged rows keep their pointers.
pub fn after(shown: &[ShownRow], picture: &Picture) -> Vec<ShownRow> {
    let Some(stores) = &picture.stores else {
        let grown = shown.iter().enumerate().map(|(at, old)| ShownRow {
            at_us: if picture.is_now(Part::of_row(at)) { picture.at_us } else { old.at_us },
            ..old.clone()
        });
        return grown.collect();
    };
    let rows = stores.rows.iter().enumerate().map(|(at, new)| {
        let old = shown
            .get(at)
            .filter(|old| (&old.row.key, &old.row.cache_name) == (&new.key, &new.cache_name));
        match old {
            Some(old) if !picture.is_now(Part::of_row(at)) => old.clone(),
            Some(old) if *old.row == *new => ShownRow { at_us: picture.at_us, ..old.clone() },
            _ => ShownRow { row: Rc::new(new.clone()), at_us: picture.at_us },
        }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Stores;

    fn row(key: &str, since_us: Micros) -> KeyRow {
        KeyRow { key: key.into(), since_us, ..KeyRow::default() }
    }

    fn picture(at_us: Micros, keys: &[&str], rush: Option<Part>) -> Picture {
        let rows: Vec<KeyRow> = keys.iter().map(|key| row(key, at_us)).collect();
        let stores = Some(Stores { keys_total: rows.len(), rows });
        let parts = rush.map_or(Part::ALL.to_vec(), |part| vec![part]);
        Picture { at_us, rush: rush.is_some(), parts, stores, ..Picture::default() }
    }

    #[track_caller]
    fn check(shown: &[ShownRow], expected: &[(&str, Micros)]) {
        // What a row says is of the instant that it is said to be of.
        assert!(shown.iter().all(|shown| shown.row.since_us == shown.at_us));
        let shown: Vec<_> = shown.iter().map(|shown| (&*shown.row.key, shown.at_us)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn in_a_rush_every_fourth_row_has_its_turn() {
        let keys = ["a", "b", "c", "d", "e"];
        let shown = after(&[], &picture(1, &keys, None));
        check(&shown, &[("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)]);
        let shown = after(&shown, &picture(2, &keys, Some(Part::FirstRows)));
        check(&shown, &[("a", 2), ("b", 1), ("c", 1), ("d", 1), ("e", 2)]);
        let shown = after(&shown, &picture(3, &keys, Some(Part::SecondRows)));
        check(&shown, &[("a", 2), ("b", 3), ("c", 1), ("d", 1), ("e", 2)]);
        let shown = after(&shown, &picture(4, &keys, None));
        check(&shown, &[("a", 4), ("b", 4), ("c", 4), ("d", 4), ("e", 4)]);
    }

    #[test]
    fn a_new_key_is_there_at_once() {
        let shown = after(&[], &picture(1, &["a", "b"], None));
        let shown = after(&shown, &picture(2, &["x", "y", "z", "b"], Some(Part::SecondRows)));
        check(&shown, &[("x", 2), ("y", 2), ("z", 2), ("b", 2)]);
        check(&after(&shown, &picture(3, &["x"], Some(Part::SecondRows))), &[("x", 2)]);
    }

    #[test]
    fn time_goes_on_for_rows_that_do_not_change() {
        let shown = after(&[], &picture(1, &["a", "b"], None));
        let later = after(&shown, &Picture { at_us: 5, ..Picture::default() });
        assert!(later.iter().zip(&shown).all(|(new, old)| Rc::ptr_eq(&new.row, &old.row)));
        assert!(later.iter().all(|shown| shown.at_us == 5));
    }
}
