//! Rules that hold for every sequence of statements.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::store::script::{assert_same, made};

fn statement() -> impl Strategy<Value = DatabaseCall> {
    let parts = (0u32..4, -3i64..4, 0i64..6, 0u8..5);
    parts.prop_map(|(key, number, version, kind)| {
        let (key, value) = (Symbol(key), made(number));
        match kind {
            0 => DatabaseCall::Write { key, value },
            1 => DatabaseCall::Delete { key },
            2 => DatabaseCall::Incr { key, by: value },
            3 => DatabaseCall::CompareAndSet { key, value, version },
            _ => DatabaseCall::Write { key, value: Datum::NONE },
        }
    })
}

proptest! {
    /// Each commit's version is one above the last of its key, the rows hold what the commits say,
    /// and a replica that has replayed all commits is equal.
    #[test]
    fn rows_are_their_commits(statements in prop::collection::vec(statement(), 0..60)) {
        let mut names = Names::default();
        let mut database = Database::new(vec![]);
        let mut replica = Replica::of(&database);
        let (mut last, mut model) = (BTreeMap::new(), BTreeMap::new());
        for (at, call) in statements.iter().enumerate() {
            let (before, now) = (database.clone(), at as Micros);
            let mut commits = Vec::new();
            let _ = database.commit(call, now, &mut names, &mut |commit| commits.push(commit));
            prop_assert!(commits.len() <= 1);
            prop_assert_eq!(commits.is_empty(), database == before);
            for commit in commits {
                let Commit { key, value, version, replaced, .. } = commit;
                let expected: i64 = last.get(&key).map_or(1, |last| last + 1);
                prop_assert_eq!(version, expected);
                last.insert(key, version);
                prop_assert_eq!(replaced, model.get(&key).map(|held: &Datum| held.origin));
                match value.is_none() {
                    true => model.remove(&key),
                    false => model.insert(key, value),
                };
                replica.apply(&commit, now);
            }
            let rows: BTreeMap<_, _> = database.rows().map(|(key, row)| (key, row.value)).collect();
            prop_assert_eq!(&rows, &model);
            prop_assert_eq!(database.len(), model.len());
        }
        assert_same(&replica, &Replica::of(&database));
    }

    /// In any order of statements, no child is ever without its parent.
    #[test]
    fn no_orphans(steps in prop::collection::vec((0usize..5, prop::bool::ANY), 0..60)) {
        let mut names = Names::default();
        let keys = ["user:1", "user:2", "order:1", "order:1:x", "order:2"];
        let parents = [None, None, Some("user:1"), Some("user:1"), Some("user:2")];
        let keys = keys.map(|text| names.intern(text).expect("few names"));
        let parents = parents.map(|text| text.and_then(|text| names.intern(text)));
        let constraint = ForeignKey { child: "order:".into(), parent: "user:".into() };
        let mut database = Database::new(vec![constraint]);
        for (at, write) in steps {
            let value = if write { made(1) } else { Datum::NONE };
            let call = DatabaseCall::Write { key: keys[at], value };
            let _ = database.commit(&call, 0, &mut names, &mut |_| {});
            for (key, parent) in keys.into_iter().zip(parents) {
                let orphan = parent.is_some_and(|parent| database.read(parent).is_none());
                prop_assert!(!orphan || database.read(key).is_none());
            }
        }
    }
}
