//! A world as a value: what it lists, what it does, and when two are one.

use crate::support::{builtin, scenario, source, with};
use proptest::prelude::*;
use serde_json::{Value, json};
use stalemate::event::Event;
use stalemate::scenario::{Scenario, preset};
use stalemate::simulate::{Advance, Simulation};
use stalemate::strategy::value::Names;
use stalemate::world::{
    Clock, Delay, Dice, Message, MessageKey, Passage, Sink, Timer, Transition, World,
};

/// A driver that lets nothing be lost, throws the same die again and again, and
/// leaves it to the test what happens next.
struct Still;

impl Clock for Still {
    fn sent(&mut self, _: MessageKey, _: &Message, _: u32) {}
    fn timer(&mut self, _: Timer, _: Delay) {}
}

impl Dice for Still {
    fn random(&mut self, _: u64) -> u64 {
        1 << 40
    }
    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Still {
    fn record(&mut self, _: u64, _: &[Event], _: &Names) {}
}

/// The world after one more thing, at the same instant; `None` where it is refused.
fn after(world: &World, transition: Transition) -> Option<World> {
    let mut next = world.clone();
    next.apply(transition, world.now_us(), &mut Still).ok()?;
    Some(next)
}

fn played(document: &Value, events: u32) -> Simulation {
    let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
    let mut run = Simulation::new(&scenario).expect("a scenario that runs");
    run.advance(u64::MAX / 4, events);
    run
}

#[test]
fn a_world_can_be_moved_to_another_thread() {
    fn movable<T: Send + Sync + Clone>() {}
    movable::<World>();
    movable::<Transition>();
}

#[test]
fn a_world_has_a_worker_where_something_runs_or_waits_in_it() {
    for (strategy, has_worker) in
        [("write-behind-durable", true), ("write-behind-app", false), ("cache-aside", false)]
    {
        let run = played(&json!({"strategies": [{"strategy": strategy}]}), 0);
        assert_eq!(run.world().has_worker(), has_worker, "{strategy}");
    }
}

#[test]
fn what_virtual_time_does_next_is_among_what_can_happen() {
    let mut seen = [0u32; 3];
    for preset in preset::all() {
        let mut run = Simulation::new(&preset.scenario()).expect("a preset runs");
        for _ in 0..120 {
            if let Some(next) = run.next_transition() {
                let enabled = run.world().enabled();
                assert!(enabled.contains(&next), "{}: {next:?} of {enabled:#?}", preset.id);
                match next {
                    Transition::Deliver(_) => seen[0] += 1,
                    Transition::Fire(Timer::Served { .. }) => seen[1] += 1,
                    _ => seen[2] += 1,
                }
            }
            if run.step() != Advance::Budget {
                break;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

/// Whether two worlds of one digest list the same, and come to the same by each.
fn same_future(one: &World, other: &World, depth: u32) {
    assert_eq!(one.digest(), other.digest());
    let (of_one, of_other) = (one.enabled(), other.enabled());
    assert_eq!(of_one, of_other);
    if depth == 0 {
        return;
    }
    for (from_one, from_other) in of_one.into_iter().zip(of_other) {
        match (after(one, from_one), after(other, from_other)) {
            (Some(one), Some(other)) => same_future(&one, &other, depth - 1),
            (one, other) => assert!(one.is_none() && other.is_none(), "{from_one:?}"),
        }
        // a key of the one world means the same in the other
        if let Some(crossed) = after(other, from_one) {
            let own = after(one, from_one).expect("it can happen to the one");
            assert_eq!(crossed.digest(), own.digest(), "{from_one:?} by a key from elsewhere");
        }
    }
}

#[test]
fn worlds_that_come_to_one_digest_by_different_orders_stay_equal() {
    let requests = json!([
        {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
        {"at_us": 0, "do": "write", "key": "k", "value": 7, "client": "bob"},
        {"at_us": 0, "do": "read", "key": "l", "client": "cid"}
    ]);
    let mut met = 0;
    for strategy in ["cache-aside", "write-behind", "leases", "read-through", "write-through"] {
        for events in [2, 4, 7, 11, 16] {
            let document = scenario(builtin(strategy), requests.clone());
            let run = played(&document, events);
            let world = run.world();
            let enabled = world.enabled();
            for (at, &first) in enabled.iter().enumerate() {
                for &second in &enabled[at + 1..] {
                    let one = after(world, first).and_then(|next| after(&next, second));
                    let other = after(world, second).and_then(|next| after(&next, first));
                    if let (Some(one), Some(other)) = (one, other)
                        && one.digest() == other.digest()
                    {
                        met += 1;
                        if met % 5 == 0 {
                            same_future(&one, &other, 1);
                        }
                    }
                }
            }
        }
    }
    assert!(met > 1_000, "only {met} pairs of orders came to one state");
}

/// The digests after each event of a run.
fn digests(document: &Value, events: u32) -> Vec<u64> {
    let mut run = played(document, 0);
    let mut digests = Vec::new();
    for _ in 0..events {
        if run.step() != Advance::Budget {
            break;
        }
        digests.push(run.world().digest());
    }
    digests
}

#[test]
fn the_same_later_is_the_same_state() {
    for strategy in ["cache-aside", "leases", "read-through", "write-through", "single-flight"] {
        let actions = |from_us: u64| {
            json!([
                {"at_us": from_us, "do": "read", "key": "k"},
                {"at_us": from_us + 3_000, "do": "write", "key": "k", "value": 3},
                {"at_us": from_us + 40_000, "do": "read", "key": "k"},
                {"at_us": from_us + 41_000, "do": "kill-cache"},
                {"at_us": from_us + 42_000, "do": "restart-cache"},
                {"at_us": from_us + 43_000, "do": "read", "key": "k"}
            ])
        };
        let early = digests(&scenario(builtin(strategy), actions(0)), 60);
        let late = digests(&scenario(builtin(strategy), actions(5_000_000)), 60);
        assert!(early.len() > 20);
        assert_eq!(early, late, "{strategy}");
    }
}

#[test]
fn a_program_that_reads_the_clock_makes_the_instant_matter() {
    let reads = |body: &str| {
        let text = format!(
            "def read(key):\n    {body}\n    return cache.get(key)\n\
             def write(key, value):\n    db.write(key, value)\n"
        );
        let at = |at_us: u64| json!([{"at_us": at_us, "do": "read", "key": "k"}]);
        let [early, late] =
            [0, 5_000_000].map(|at_us| digests(&scenario(source(&text), at(at_us)), 4));
        early == late
    };
    assert!(reads("x = 1"));
    assert!(!reads("x = now()"));
}

#[test]
fn how_often_a_loop_has_turned_does_not_matter() {
    let document = with(scenario(builtin("write-behind"), json!([])), json!({}));
    let mut run = played(&document, 0);
    let mut states = std::collections::BTreeMap::<u64, u32>::new();
    for _ in 0..400 {
        assert_eq!(run.step(), Advance::Budget);
        *states.entry(run.world().digest()).or_default() += 1;
    }
    assert!(states.len() < 40, "{} states of an idle loop", states.len());
}

#[test]
fn planned_requests_of_one_client_begin_one_after_the_other() {
    use stalemate::world::{Kind, Request};
    let document = scenario(builtin("cache-aside"), json!([]));
    let mut world = played(&document, 0).world().clone();
    let names = world.names_mut();
    let [k, ann, bob] = ["k", "ann", "bob"].map(|text| names.intern(text).expect("room"));
    let value = stalemate::strategy::value::Scalar::None;
    let request = |client, stamp| Request { kind: Kind::Read, key: k, value, client, stamp };
    world.plan([request(ann, 1), request(ann, 2), request(bob, 3)]);
    let starts = |world: &World| -> Vec<u64> {
        let enabled = world.enabled();
        let stamps = enabled.iter().filter_map(|each| match each {
            Transition::Start(request) => Some(request.stamp),
            _ => None,
        });
        stamps.collect()
    };
    assert_eq!(starts(&world), [1, 3]);
    let begun = after(&world, world.enabled()[0]).expect("it can begin");
    assert_eq!(starts(&begun), [3], "ann waits for her answer");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order, what is listed can be done, and does not panic.
    #[test]
    fn any_order_of_what_can_happen_can_be_done(choices in prop::collection::vec(any::<u16>(), 80)) {
        let requests = json!([
            {"at_us": 0, "do": "read", "key": "k"},
            {"at_us": 0, "do": "write", "key": "k", "value": 7},
            {"at_us": 0, "do": "read", "key": "k"}
        ]);
        let strategies = ["cache-aside", "write-behind-durable", "read-through", "leases"];
        let strategy = strategies[usize::from(choices[0]) % strategies.len()];
        let mut world = played(&scenario(builtin(strategy), requests), 3).world().clone();
        for choice in choices {
            let enabled = world.enabled();
            prop_assert!(!enabled.is_empty(), "something can always be broken or mended");
            let transition = enabled[usize::from(choice) % enabled.len()];
            let refused = world.apply(transition, world.now_us() + 50, &mut Still);
            prop_assert!(refused.is_ok(), "{:?}: {:?}", transition, refused);
        }
    }
}
