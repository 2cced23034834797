//! Reports from practice: each with what is wrong, and with what mends it.

use serde_json::json;
use stalemate::scenario::preset;

use super::play::{document, logged, play};
use crate::support::{check, compare, stored};

const REPORTS: [&str; 8] = [
    "joined-load",
    "evict-before-commit",
    "rollback",
    "two-tiers",
    "multi-get",
    "shared-lock",
    "metastable-cold-cache",
    "poison-item",
];

#[test]
fn the_verdict_is_clean_for_the_fix_and_not_for_the_bug() {
    let group = preset::GROUPS.iter().find(|group| group.title == "Reports from practice");
    let there = group.expect("the group").presets.iter();
    let fixes = there.filter(|preset| preset.id.ends_with("-fixed")).count();
    assert_eq!(fixes, REPORTS.len());
    for report in REPORTS {
        let fixed = format!("{report}-fixed");
        assert!(!play(report).report().violations.is_empty(), "{report}");
        compare(&play(&fixed), &json!({"violations": [], "outages": [], "divergence": []}));
        // it is the strategy alone that differs
        let (mut bug, fix) = (document(report), document(&fixed));
        assert_eq!(bug["actions"], fix["actions"], "{report}");
        assert_eq!(bug["rows"], fix["rows"], "{report}");
        bug["strategies"] = fix["strategies"].clone();
        bug["expect"] = json!([]);
        check(bug, json!({"violations": []}));
    }
}

#[test]
fn a_lock_is_given_back_by_its_owner_alone() {
    assert!(stored(&play("shared-lock"), "counter:1").is_some_and(|count| count < 3));
    let run = play("shared-lock-fixed");
    assert_eq!(stored(&run, "counter:1"), Some(3));
    assert!(logged(&run, "the token is not the owner's") > 0);
    // the fence alone would do, the owner alone would not
    let mut unfenced = document("shared-lock-fixed");
    let source = unfenced["strategies"][0]["source"].as_str().expect("a source").replace(
        "written = db.compare_and_set(key, row.value + by, row.version)",
        "written = db.write(key, row.value + by)",
    );
    unfenced["strategies"][0]["source"] = json!(source);
    unfenced["expect"] = json!([]);
    let run = check(unfenced, json!({}));
    assert!(stored(&run, "counter:1").is_some_and(|count| count < 3), "the evicted lock shows");
}
