//! Tests of each operation, line by line: `seconds operation => reply, effects`. `take` gives
//! `id:key=value`, with `+` for an amount and `×n` from the second attempt. `ack 1` and its like
//! are of the latest attempt; `ack 1 try=1` is of the first.

use super::*;
use crate::store::script::{self, datum, key, name, option, seconds, show, show_scalar, show_us};

/// A queue that redelivers after 30 s.
fn queue(coalesce: bool, limit: Option<u32>) -> Queue {
    let coalesce = if coalesce { Coalesce::Last } else { Coalesce::No };
    Queue::new(Rules { coalesce, limit, ..Rules::FIFO })
}

#[track_caller]
fn check(mut queue: Queue, script: &str) {
    script::check(script, |now, words| run(&mut queue, now, words));
}

fn run(queue: &mut Queue, now: Micros, words: &[&str]) -> Vec<String> {
    let mut effects = Vec::new();
    let effect = &mut |effect| effects.push(show_effect(effect));
    let number = |at: usize| words.get(at).map_or(0, |word| word.parse().expect("number"));
    let reply = match words[0] {
        "push" | "add" => {
            let version = option(words, "version").map(|word| word.parse().expect("version"));
            let (key, value) = (key(words[1]), datum(words[2]));
            format!("{:?}", queue.push(key, value, version, words[0] == "add", now, effect))
        }
        "take" => show(&queue.take(number(1), now, effect)),
        "ack" => queue.ack(receipt(queue, words), now, effect).to_string(),
        "retry" => {
            let after_us = option(words, "after").map_or(0, seconds);
            queue.retry(receipt(queue, words), after_us, now, effect).to_string()
        }
        "dead" => queue.dead_letter(receipt(queue, words), effect).to_string(),
        "redeliver" => {
            queue.redeliver(now, effect);
            queue
                .next_due_us()
                .map_or("nothing due".to_owned(), |us| format!("next {}", show_us(us)))
        }
        "release" => {
            queue.release_all(now, effect);
            "done".to_owned()
        }
        "clear" => {
            queue.clear(effect);
            "done".to_owned()
        }
        "depth" => {
            let oldest = queue.oldest_us().map_or("none".to_owned(), show_us);
            format!("{} since {oldest}, {} dead", queue.depth(), queue.dead_letters())
        }
        other => panic!("no operation {other}"),
    };
    std::iter::once(reply).chain(effects).collect()
}

/// The receipt of the item and try in a line.
fn receipt(queue: &Queue, words: &[&str]) -> Receipt {
    let item = words[1].parse().expect("number");
    let latest = queue.iter().find(|(id, _)| *id == item).map_or(0, |(_, item)| item.attempts);
    let attempt = option(words, "try").map_or(latest, |word| word.parse().expect("number"));
    Receipt { item, attempt }
}

fn show_effect(effect: QueueEffect) -> String {
    match effect {
        QueueEffect::Pushed { item, key, value } => {
            format!("pushed {item}:{}={}", name(key), show_scalar(value.scalar))
        }
        QueueEffect::Merged { item, key, absorbed, value } => {
            let (key, value) = (name(key), show_scalar(value.scalar));
            format!("merged {item}:{key}={value} over W{}", absorbed.0)
        }
        QueueEffect::Taken { item } => format!("taken {item}"),
        QueueEffect::Acked { item, key, origin } => {
            format!("acked {item}:{} W{}", name(key), origin.0)
        }
        QueueEffect::Retried { item, key } => format!("retried {item}:{}", name(key)),
        QueueEffect::DeadLettered { item, key, origin } => {
            format!("dead {item}:{} W{}", name(key), origin.0)
        }
        QueueEffect::Redelivered { item, key } => format!("redelivered {item}:{}", name(key)),
        QueueEffect::Replayed { key, origin } => format!("replayed {} {}", key.0, origin.0),
        QueueEffect::DeadLettersDropped => "dropped the dead".to_owned(),
        QueueEffect::Ignored { item, key, origin } => {
            format!("ignored W{} for {item}:{}", origin.0, name(key))
        }
        QueueEffect::Returned { item, key, value } => {
            format!("returned {item}:{}={}", name(key), show_scalar(value.scalar))
        }
        QueueEffect::Dropped { item, key, origin } => {
            format!("dropped {item}:{} W{}", name(key), origin.0)
        }
    }
}

#[test]
fn an_item_stays_until_it_is_acknowledged() {
    check(
        queue(false, None),
        "
        1 push a 7  => Queued(1), pushed 1:a=7
        2 push b 8  => Queued(2), pushed 2:b=8
        3 take 1    => [1:a=7], taken 1
        3 depth     => 2 since 1, 0 dead
        4 ack 1     => true, acked 1:a W7
        4 ack 1     => false
        5 depth     => 1 since 2, 0 dead
        6 take 9    => [2:b=8], taken 2
        6 take 9    => []
        7 ack 2     => true, acked 2:b W8
        8 depth     => 0 since none, 0 dead
    ",
    );
}

#[test]
fn an_item_not_acknowledged_in_time_is_handed_out_again() {
    check(
        queue(false, None),
        "
        0  push a 7   => Queued(1), pushed 1:a=7
        1  take 1     => [1:a=7], taken 1
        30 redeliver  => next 31
        31 redeliver  => nothing due, redelivered 1:a
        32 take 1     => [1:a=7×2], taken 1
        33 ack 1      => true, acked 1:a W7
        99 redeliver  => nothing due
    ",
    );
}

#[test]
fn a_late_acknowledgement_counts() {
    check(
        queue(true, None),
        "
        0  push a 7   => Queued(1), pushed 1:a=7
        0  take 1     => [1:a=7], taken 1
        30 redeliver  => nothing due, redelivered 1:a
        31 push a 8   => Queued(2), pushed 2:a=8
        32 ack 1      => true, acked 1:a W7
        33 take 1     => [2:a=8], taken 2
    ",
    );
}

#[test]
fn a_key_has_one_item_out_at_a_time() {
    check(
        queue(false, None),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Queued(2), pushed 2:a=2
        0 push b 3  => Queued(3), pushed 3:b=3
        0 push a 4  => Queued(4), pushed 4:a=4
        1 take 9    => [1:a=1 3:b=3], taken 1, taken 3
        2 take 9    => []
        3 ack 1     => true, acked 1:a W1
        4 take 9    => [2:a=2], taken 2
        5 dead 2    => true, dead 2:a W2
        5 depth     => 2 since 0, 1 dead
        6 take 9    => [4:a=4], taken 4
    ",
    );
}

#[test]
fn a_retry_keeps_its_place_in_line() {
    check(
        queue(false, None),
        "
        0 push a 1          => Queued(1), pushed 1:a=1
        0 push a 2          => Queued(2), pushed 2:a=2
        0 push b 3          => Queued(3), pushed 3:b=3
        1 take 1            => [1:a=1], taken 1
        2 retry 1 after=5   => true, retried 1:a
        3 retry 1 after=5   => false
        3 ack 1             => false
        3 redeliver         => next 7
        3 take 9            => [3:b=3], taken 3
        7 redeliver         => next 33
        7 take 9            => [1:a=1×2], taken 1
        8 retry 1           => true, retried 1:a
        8 take 9            => [1:a=1×3], taken 1
    ",
    );
}

#[test]
fn coalescing_keeps_the_last_value_and_the_place() {
    check(
        queue(true, None),
        "
        0 push a 1            => Queued(1), pushed 1:a=1
        1 push b 2            => Queued(2), pushed 2:b=2
        2 push a 3            => Merged(1), merged 1:a=3 over W1
        3 push a 4            => Merged(1), merged 1:a=4 over W3
        4 depth               => 2 since 0, 0 dead
        4 take 1              => [1:a=4], taken 1
        5 push a 5            => Queued(3), pushed 3:a=5
        6 push a 6            => Merged(3), merged 3:a=6 over W5
        7 ack 1               => true, acked 1:a W4
        8 take 9              => [2:b=2 3:a=6], taken 2, taken 3
    ",
    );
}

#[test]
fn coalescing_adds_up() {
    check(
        queue(true, None),
        "
        0 add a 1             => Queued(1), pushed 1:a=1
        1 add a 2             => Merged(1), merged 1:a=3 over W1
        2 add a -5            => Merged(1), merged 1:a=-2 over W2
        3 push a 4            => Queued(2), pushed 2:a=4
        4 add a 5             => Queued(3), pushed 3:a=5
        5 push a 6            => Queued(4), pushed 4:a=6
        6 take 9              => [1:a+-2], taken 1
    ",
    );
    check(
        queue(true, None),
        "
        0 add a 9223372036854775807 => Queued(1), pushed 1:a=9223372036854775807
        1 add a 2                   => Queued(2), pushed 2:a=2
        2 add a text                => Queued(3), pushed 3:a=text
    ",
    );
}

#[test]
fn a_retried_item_absorbs_again() {
    check(
        queue(true, None),
        "
        0 push a 1            => Queued(1), pushed 1:a=1
        1 take 1              => [1:a=1], taken 1
        2 retry 1 after=5     => true, retried 1:a
        3 push a 2            => Merged(1), merged 1:a=2 over W1
        7 redeliver           => nothing due
        7 take 1              => [1:a=2×2], taken 1
    ",
    );
}

#[test]
fn a_full_queue_pushes_back() {
    check(
        queue(true, Some(2)),
        "
        0 push a 1 => Queued(1), pushed 1:a=1
        0 push b 2 => Queued(2), pushed 2:b=2
        0 push c 3 => Full
        0 push a 4 => Merged(1), merged 1:a=4 over W1
        1 take 1   => [1:a=4], taken 1
        1 push c 3 => Full
        2 ack 1    => true, acked 1:a W4
        2 push c 3 => Queued(3), pushed 3:c=3
    ",
    );
}

#[test]
fn a_crashed_consumer_loses_nothing() {
    check(
        queue(false, None),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push b 2  => Queued(2), pushed 2:b=2
        0 push c 3  => Queued(3), pushed 3:c=3
        1 take 2    => [1:a=1 2:b=2], taken 1, taken 2
        2 release   => done, redelivered 1:a, redelivered 2:b
        2 redeliver => nothing due
        2 ack 1     => false
        3 take 9    => [1:a=1×2 2:b=2×2 3:c=3], taken 1, taken 2, taken 3
    ",
    );
}

#[test]
fn a_crashed_queue_loses_everything() {
    check(
        queue(false, None),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Queued(2), pushed 2:a=2
        1 take 1    => [1:a=1], taken 1
        2 clear     => done, dropped 1:a W1, dropped 2:a W2
        2 ack 1     => false
        3 redeliver => nothing due
        3 push a 3  => Queued(3), pushed 3:a=3
        3 take 9    => [3:a=3], taken 3
    ",
    );
}

/// The rules of a queue, changed from those of `Queue()`.
fn ruled(change: impl FnOnce(&mut Rules)) -> Queue {
    let mut rules = Rules::FIFO;
    change(&mut rules);
    Queue::new(rules)
}

#[test]
fn without_an_order_any_are_out_at_a_time() {
    check(
        ruled(|rules| rules.order = Order::None),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Queued(2), pushed 2:a=2
        0 push b 3  => Queued(3), pushed 3:b=3
        1 take 2    => [1:a=1 2:a=2], taken 1, taken 2
        2 retry 1   => true, retried 1:a
        3 take 9    => [1:a=1×2 3:b=3], taken 1, taken 3
        4 ack 2     => true, acked 2:a W2
        4 ack 3     => true, acked 3:b W3
        5 depth     => 1 since 0, 0 dead
    ",
    );
}

#[test]
fn in_one_line_the_first_stops_all() {
    check(
        ruled(|rules| rules.order = Order::Queue),
        "
        0 push a 1        => Queued(1), pushed 1:a=1
        0 push b 2        => Queued(2), pushed 2:b=2
        1 take 9          => [1:a=1], taken 1
        2 take 9          => []
        3 retry 1 after=5 => true, retried 1:a
        4 take 9          => []
        8 redeliver       => nothing due
        8 take 9          => [1:a=1×2], taken 1
        9 dead 1          => true, dead 1:a W1
        9 take 9          => [2:b=2], taken 2
    ",
    );
}

#[test]
fn what_is_given_back_goes_behind_the_others() {
    check(
        ruled(|rules| rules.retry = Place::Back),
        "
        0 push a 1        => Queued(1), pushed 1:a=1
        0 push a 2        => Queued(2), pushed 2:a=2
        0 push b 3        => Queued(3), pushed 3:b=3
        1 take 1          => [1:a=1], taken 1
        2 retry 1 after=5 => true, retried 1:a
        3 take 9          => [2:a=2 3:b=3], taken 2, taken 3
        4 ack 2           => true, acked 2:a W2
        5 take 9          => []
        7 redeliver       => next 33
        7 take 9          => [1:a=1×2], taken 1
        8 ack 1           => true, acked 1:a W1
    ",
    );
}

#[test]
fn what_was_not_acknowledged_goes_behind_the_others() {
    check(
        ruled(|rules| rules.redelivery = Place::Back),
        "
        0  push a 1   => Queued(1), pushed 1:a=1
        0  push a 2   => Queued(2), pushed 2:a=2
        0  push a 3   => Queued(3), pushed 3:a=3
        1  take 1     => [1:a=1], taken 1
        31 redeliver  => nothing due, redelivered 1:a
        32 take 9     => [2:a=2], taken 2
        33 ack 1      => true, acked 1:a W1
        34 ack 2      => true, acked 2:a W2
        35 take 9     => [3:a=3], taken 3
        36 ack 3      => true, acked 3:a W3
        36 depth      => 0 since none, 0 dead
    ",
    );
}

#[test]
fn a_late_acknowledgement_is_refused() {
    check(
        ruled(|rules| rules.late_ack = false),
        "
        0  push a 7      => Queued(1), pushed 1:a=7
        0  take 1        => [1:a=7], taken 1
        30 redeliver     => nothing due, redelivered 1:a
        31 ack 1         => false
        32 take 1        => [1:a=7×2], taken 1
        33 ack 1 try=1   => false
        33 retry 1 try=1 => false
        33 dead 1 try=1  => false
        34 ack 1 try=2   => true, acked 1:a W7
    ",
    );
}

#[test]
fn the_first_value_of_a_key_stays() {
    check(
        ruled(|rules| rules.coalesce = Coalesce::First),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Ignored, ignored W2 for 1:a
        0 push b 3  => Queued(2), pushed 2:b=3
        1 take 1    => [1:a=1], taken 1
        2 push a 4  => Ignored, ignored W4 for 1:a
        3 ack 1     => true, acked 1:a W1
        4 push a 5  => Queued(3), pushed 3:a=5
    ",
    );
}

#[test]
fn a_value_is_dropped_while_one_waits() {
    check(
        ruled(|rules| (rules.coalesce, rules.order) = (Coalesce::Waiting, Order::None)),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Ignored, ignored W2 for 1:a
        1 take 1    => [1:a=1], taken 1
        2 push a 3  => Queued(2), pushed 2:a=3
        2 push a 4  => Ignored, ignored W4 for 2:a
        3 ack 1     => true, acked 1:a W1
        4 take 1    => [2:a=3], taken 2
    ",
    );
}

#[test]
fn a_debounced_value_is_dropped_while_one_is_taken() {
    check(
        ruled(|rules| (rules.coalesce, rules.order) = (Coalesce::Debounce, Order::None)),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Merged(1), merged 1:a=2 over W1
        1 take 1    => [1:a=2], taken 1
        2 push a 3  => Ignored, ignored W3 for 1:a
        3 ack 1     => true, acked 1:a W2
        4 push a 4  => Queued(2), pushed 2:a=4
    ",
    );
}

#[test]
fn a_crash_undoes_what_is_not_on_the_disk() {
    let sync =
        |confirm| move |rules: &mut Rules| (rules.sync_us, rules.confirm) = (2_000_000, confirm);
    check(
        ruled(sync(true)),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        0 push a 2  => Queued(2), pushed 2:a=2
        0 push a 3  => Queued(3), pushed 3:a=3
        1 take 1    => [1:a=1], taken 1
        1 ack 1     => true, acked 1:a W1
        4 take 1    => [2:a=2], taken 2
        4 ack 2     => true, acked 2:a W2
        4 take 1    => [3:a=3], taken 3
        5 release   => done, redelivered 3:a, returned 4:a=2
        5 depth     => 2 since 0, 0 dead
        6 take 9    => [4:a=2×2], taken 4
        6 ack 4     => true, acked 4:a W2
        9 take 9    => [3:a=3×2], taken 3
        9 release   => done, redelivered 3:a
    ",
    );
    check(
        ruled(sync(false)),
        "
        0 push a 1  => Queued(1), pushed 1:a=1
        3 push a 2  => Queued(2), pushed 2:a=2
        3 push b 3  => Queued(3), pushed 3:b=3
        3 take 1    => [1:a=1], taken 1
        4 release   => done, dropped 2:a W2, dropped 3:b W3, redelivered 1:a
        5 take 9    => [1:a=1×2], taken 1
    ",
    );
}

#[test]
fn states_of_which_a_crash_takes_back_different_items_differ() {
    let sum = |pushed_us, confirm| {
        let rules = |rules: &mut Rules| (rules.sync_us, rules.confirm) = (2_000_000, confirm);
        let mut queue = ruled(rules);
        queue.push(key("a"), datum("1"), None, false, pushed_us, &mut |_| {});
        let lens = Lens { now_us: 3_000_000, ..Lens::default() };
        queue.alone(&lens)
    };
    assert_ne!(sum(0, false), sum(2_000_000, false));
    assert_eq!(sum(0, true), sum(2_000_000, true));
}
