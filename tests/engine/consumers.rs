//! Consumers of queues: stopped, killed, started; dead letters that are pushed again.

use serde_json::{Value, json};

use crate::chains::chains_are_true;
use crate::support::{begin, check, log, run, stored};

/// One key whose items a consumer in each app server adds, one at a time.
fn scenario(queue: &str, actions: Value) -> Value {
    let source = format!(
        "queue = Queue(at=worker, {queue})\n\
         def read(key):\n    return db.read(key)\n\
         def write(key, value):\n    queue.push(key, value)\n\
         def increment(key, by):\n    queue.add(key, by)\n\
         @at(app)\n@every(0.1)\ndef flush():\n    for item in queue.take(2):\n        \
         if item.add:\n            db.incr(item.key, item.value)\n        \
         else:\n            db.write(item.key, item.value)\n        queue.ack(item)\n"
    );
    json!({
        "topology": {"apps": {"count": 2}},
        "strategies": [{"source": source}],
        "duration_us": 5_000_000,
        "rows": {"each": {"k": 0}},
        "actions": actions,
    })
}

fn add(at_us: u64) -> Value {
    json!({"at_us": at_us, "do": "increment", "key": "k"})
}

fn act(at_us: u64, what: &str, app: u16) -> Value {
    json!({"at_us": at_us, "do": what, "consumer": "flush", "app": app})
}

#[track_caller]
fn row(actions: Value, queue: &str, value: i64) -> String {
    let run = run(&scenario(queue, actions));
    assert_eq!(stored(&run, "k"), Some(value), "{}", log(&run));
    log(&run)
}

#[test]
fn what_is_stopped_ends_what_it_has_and_takes_no_more() {
    let mut actions =
        vec![add(50_000), act(105_000, "stop-consumer", 0), act(106_000, "stop-consumer", 1)];
    actions.push(add(200_000));
    let shown = row(json!(actions), "redeliver=1", 1);
    assert!(
        shown.contains("flush of app 1 ends what it has in hand, and takes no more"),
        "{shown}"
    );
    // … until it is started
    let mut started = actions.clone();
    started.push(act(2_000_000, "start-consumer", 1));
    row(json!(started), "redeliver=1", 2);
    // … or its server is
    actions.push(json!({"at_us": 2_000_000, "do": "crash-app", "app": 1}));
    row(json!(actions), "redeliver=1", 1);
    actions.push(json!({"at_us": 2_100_000, "do": "restart-app", "app": 1}));
    row(json!(actions), "redeliver=1", 2);
}

#[test]
fn what_the_killed_one_had_comes_back_after_the_time_for_it() {
    let killed = [add(50_000), act(105_000, "kill-consumer", 0)];
    let shown = row(json!(killed), "redeliver=1", 2);
    assert!(shown.contains("handed out again"), "{shown}");
    // a statement that is under way is carried out, a queue that keeps its time says nothing
    row(json!(killed), "redeliver=30", 1);
}

#[test]
fn a_queue_that_knows_its_consumers_hands_out_at_once_what_a_dead_one_had() {
    let killed = [add(50_000), act(105_000, "kill-consumer", 0)];
    for queue in ["redeliver=30, release=True", "like=\"rabbitmq-classic\"", "like=\"postgres\""] {
        let run = run(&scenario(queue, json!(killed)));
        let shown = log(&run);
        assert!(shown.contains("handed out again"), "{queue}: {shown}");
    }
    // an app server that dies takes its consumer with it
    let crashed = json!([add(50_000), {"at_us": 105_000, "do": "crash-app", "app": 0}]);
    row(crashed, "redeliver=30, release=True", 2);
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut simulation = begin(&scenario("redeliver=1", json!([])));
    for (what, why) in [
        (json!({"do": "start-consumer", "consumer": "flush"}), "flush takes items already"),
        (json!({"do": "stop-consumer", "consumer": "read"}), "no function read with @every takes"),
        (json!({"do": "replay-dead-letters", "queue": "queue"}), "queue has no dead letters"),
        (json!({"do": "replay-dead-letters", "queue": "other"}), "there is no queue other"),
    ] {
        let what = serde_json::from_value(with_time(what))
            .map(|action: stalemate::scenario::Action| action.what);
        let error = simulation.act(what.expect("an action")).expect_err(why).to_string();
        assert!(error.contains(why), "{error}");
    }
}

fn with_time(mut what: Value) -> Value {
    what["at_us"] = json!(0);
    what
}

/// One consumer that gives up on an item at once where its write fails.
fn dead(queue: &str, actions: Value) -> Value {
    let source = format!(
        "queue = Queue(at=worker, {queue})\n\
         def read(key):\n    return db.read(key)\n\
         def write(key, value):\n    queue.push(key, value)\n\
         @at(worker)\n@every(0.1)\ndef flush():\n    for item in queue.take(5):\n        \
         try:\n            db.write(item.key, item.value)\n            queue.ack(item)\n        \
         except DatabaseError:\n            queue.dead_letter(item)\n"
    );
    json!({
        "strategies": [{"source": source}],
        "duration_us": 5_000_000,
        "rows": {"each": {"k": 0}},
        "actions": actions,
    })
}

fn writes(times: u32, replay: bool) -> Value {
    let mut all = vec![
        json!({"at_us": 0, "do": "fail-next", "store": "database", "call": "write", "times": times}),
    ];
    for at in 0..3u64 {
        all.push(json!({"at_us": 10_000 + at * 500_000, "do": "write", "key": "k", "value": at + 1, "client": "a"}));
    }
    if replay {
        all.push(json!({"at_us": 3_000_000, "do": "replay-dead-letters", "queue": "queue"}));
    }
    json!(all)
}

#[test]
fn what_was_given_up_is_committed_in_the_end() {
    let given_up = json!({"writes": {"given_up": 3, "committed": 0}, "queue": {"dead_letters": 3}});
    check(dead("durable=True", writes(3, false)), given_up);
    let run = check(
        dead("durable=True", writes(3, true)),
        json!({"writes": {"given_up": 0, "lost": 0, "committed": 3, "overtaken": 0}}),
    );
    // the oldest first
    assert!(log(&run).contains("the dead letters of queue are pushed again"), "{}", log(&run));
    assert_eq!(stored(&run, "k"), Some(3));
}

#[test]
fn one_that_comes_behind_a_newer_one_overwrites_it() {
    let run = check(
        dead("durable=True", writes(1, true)),
        json!({"writes": {"given_up": 0, "committed": 3, "overtaken": 1}}),
    );
    assert_eq!(stored(&run, "k"), Some(1));
    let why = format!("{:?}", run.history().violations());
    assert!(why.contains("the dead letter of W1 was pushed again"), "{why}");
}

#[test]
fn a_full_queue_takes_what_it_has_room_for() {
    let mut actions = writes(3, true);
    let list = actions.as_array_mut().expect("a list");
    list.insert(0, json!({"at_us": 2_900_000, "do": "stop-consumer", "consumer": "flush"}));
    check(dead("durable=True, limit=2", actions), json!({"writes": {"given_up": 1, "pending": 2}}));
}

#[test]
fn a_queue_that_keeps_the_first_value_drops_what_comes_again() {
    let mut actions = writes(1, true);
    let list = actions.as_array_mut().expect("a list");
    list.push(json!({"at_us": 2_000_000, "do": "stop-consumer", "consumer": "flush"}));
    list.push(json!({"at_us": 2_500_000, "do": "write", "key": "k", "value": 9, "client": "a"}));
    check(
        dead("durable=True, coalesce=\"first\"", actions),
        json!({"writes": {"given_up": 0, "lost": 1, "pending": 1}}),
    );
}

#[test]
fn they_are_gone_with_a_queue_in_memory() {
    let mut actions = writes(3, false);
    let list = actions.as_array_mut().expect("a list");
    list.push(json!({"at_us": 2_500_000, "do": "crash-worker"}));
    check(dead("durable=False", actions), json!({"writes": {"given_up": 0, "lost": 3}}));
}

#[test]
fn a_person_can_do_it_at_any_moment() {
    let mut simulation = begin(&dead("durable=True", writes(1, false)));
    simulation.advance(3_000_000, u32::MAX);
    let replay = json!({"at_us": 0, "do": "replay-dead-letters", "queue": "queue"});
    let replay: stalemate::scenario::Action = serde_json::from_value(replay).expect("an action");
    simulation.act(replay.what).expect("it can be done");
    simulation.advance(5_000_000, u32::MAX);
    assert_eq!(simulation.report().writes.overtaken, 1);
}

/// What becomes of two requests, the second at `second_us`, whose items two consumers take at once,
/// one of which ends with the item of the value `dropped` half a second later, without writing it.
#[track_caller]
fn dropping(dropped: i64, second: &str, second_us: u64, lost: u64) {
    let source = format!(
        "queue = Queue(at=worker, order=\"none\")\n\
         def read(key):\n    return db.read(key)\n\
         def write(key, value):\n    queue.push(key, value)\n\
         def increment(key, by):\n    queue.add(key, by)\n\
         @at(app)\n@every(0.1)\ndef flush():\n    for item in queue.take(1):\n        \
         if item.value == {dropped}:\n            sleep(0.5)\n        \
         elif item.add:\n            db.incr(item.key, item.value)\n        \
         else:\n            db.write(item.key, item.value)\n        queue.ack(item)\n"
    );
    let mut more = json!({"at_us": second_us, "do": second, "key": "k"});
    more[if second == "write" { "value" } else { "by" }] = json!(20);
    let run = check(
        json!({
            "topology": {"apps": {"count": 2}},
            "strategies": [{"source": source}],
            "duration_us": 3_000_000,
            "actions": [{"at_us": 0, "do": "write", "key": "k", "value": 10}, more],
        }),
        json!({"writes": {"lost": lost, "committed": 2 - lost, "pending": 0, "overtaken": 0}}),
    );
    chains_are_true(&run);
}

#[test]
fn what_a_consumer_leaves_out_is_lost_unless_a_newer_write_is_there() {
    // each is acknowledged after a millisecond
    dropping(10, "write", 50_000, 0);
    dropping(20, "write", 50_000, 1);
    // of two at the same time, either may be the newer one
    dropping(20, "write", 500, 0);
    // a sum that does not have it is no newer value
    dropping(10, "increment", 50_000, 1);
}

#[test]
fn a_reply_to_a_turn_that_is_dead_is_not_taken_for_that_of_the_next_one() {
    let source = "@at(worker)\n@every(0.1)\ndef look():\n    db.read(\"k\")\n    log(\"told\")\n\n\n\
                  def read(key):\n    return db.read(key)\n\n\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let run = run(&json!({
        "strategies": [{"source": source}],
        "duration_us": 650_000,
        "rows": {"each": {"k": 0}},
        // each reply takes 200 ms: that of the first turn comes while the second one waits
        "topology": {"network": {"links": {"worker-database": {
            "latency": {"kind": "constant", "us": 100_000},
        }}}},
        "actions": [
            {"at_us": 150_000, "do": "crash-worker"},
            {"at_us": 160_000, "do": "restart-worker"},
        ],
    }));
    let shown = log(&run);
    let told: Vec<&str> = shown.lines().filter(|line| line.contains("told")).collect();
    assert_eq!(told.len(), 1, "{shown}");
    assert!(told[0].trim_start().starts_with("46"), "200 ms after its own start: {shown}");
}
