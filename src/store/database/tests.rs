//! Tests of each statement, line by line: `seconds statement => reply, commit`.

use super::*;
use crate::store::script::{self, datum, show, show_scalar};

#[track_caller]
fn check(constraints: &[(&str, &str)], script: &str) {
    let constraint =
        |&(child, parent): &(&str, &str)| ForeignKey { child: child.into(), parent: parent.into() };
    let mut database = Database::new(constraints.iter().map(constraint).collect());
    let mut names = Names::default();
    script::check(script, |now, words| {
        let key = names.intern(words[1]).expect("few names");
        let value = datum(words.get(2).copied().unwrap_or_default());
        let call = match words[0] {
            "preload" => {
                database.preload(key, value);
                return vec![];
            }
            "read" => DatabaseCall::Read { key },
            "row" => DatabaseCall::Row { key },
            "write" => DatabaseCall::Write { key, value },
            "delete" => DatabaseCall::Delete { key },
            "incr" => DatabaseCall::Incr { key, by: value },
            "cas" => {
                let version = words[3].parse().expect("version");
                DatabaseCall::CompareAndSet { key, value, version }
            }
            other => panic!("no statement {other}"),
        };
        let mut outcome = vec![String::new()];
        let mut commits = Vec::new();
        let reply = database.commit(&call, now, &mut names, &mut |commit| commits.push(commit));
        for Commit { key, value, version, replaced, .. } in commits {
            let over = replaced.map_or(String::new(), |write| format!(" over W{}", write.0));
            let value = show_scalar(value.scalar);
            outcome.push(format!("{}={value} v{version}{over}", names.text(key)));
        }
        outcome[0] = reply.map_or_else(|reason| format!("{reason:?}"), |value| show(&value));
        outcome
    });
}

#[test]
fn write_and_read() {
    check(
        &[],
        "
        0 read a    => None
        0 row a     => None
        1 write a 7 => 1, a=7 v1
        2 write a 8 => 2, a=8 v2 over W7
        3 read a    => 8
        4 row a     => 8 v2
    ",
    );
}

#[test]
fn versions_go_on_over_a_delete() {
    check(
        &[],
        "
        0 preload a 7  =>
        0 row a        => 7 v1
        1 delete a     => True, a=None v2 over W7
        2 delete a     => False
        3 row a        => None
        4 write a 8    => 3, a=8 v3
        5 write a None => 4, a=None v4 over W8
        6 write a None => 4
        7 read a       => None
        8 write b None => 0
    ",
    );
}

#[test]
fn incr_starts_at_zero() {
    check(
        &[],
        "
        0 incr a 5    => 5, a=5 v1
        1 incr a 2    => 7, a=7 v2 over W5
        2 incr a text => NotANumber
        3 write b text => 1, b=text v1
        4 incr b 1    => NotANumber
        5 row a       => 7 v2
    ",
    );
}

#[test]
fn compare_and_set_needs_the_version() {
    check(
        &[],
        "
        0 cas a 7 1 => False
        1 cas a 7 0 => True, a=7 v1
        2 cas a 8 0 => False
        3 cas a 8 1 => True, a=8 v2 over W7
        4 delete a  => True, a=None v3 over W8
        5 cas a 9 2 => False
        6 cas a 9 0 => True, a=9 v4
    ",
    );
}

#[test]
fn a_child_needs_its_parent() {
    check(
        &[("order:", "user:")],
        "
        0 write order:1 5        => Constraint
        1 write user:1 7         => 1, user:1=7 v1
        2 write order:1 5        => 1, order:1=5 v1
        3 incr order:1:items 2   => 2, order:1:items=2 v1
        4 write order:12 5       => Constraint
        5 delete user:1          => Constraint
        6 write user:1 None      => Constraint
        7 write user:1 8         => 2, user:1=8 v2 over W7
        8 delete order:1         => True, order:1=None v2 over W5
        9 delete user:1          => Constraint
        9 delete order:1:items   => True, order:1:items=None v2 over W2
        9 delete user:1          => True, user:1=None v3 over W8
        9 write order:1 5        => Constraint
        9 write other:1 5        => 1, other:1=5 v1
    ",
    );
}

#[test]
fn a_child_that_was_there_is_not_checked_again() {
    check(
        &[("order:", "user:")],
        "
        0 preload order:1 5 =>
        1 write order:1 6   => 2, order:1=6 v2 over W5
        2 incr order:1 2    => 8, order:1=8 v3 over W6
        3 delete order:1    => True, order:1=None v4 over W2
        4 write order:1 5   => Constraint
    ",
    );
}

#[test]
fn a_row_may_be_its_own_parent() {
    check(
        &[("node:", "node:")],
        "
        0 write node:1 5   => 1, node:1=5 v1
        1 write node:1:x 5 => 1, node:1:x=5 v1
        2 delete node:1    => Constraint
        3 delete node:1:x  => True, node:1:x=None v2 over W5
        4 delete node:1    => True, node:1=None v2 over W5
    ",
    );
}

#[test]
fn a_replica_replays_commits_and_never_goes_back() {
    let (mut names, key) = (Names::default(), Symbol(0));
    let mut database = Database::new(vec![]);
    database.preload(key, script::made(1));
    let mut replica = Replica::of(&database);
    let mut commits = Vec::new();
    for value in ["2", "None", "4"] {
        let call = DatabaseCall::Write { key, value: datum(value) };
        assert!(database.commit(&call, 5, &mut names, &mut |commit| commits.push(commit)).is_ok());
    }
    let seen = |replica: &Replica| show(&replica.snapshot_reply(&DatabaseCall::Row { key }));
    assert_eq!(seen(&replica), "1 v1");
    replica.apply(&commits[0], 6);
    assert_eq!(seen(&replica), "2 v2");
    replica.apply(&commits[1], 7);
    assert_eq!(seen(&replica), "None");
    replica.apply(&commits[2], 8);
    replica.apply(&commits[1], 9);
    assert_eq!(seen(&replica), "4 v4");
    assert_eq!(replica.read(key).map(|row| row.committed_us), Some(8));
}
