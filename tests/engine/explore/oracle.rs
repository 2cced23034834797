//! The search against a second model checker that shares nothing with it, and both against
//! verdicts and lengths that were worked out by hand.

use super::small_model::{Ask, Case, Found, Op, Op::*};
use super::{of, read, search};
use serde_json::{Value, json};
use stalemate::explore::{Answer, Budgets, Property, Question, Verdict};

fn document(case: &Case) -> Value {
    let (mut actions, mut written) = (Vec::new(), 0);
    for (client, asks) in case.clients.iter().enumerate() {
        for ask in asks {
            let client = format!("c{client}");
            actions.push(match ask {
                Ask::Read => json!({"at_us": 0, "do": "read", "key": "k", "client": client}),
                Ask::Write => {
                    written += 1;
                    json!({"at_us": 0, "do": "write", "key": "k", "value": written,
                           "client": client})
                }
            });
        }
    }
    json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": case.source()}],
        "rows": {"each": {"k": 0}},
        "actions": actions
    })
}

fn searched(case: &Case) -> Answer {
    let question = Question {
        properties: Property::BUILT_IN.into_iter().collect(),
        budgets: Budgets {
            evictions: case.evictions,
            failures: case.failures,
            ..Budgets::default()
        },
        ..Question::default()
    };
    search(&read(&document(case)), question).1
}

/// Both come to the same.
#[track_caller]
fn compare(case: &Case) -> Found {
    let found = case.check();
    let answer = searched(case);
    let both = [
        (Property::Converges, found.converges),
        (Property::NoPhantom, found.phantom),
        (Property::NoLostWrite, found.lost),
        (Property::NoDoubleWrite, found.double),
        (Property::NoStaleRead, found.stale),
        (Property::ReadYourWrites, found.own),
        (Property::MonotonicReads, found.monotonic),
    ];
    for (property, length) in both {
        let outcome = of(&answer, property);
        let verdict = if length.is_some() { Verdict::Violated } else { Verdict::Holds };
        let told = || format!("{property}: {case:?}\n{}", case.source());
        assert_eq!((outcome.verdict, outcome.effects), (verdict, length), "{}", told());
    }
    found
}

const ASIDE: [Op; 4] = [Get, IfNone(2), Load, Fill];
const ADDING: [Op; 4] = [Get, IfNone(2), Load, FillAdd];
const VERSIONED: [Op; 4] = [Get, IfNone(2), LoadRow, FillVersion];
const LOCKED: [Op; 7] = [Get, IfNone(5), Lock(4), Get, IfNone(2), Load, Fill];
const LEASED: [Op; 6] = [Lease, IfLease(2), Load, FillLease, IfNone(1), Load];

/// Protocols that books and models tell of, with what was worked out by hand: the fewest
/// effects to a lasting difference, and to a stale read.
#[test]
fn known_protocols_have_their_lengths() {
    let one_of_each: &[&[Ask]] = &[&[Ask::Read], &[Ask::Write]];
    let two_writers: &[&[Ask]] = &[&[Ask::Write], &[Ask::Write]];
    let then_read: &[&[Ask]] = &[&[Ask::Read, Ask::Read], &[Ask::Write]];
    let all: &[&[Ask]] = &[&[Ask::Read], &[Ask::Write], &[Ask::Write]];
    let locked_put: &[Op] = &[Lock(2), Store, Put];
    // name · read · write · clients · evictions, failures · differs, stale
    type Row<'a> =
        (&'a str, &'a [Op], &'a [Op], &'a [&'a [Ask]], (u8, u8), (Option<u16>, Option<u16>));
    let rows: &[Row] = &[
        ("written around", &ASIDE, &[Store], one_of_each, (0, 0), (Some(4), None)),
        ("written around, read again", &ASIDE, &[Store], then_read, (0, 0), (Some(4), Some(5))),
        ("invalidate", &ASIDE, &[Store, Drop], one_of_each, (0, 0), (Some(5), None)),
        ("invalidate, read again", &ASIDE, &[Store, Drop], then_read, (0, 0), (Some(5), Some(6))),
        ("delete before write", &ASIDE, &[Drop, Store], one_of_each, (0, 0), (Some(5), None)),
        ("double delete", &ASIDE, &[Drop, Store, Drop], one_of_each, (0, 0), (Some(6), None)),
        ("double, later", &ASIDE, &[Store, Drop, DropLater], one_of_each, (0, 0), (Some(6), None)),
        ("two setters", &ASIDE, &[Store, Put], two_writers, (0, 0), (Some(4), None)),
        ("cache first", &ASIDE, &[Put, Store], two_writers, (0, 0), (Some(4), None)),
        ("setters with a lock", &ASIDE, locked_put, two_writers, (0, 0), (None, None)),
        ("… beside a reader", &ASIDE, locked_put, one_of_each, (0, 0), (Some(5), None)),
        ("all with a lock", &LOCKED, locked_put, all, (0, 0), (None, None)),
        ("add, then set", &ADDING, &[Store, Put], one_of_each, (0, 0), (None, None)),
        ("… with an eviction", &ADDING, &[Store, Put], one_of_each, (1, 0), (Some(6), None)),
        ("versions", &VERSIONED, &[Store, PutVersion], all, (0, 0), (None, None)),
        ("… forgotten", &VERSIONED, &[Store, PutVersion], one_of_each, (1, 0), (Some(6), None)),
        (
            "versions that a delete leaves",
            &VERSIONED,
            &[Store, DropVersion],
            all,
            (0, 0),
            (None, None),
        ),
        ("leases", &LEASED, &[Store, Drop], all, (0, 0), (None, None)),
        ("leases, deleted before", &LEASED, &[Drop, Store], one_of_each, (0, 0), (Some(5), None)),
        ("leases, delete fails", &LEASED, &[Store, Drop], one_of_each, (0, 1), (Some(5), None)),
        ("cache first, refused", &ASIDE, &[Put, Store], one_of_each, (0, 1), (Some(2), None)),
    ];
    for (name, read, write, clients, (evictions, failures), (differs, stale)) in rows {
        let case = Case {
            read: read.to_vec(),
            write: write.to_vec(),
            clients: clients.iter().map(|asks| asks.to_vec()).collect(),
            evictions: *evictions,
            failures: *failures,
        };
        let found = compare(&case);
        assert_eq!((found.converges, found.stale), (*differs, *stale), "{name}");
    }
}

/// Numbers that are the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn is_one_of(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}

fn random(chance: &mut Chance) -> Case {
    let reads: [&[Op]; 8] = [
        &ASIDE,
        &ADDING,
        &VERSIONED,
        &LEASED,
        &LOCKED,
        &[Load],
        &[Load, Fill],
        &[Get, IfNone(3), Load, Fill, Get],
    ];
    let read = reads[chance.below(reads.len())].to_vec();
    let (mut write, mut stored) = (Vec::new(), false);
    for _ in 0..=chance.below(3) {
        let op = match chance.below(9) {
            0..3 => Store,
            3 => Put,
            4 | 5 => Drop,
            6 if stored => PutVersion,
            7 if stored => DropVersion,
            8 => DropLater,
            _ => Store,
        };
        stored |= op == Store;
        write.push(op);
    }
    if chance.below(4) == 0 {
        write.insert(0, Lock(write.len()));
    }
    let mut clients = vec![Vec::new(); 2 + chance.below(2)];
    for _ in 0..2 + chance.below(2) {
        let asks = &mut clients[chance.below(2)];
        asks.push(if chance.below(2) == 0 { Ask::Read } else { Ask::Write });
    }
    if let Some(third) = clients.get_mut(2) {
        third.push(Ask::Read);
    }
    clients.retain(|asks| !asks.is_empty());
    let (evictions, failures) = [(0, 0), (1, 0), (0, 1)][chance.below(3)];
    Case { read, write, clients, evictions, failures }
}

#[test]
fn random_programs_get_the_verdicts_of_the_other_checker() {
    agree_on(24);
}

#[test]
#[ignore = "minutes"]
fn many_random_programs_get_the_verdicts_of_the_other_checker() {
    agree_on(10_000);
}

fn agree_on(count: u32) {
    let mut chance = Chance(11);
    let mut broken = [0; 7];
    for _ in 0..count {
        let Found { converges, phantom, lost, stale, own, monotonic, double, .. } =
            compare(&random(&mut chance));
        let all = [converges, phantom, lost, stale, own, monotonic, double];
        broken.iter_mut().zip(all).for_each(|(count, found)| *count += u32::from(found.is_some()));
    }
    println!("of {count} programs, broken: {broken:?}");
    // few programs may break a rare promise nowhere
    assert!(count < 100 || broken.iter().all(|each| *each * 100 > count), "{broken:?} of {count}");
}
