//! The rules of products' queues, as measured.
//!
//! Each product was measured on 2026-11-28, the last three on 2026-11-30: which message comes next
//! when the first message of a key is given back and others wait; when its consumer is killed; with
//! two consumers; when the consumer is slower than the time for an acknowledgement; and what is left
//! after the broker was killed. None of them keeps the order of a key by default once more than one message is taken.
//!
//! | name | version | what was seen |
//! | --- | --- | --- |
//! | `rabbitmq-classic` | RabbitMQ 3.10.8, classic queue | given back: next again; no acknowledgement for 30 min: to another, and the late one closes the channel (406); published without a confirm and closed in good order: all of 200 lost in a kill 50 ms later, none 0.3 s later |
//! | `rabbitmq-quorum` | RabbitMQ 3.10.8, quorum queue without a delivery limit | given back: behind the others; nothing lost in a kill |
//! | `jetstream` | nats-server 2.15.1 | 30 s for an acknowledgement, then before new ones; a late one counts for the consumer that has it now; messages that were acknowledged just before a kill come again, all of ten |
//! | `redis-stream` | Redis 7.0.15 as Debian configures it, `XAUTOCLAIM` | claimed: behind the others; a late `XACK` counts; all lost in a kill |
//! | `redis-list` | Redis 7.0.15, given back with `RPUSH` | behind the others; nothing comes back by itself; all lost in a kill |
//! | `postgres` | PostgreSQL 15.18, `FOR UPDATE SKIP LOCKED` | rolled back: next again; no limit of time; nothing lost |
//! | `bullmq` | bullmq 6.7.0 | tried again: behind the others; a stalled one after 60 s, and its late end is refused |
//! | `celery` | celery 5.7.0 over Redis, `acks_late` | retried: behind the others; after the visibility timeout of 1 h: behind newer ones; a late end counts |
//! | `rq` | rq 3.0.0 with `Retry` | behind the others; after the death of a worker 125 s later, behind the others |
//! | `dramatiq` | dramatiq 2.2.1 | behind the others; after the death of a worker 60 s later, when somebody looks (at one command in 1,000), behind the others |
//! | `huey` | huey 3.5.4 | behind the others; after the death of a worker never |
//! | `arq` | arq 0.28.0 | `Retry()`: next again; after the death of a worker when the job's time is over (300 s) and 10 s more, behind the others |
//! | `pg-boss` | pg-boss 12.38.0, one job at a time | tried again: next again; after the death of a worker when the job expires (15 min); a late end counts |
//! | `graphile-worker` | graphile-worker 0.18.0 | tried again: behind the others; after the death of a worker after 4 h, behind the others; a late end counts |
//! | `procrastinate` | procrastinate 3.10.0 | tried again: next again; after the death of a worker never |
//!
//! Killed with a message in hand, a consumer of RabbitMQ or PostgreSQL gives it back at once (its
//! connection ends); with all others it comes back after a time.
//!
//! Rules that the table does not mention were not measured, and are those of `Queue()`.

use super::rules::{Order, Place, Rules};
use crate::time::{Micros, SECOND_US};

/// A queue that belongs to a database or a broker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Like {
    pub name: &'static str,
    /// Whether its contents survive a crash of its process.
    pub durable: bool,
    pub rules: Rules,
}

const LOOSE: Rules = Rules { order: Order::None, ..Rules::FIFO };
const BACK: Rules = Rules { retry: Place::Back, redelivery: Place::Back, ..LOOSE };
/// Longer than any run: items do not come back by themselves.
const NEVER_US: Micros = 365 * 24 * 3_600 * SECOND_US;

const fn like(name: &'static str, durable: bool, redeliver_us: Micros, rules: Rules) -> Like {
    Like { name, durable, rules: Rules { redeliver_us, ..rules } }
}

/// All products.
pub const LIKE: [Like; 15] = [
    like(
        "rabbitmq-classic",
        true,
        1_800 * SECOND_US,
        Rules { late_ack: false, confirm: false, sync_us: 300_000, release: true, ..LOOSE },
    ),
    like(
        "rabbitmq-quorum",
        true,
        1_800 * SECOND_US,
        Rules { retry: Place::Back, late_ack: false, release: true, ..LOOSE },
    ),
    like("jetstream", true, 30 * SECOND_US, Rules { sync_us: 50_000, ..LOOSE }),
    like("redis-stream", false, 30 * SECOND_US, BACK),
    like("redis-list", false, NEVER_US, BACK),
    like("postgres", true, NEVER_US, Rules { release: true, ..LOOSE }),
    like("bullmq", false, 60 * SECOND_US, Rules { retry: Place::Back, late_ack: false, ..LOOSE }),
    like("celery", false, 3_600 * SECOND_US, BACK),
    like("rq", false, 125 * SECOND_US, BACK),
    like("dramatiq", false, 60 * SECOND_US, BACK),
    like("huey", false, NEVER_US, BACK),
    like("arq", false, 310 * SECOND_US, Rules { redelivery: Place::Back, ..LOOSE }),
    like("pg-boss", true, 900 * SECOND_US, LOOSE),
    like("graphile-worker", true, 14_400 * SECOND_US, BACK),
    like("procrastinate", true, NEVER_US, LOOSE),
];
