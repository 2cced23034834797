//! Rules that hold for every sequence of operations.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::store::script::{assert_same, made};
use crate::strategy::value::Scalar;

#[derive(Clone, Copy, Debug)]
enum Step {
    Push {
        key: u32,
        add: bool,
    },
    Take {
        most: u32,
    },
    /// of the `nth` item that was taken
    Ack {
        nth: usize,
    },
    Retry {
        nth: usize,
        after_us: Micros,
    },
    DeadLetter {
        nth: usize,
    },
    Wait {
        us: Micros,
    },
    Release,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u32..4, prop::bool::ANY).prop_map(|(key, add)| Step::Push { key, add }),
        4 => (0u32..4).prop_map(|most| Step::Take { most }),
        4 => (0usize..40).prop_map(|nth| Step::Ack { nth }),
        2 => (0usize..40, 0u64..20).prop_map(|(nth, after_us)| Step::Retry { nth, after_us }),
        1 => (0usize..40).prop_map(|nth| Step::DeadLetter { nth }),
        2 => (1u64..15).prop_map(|us| Step::Wait { us }),
        1 => Just(Step::Release),
    ]
}

/// A queue, and everything done to it.
struct Run {
    queue: Queue,
    now_us: Micros,
    pushed: i64,
    handed_out: Vec<u32>,
    effects: Vec<QueueEffect>,
}

impl Run {
    fn new(coalesce: bool, limit: Option<u32>) -> Run {
        let coalesce = if coalesce { Coalesce::Last } else { Coalesce::No };
        Run::of(Rules { coalesce, limit, redeliver_us: 10, ..Rules::FIFO })
    }

    fn of(rules: Rules) -> Run {
        let queue = Queue::new(rules);
        Run { queue, now_us: 0, pushed: 0, handed_out: Vec::new(), effects: Vec::new() }
    }

    fn step(&mut self, step: Step) -> Option<Value> {
        let Run { queue, now_us, pushed, handed_out, effects } = self;
        let effect = &mut |effect| effects.push(effect);
        let nth = |nth: usize| handed_out.get(nth % handed_out.len().max(1)).copied().unwrap_or(0);
        match step {
            Step::Push { key, add } => {
                *pushed += 1;
                queue.push(Symbol(key), made(*pushed), None, add, *now_us, effect);
            }
            Step::Take { most } => {
                let list = queue.take(most, *now_us, effect);
                handed_out.extend(items(&list).iter().map(|&(id, ..)| id));
                return Some(list);
            }
            Step::Ack { nth: at } => {
                queue.ack(latest(queue, nth(at)), *now_us, effect);
            }
            Step::Retry { nth: at, after_us } => {
                queue.retry(latest(queue, nth(at)), after_us, *now_us, effect);
            }
            Step::DeadLetter { nth: at } => {
                queue.dead_letter(latest(queue, nth(at)), effect);
            }
            Step::Wait { us } => {
                *now_us += us;
                queue.redeliver(*now_us, effect);
            }
            Step::Release => queue.release_all(*now_us, effect),
        }
        None
    }

    /// Takes and acknowledges until the queue is empty.
    fn drain(&mut self) {
        self.step(Step::Wait { us: 1_000 });
        while self.queue.depth() > 0 {
            let list = self.step(Step::Take { most: 3 }).expect("a list");
            assert!(!items(&list).is_empty(), "stuck: {:?}", self.queue);
            for (id, ..) in items(&list) {
                let effect = &mut |effect| self.effects.push(effect);
                assert!(self.queue.ack(latest(&self.queue, id), self.now_us, effect));
            }
        }
    }
}

/// The receipt of an item's latest try.
fn latest(queue: &Queue, item: u32) -> Receipt {
    let held = queue.iter().find(|(id, _)| *id == item);
    Receipt { item, attempt: held.map_or(0, |(_, item)| item.attempts) }
}

fn rules() -> impl Strategy<Value = Rules> {
    let order = prop_oneof![Just(Order::Key), Just(Order::Queue), Just(Order::None)];
    let place = || prop_oneof![Just(Place::Keep), Just(Place::Back)];
    let coalesce = prop_oneof![
        Just(Coalesce::No),
        Just(Coalesce::Last),
        Just(Coalesce::First),
        Just(Coalesce::Waiting),
        Just(Coalesce::Debounce),
    ];
    let disk = (prop_oneof![Just(0u64), Just(20)], prop::bool::ANY);
    (order, place(), place(), prop::bool::ANY, coalesce, disk).prop_map(
        |(order, retry, redelivery, late_ack, coalesce, (sync_us, confirm))| Rules {
            release: false,
            order,
            retry,
            redelivery,
            late_ack,
            coalesce,
            limit: None,
            redeliver_us: 10,
            sync_us,
            confirm,
        },
    )
}

fn items(list: &Value) -> Vec<(u32, Symbol, Datum)> {
    let Value::List(values) = list else { panic!("no list") };
    let item = |value: &Value| match value {
        Value::Composite(record) => match **record {
            Composite::Item { id, key, value, .. } => (id, key, value),
            _ => panic!("no item"),
        },
        _ => panic!("no record"),
    };
    values.iter().map(item).collect()
}

proptest! {
    /// With any rules: no item is stuck, and each ends as often as it was pushed.
    #[test]
    fn what_comes_goes(rules in rules(), steps in prop::collection::vec(step(), 0..120)) {
        let mut run = Run::of(rules);
        for step in steps {
            run.step(step);
            let mut out: BTreeMap<Symbol, u32> = BTreeMap::new();
            for (_, item) in run.queue.iter() {
                if matches!(item.visibility, Visibility::Taken { .. }) {
                    *out.entry(item.key).or_default() += 1;
                }
            }
            match rules.order {
                Order::Key => prop_assert!(out.values().all(|count| *count == 1)),
                Order::Queue => prop_assert!(out.values().sum::<u32>() <= 1),
                Order::None => {}
            }
            prop_assert_eq!(run.queue.first(usize::MAX).len(), run.queue.depth());
            let places: Vec<u32> =
                run.queue.first(usize::MAX).iter().map(|item| item.place).collect();
            prop_assert!(places.is_sorted(), "{:?}", places);
        }
        run.drain();
        let (mut came, mut went) = (0, 0);
        for effect in run.effects {
            match effect {
                QueueEffect::Pushed { .. } | QueueEffect::Returned { .. } => came += 1,
                QueueEffect::Acked { .. }
                | QueueEffect::DeadLettered { .. }
                | QueueEffect::Dropped { .. } => went += 1,
                _ => {}
            }
        }
        prop_assert_eq!(came, went);
    }

    /// Without coalescing: every item ends once, acknowledged or given up, after it was handed out;
    /// items of a key end in the order of pushing.
    #[test]
    fn at_least_once_and_in_order(steps in prop::collection::vec(step(), 0..120)) {
        let mut run = Run::new(false, None);
        for step in steps {
            run.step(step);
            prop_assert!(run.queue.ready() <= 4);
        }
        run.drain();
        let mut ended: BTreeMap<Symbol, Vec<u32>> = BTreeMap::new();
        let (mut pushed, mut taken) = (0, Vec::new());
        for effect in run.effects {
            match effect {
                QueueEffect::Pushed { .. } => pushed += 1,
                QueueEffect::Taken { item } => taken.push(item),
                QueueEffect::Acked { item, key, .. }
                | QueueEffect::DeadLettered { item, key, .. } => {
                    prop_assert!(taken.contains(&item));
                    ended.entry(key).or_default().push(item);
                }
                _ => {}
            }
        }
        prop_assert_eq!(pushed, ended.values().map(Vec::len).sum::<usize>());
        for line in ended.values() {
            prop_assert!(line.is_sorted_by(|one, next| one < next));
        }
    }

    /// While an item of a key is taken, no other of that key is handed out.
    #[test]
    fn one_of_a_key_at_a_time(
        steps in prop::collection::vec(step(), 0..120),
        coalesce in prop::bool::ANY,
    ) {
        let mut run = Run::new(coalesce, None);
        for step in steps {
            run.step(step);
            let mut out = BTreeMap::new();
            for (id, item) in run.queue.iter().filter(|(_, item)| item.is_held()) {
                prop_assert_eq!(out.insert(item.key, id), None);
            }
            for key in (0..4).map(Symbol) {
                let mut line = run.queue.of_key(key);
                line.next();
                prop_assert!(line.all(|(_, item)| item.visibility == Visibility::Waiting));
            }
        }
    }

    /// With any merging of adds, the acknowledged and the given-up amounts add up to the pushed
    /// ones.
    #[test]
    fn sums_are_conserved(
        steps in prop::collection::vec(step(), 0..120),
        limit in prop::option::of(1u32..6),
    ) {
        let mut run = Run::new(true, limit);
        let (mut accepted, mut out) = (0, 0);
        for step in steps {
            let before = run.effects.len();
            let step = match step {
                Step::Push { key, .. } => Step::Push { key, add: true },
                other => other,
            };
            let held: BTreeMap<u32, Datum> =
                run.queue.iter().map(|(id, item)| (id, item.value)).collect();
            run.step(step);
            for effect in &run.effects[before..] {
                match effect {
                    QueueEffect::Pushed { .. } | QueueEffect::Merged { .. } => {
                        accepted += run.pushed;
                    }
                    QueueEffect::Acked { item, .. } | QueueEffect::DeadLettered { item, .. } => {
                        out += number(held[item]);
                    }
                    _ => {}
                }
            }
            let within: i64 = run.queue.iter().map(|(_, item)| number(item.value)).sum();
            prop_assert_eq!(accepted, out + within);
            prop_assert!(limit.is_none_or(|limit| run.queue.depth() <= limit as usize));
        }
    }

    /// With any merging of pushes, the last value of a key is the last to be handed out.
    #[test]
    fn the_last_value_wins(steps in prop::collection::vec(step(), 0..120)) {
        let mut run = Run::new(true, None);
        let (mut written, mut last) = (BTreeMap::new(), BTreeMap::new());
        let mut all = steps;
        all.extend([Step::Release]);
        for step in all {
            let step = match step {
                Step::Push { key, .. } => Step::Push { key, add: false },
                Step::DeadLetter { nth } => Step::Ack { nth },
                other => other,
            };
            for (_, key, value) in run.step(step).iter().flat_map(items) {
                written.insert(key, value);
            }
            if let Step::Push { key, .. } = step {
                last.insert(Symbol(key), made(run.pushed));
            }
        }
        run.step(Step::Wait { us: 1_000 });
        while run.queue.depth() > 0 {
            let list = run.step(Step::Take { most: 2 }).expect("a list");
            for (id, key, value) in items(&list) {
                written.insert(key, value);
                run.queue.ack(latest(&run.queue, id), run.now_us, &mut |_| {});
            }
        }
        prop_assert_eq!(written, last);
    }

    /// A copy is independent, and equal contents hash alike.
    #[test]
    fn a_copy_goes_its_own_way(
        steps in prop::collection::vec(step(), 0..80),
        cut in 0usize..80,
    ) {
        let cut = cut.min(steps.len());
        let (mut one, mut other) = (Run::new(true, None), Run::new(true, None));
        for &step in &steps[..cut] {
            one.step(step);
            other.step(step);
        }
        let copy = one.queue.clone();
        for &step in &steps[cut..] {
            one.step(step);
        }
        assert_same(&copy, &other.queue);
        other.queue = copy;
        for &step in &steps[cut..] {
            other.step(step);
        }
        assert_same(&one.queue, &other.queue);
    }
}

fn number(value: Datum) -> i64 {
    match value.scalar {
        Scalar::Int(number) => number,
        _ => 0,
    }
}
