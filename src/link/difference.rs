//! The difference between two JSON values.
//!
//! A difference is itself JSON:
//! - an object changes fields: `null` removes one, any other value is the difference of the field's
//!   value
//! - a list of one item is the new value, whatever the old one was
//! - a longer list changes a list: the number of items kept, their differences by position, and the
//!   items that follow

use serde_json::{Map, Value as Json, json};

/// The difference that turns `was` into `is`; `None`: they are equal.
pub fn difference(was: &Json, is: &Json) -> Option<Json> {
    if was == is {
        return None;
    }
    let replaced = json!([is]);
    let changed = match (was, is) {
        (Json::Object(was), Json::Object(is)) => fields(was, is),
        (Json::Array(was), Json::Array(is)) => items(was, is),
        _ => return Some(replaced),
    };
    let shorter = changed.to_string().len() < replaced.to_string().len();
    Some(if shorter { changed } else { replaced })
}

fn fields(was: &Map<String, Json>, is: &Map<String, Json>) -> Json {
    let mut changes = Map::new();
    for name in was.keys().filter(|name| !is.contains_key(*name)) {
        changes.insert(name.clone(), Json::Null);
    }
    for (name, is) in is {
        let changed = match was.get(name) {
            Some(was) => difference(was, is),
            None => Some(json!([is])),
        };
        if let Some(changed) = changed {
            changes.insert(name.clone(), changed);
        }
    }
    Json::Object(changes)
}

fn items(was: &[Json], is: &[Json]) -> Json {
    let stay = was.len().min(is.len());
    let mut changes = Map::new();
    for (at, (was, is)) in was.iter().zip(is).enumerate() {
        if let Some(changed) = difference(was, is) {
            changes.insert(at.to_string(), changed);
        }
    }
    let mut list = vec![json!(stay), Json::Object(changes)];
    list.extend_from_slice(&is[stay..]);
    Json::Array(list)
}

/// Applies a difference to a value; `None`: it does not fit.
pub fn apply(was: Json, difference: Json) -> Option<Json> {
    match (was, difference) {
        (_, Json::Array(list)) if list.len() == 1 => list.into_iter().next(),
        (Json::Object(mut fields), Json::Object(changed)) => {
            for (name, changed) in changed {
                match (fields.remove(&name), changed) {
                    (_, Json::Null) => {}
                    (was, changed) => {
                        let is = apply(was.unwrap_or_default(), changed)?;
                        fields.insert(name, is);
                    }
                }
            }
            Some(Json::Object(fields))
        }
        (Json::Array(mut items), Json::Array(list)) => {
            let mut list = list.into_iter();
            let stay = usize::try_from(list.next()?.as_u64()?).ok()?;
            let Json::Object(changed) = list.next()? else { return None };
            if stay > items.len() {
                return None;
            }
            items.truncate(stay);
            for (at, changed) in changed {
                let item = items.get_mut(at.parse::<usize>().ok()?)?;
                *item = apply(item.take(), changed)?;
            }
            items.extend(list);
            Some(Json::Array(items))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(was: Json, is: Json, expected: Option<Json>) {
        let found = difference(&was, &is);
        assert_eq!(found, expected);
        assert_eq!(found.map_or(Some(was.clone()), |found| apply(was, found)), Some(is));
    }

    #[test]
    fn a_field_is_changed_added_or_taken_away() {
        let was = || json!({"seed": 1, "title": "a long title that stays"});
        check(was(), was(), None);
        let is = json!({"seed": 2, "title": "a long title that stays"});
        check(was(), is, Some(json!({"seed": [2]})));
        let is = json!({"notes": null, "title": "a long title that stays"});
        check(was(), is, Some(json!({"seed": null, "notes": [null]})));
    }

    #[test]
    fn items_are_changed_added_or_taken_away() {
        let one = || json!({"do": "read", "key": "user:1", "client": "ann"});
        let two = || json!({"do": "read", "key": "user:2", "client": "ann"});
        check(json!([one()]), json!([one(), two()]), Some(json!([1, {}, two()])));
        check(json!([one(), two()]), json!([one()]), Some(json!([1, {}])));
        let is = json!([one(), two(), {"do": "kill-cache"}]);
        let expected = json!([2, {"1": {"key": ["user:2"]}}, {"do": "kill-cache"}]);
        check(json!([one(), one()]), is, Some(expected));
    }

    #[test]
    fn what_has_nothing_in_common_is_replaced() {
        check(json!([1, 2, 3]), json!([4]), Some(json!([[4]])));
        check(json!({"a": 1}), json!(["a"]), Some(json!([["a"]])));
        check(json!(1), json!({"a": [1]}), Some(json!([{"a": [1]}])));
        check(json!(1), json!(null), Some(json!([null])));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |was: Json, difference: Json| assert_eq!(apply(was, difference), None);
        refused(json!(1), json!({"a": [1]}));
        refused(json!({}), json!({"a": {"b": [1]}}));
        refused(json!([1]), json!([2, {}]));
        refused(json!([1]), json!([1, {"1": [2]}]));
        refused(json!([1]), json!([1, {"x": [2]}]));
        refused(json!([1]), json!([1, 2]));
        refused(json!([1]), json!([]));
        refused(json!({}), json!({"a": true}));
    }
}
