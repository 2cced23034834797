//! The guide's rows that are queues: the rules of a product, `Queue(like=…)`, under one program
//! that flushes writes.

use crate::time::{Micros, SECOND_US};
use crate::vocabulary::queue::LIKE;

/// What each is called by `like`, the first comment of its strategy, and the word of `coalesce` for
/// its option that keeps one message of a key.
pub(super) const QUEUES: [(&str, &str, Option<&str>); 15] = [
    (
        "rabbitmq-classic",
        "# RabbitMQ 3.10.8, classic queue: what is given back is next again, unless more is in hand\n#\n# broker · basic_nack with requeue · measured 2026-11-28\n#\n# Surprise: What is published without a confirm is lost in a kill 50 ms later, although the connection was closed in good order, and so is a transient message that was confirmed. A consumer that is busy on its only thread is cut off after two heartbeats that it missed (some 180 s); one that does not acknowledge, after 30 min. A message that always fails is next for ever with a prefetch of 1.\n#\n# Instead: a single active consumer with a prefetch of 1, for what must be written in order. Publisher confirms, for what must not be lost.\n",
        None,
    ),
    (
        "rabbitmq-quorum",
        "# RabbitMQ 3.10.8, quorum queue: what is given back goes behind the others\n#\n# broker · no delivery limit, basic_nack with requeue · measured 2026-11-28\n#\n# Surprise: The same call puts a message back in its place in a classic queue, and in a quorum queue with a delivery limit. x-delivery-limit counts the deaths of consumers too, and then the message is gone. After a cancel, a single active consumer's next one has 2 while the first still writes 1.\n#\n# Instead: x-delivery-limit and a prefetch of 1; or write only what is newer, by a version.\n",
        None,
    ),
    (
        "jetstream",
        "# NATS JetStream 2.15.1: what is given back is next again where one message is in flight\n#\n# broker · a pull consumer, nak(); one at a time: max_ack_pending=1; one of a key: Nats-Msg-Id, for 2 min · measured 2026-11-28\n#\n# Surprise: With the default max_ack_pending and fetch(1), what comes after a nak() is 1 or 2, by chance. A message of a known Nats-Msg-Id is dropped for 2 min, also when the first is done: the old value stays. After a kill of the server, messages that were acknowledged just before it come again. A message that has used up max_deliver stays in the stream, undelivered. What is published without a PubAck (core NATS) is lost in a kill.\n#\n# Instead: max_ack_pending=1.\n",
        Some("first"),
    ),
    (
        "redis-stream",
        "# Redis Streams of Valkey 9.1.2: what is claimed goes behind the others\n#\n# XREADGROUP, XAUTOCLAIM when there is nothing new, of what is idle for 30 s; one of a key: an id of its own · measured 2026-11-29\n#\n# Surprise: Nothing comes back by itself: somebody has to claim it. A consumer that reads its own pending messages first (those from 0) never comes to the others while one of them fails. A server that is killed, configured as Debian does it, loses all of 200 messages.\n#\n# Instead: write only what is newer, by a version.\n",
        Some("first"),
    ),
    (
        "redis-list",
        "# Redis lists of Valkey 9.1.2: what is given back goes where it is pushed\n#\n# LMOVE to a list of what is in hand, RPUSH to give back · measured 2026-11-29\n#\n# Surprise: What a consumer that died had in hand stays there for ever. LREM 0 removes every message of equal contents. A server that is killed, configured as Debian does it, loses all of 200 messages.\n#\n# Instead: LPUSH to give back, and one consumer.\n",
        None,
    ),
    (
        "postgres",
        "# PostgreSQL 15.18, FOR UPDATE SKIP LOCKED: what is rolled back is next again, unless more is in hand\n#\n# table · ORDER BY id LIMIT n FOR UPDATE SKIP LOCKED; one of a key: ON CONFLICT DO NOTHING · measured 2026-11-28\n#\n# Surprise: A row that always fails is next for ever, and the others never. An advisory lock for each key keeps one at a time, and not their order: 2 goes past 1 that has failed. With synchronous_commit off a kill loses what was committed last.\n#\n# Instead: count the tries in the row; NOT EXISTS an earlier row of the key, for order.\n",
        Some("first"),
    ),
    (
        "bullmq",
        "# BullMQ 6.7.0: what is tried again goes behind the others\n#\n# npm · attempts: 3, no backoff; concurrency is what is in hand; one of a key: jobId, removeOnComplete · measured 2026-11-28\n#\n# Surprise: By default a job is tried once. A job whose worker dies twice has failed, whatever attempts says. A jobId that is known keeps the old data, although the job that add() returns shows the new; a debounced job is dropped while the first runs.\n#\n# Instead: write only what is newer, by a version.\n",
        Some("first"),
    ),
    (
        "celery",
        "# Celery 5.7.0: what is tried again goes behind the others\n#\n# PyPI · over Redis, retry(countdown=0), acks_late=True, worker_prefetch_multiplier=1; in hand: threads · measured 2026-12-01\n#\n# Surprise: By default (no acks_late) a task is lost with its worker, and the four that it had taken ahead come back after the visibility timeout of 1 h. A task that takes longer than that hour is given to another while it runs, and the first to end it ends it for both. Who is due is looked for when a worker starts, and then once in 100 s.\n#\n# Instead: write only what is newer, by a version.\n",
        None,
    ),
    (
        "rq",
        "# RQ 3.0.0: what is tried again goes behind the others\n#\n# PyPI · Retry(max=1); in hand: two workers with one job each; one of a key: unique=True · measured 2026-12-01\n#\n# Surprise: By default a job is tried once. What a worker that died had in hand stays with it for minutes. Without unique=True, two jobs of one id run twice, both with the new arguments.\n#\n# Instead: Retry(max=…, enqueue_at_front=True), and one worker.\n#\n# No late-ack: its worker ends a job that is too slow, by default after 180 s, before another has it\n",
        Some("first"),
    ),
    (
        "dramatiq",
        "# Dramatiq 2.2.1: what is tried again goes behind the others\n#\n# PyPI · over Redis, min_backoff of 100 ms, takes none ahead, looks for dead workers at each command; in hand: threads · measured 2026-12-01\n#\n# Surprise: The default backoff is 15 s: the older value is written that much later, over the newer one. By default a worker takes messages ahead, which wait with it when it is killed, and somebody looks for the dead at one command in 1,000: on a quiet system nothing came back within 100 s.\n#\n# Instead: a higher maintenance_chance; write only what is newer, by a version.\n#\n# No late-ack: a worker that is alive keeps what it has in hand, however slow it is\n",
        None,
    ),
    (
        "huey",
        "# Huey 3.5.4: what is tried again goes behind the others\n#\n# PyPI · RedisHuey, retries=1; in hand: threads · measured 2026-11-29\n#\n# Surprise: By default a task is tried once, and what a worker that died had in hand is lost. A consumer of an older version takes the tasks that a newer one has sent off the queue, and loses them.\n#\n# Instead: write only what is newer, by a version.\n",
        None,
    ),
    (
        "arq",
        "# arq 0.28.0: what asks for a retry is next again, unless more is in hand\n#\n# PyPI · raise Retry(); in hand: max_jobs; one of a key: _job_id · measured 2026-12-01\n#\n# Surprise: An exception that is no Retry is not tried again. What a worker that died had in hand comes back after job_timeout (300 s) and 10 s more. A job whose _job_id is taken is dropped, also while the first one runs.\n#\n# Instead: max_jobs=1, for what must be written in order.\n#\n# No late-ack: its worker cancels a job that is too slow, by default after 300 s, before another has it\n",
        Some("first"),
    ),
    (
        "pg-boss",
        "# pg-boss 12.38.0: what is tried again is next again, unless more is in hand\n#\n# npm · over PostgreSQL, work() with a batchSize of 1; in hand: localConcurrency; one of a key: singletonKey with the policy short · measured 2026-11-30\n#\n# Surprise: The jobs of a batch come in no order. Without a policy, singletonKey does nothing since version 10. What a worker that died had in hand comes back when it expires, after 15 min.\n#\n# Instead: a batchSize of 1 and one worker; expireInSeconds of what a job takes at most.\n",
        Some("waiting"),
    ),
    (
        "graphile-worker",
        "# graphile-worker 0.18.0: what is tried again goes behind the others\n#\n# npm · over PostgreSQL; in hand: concurrency; one of a key: jobKey · measured 2026-11-30\n#\n# Surprise: A named queue runs one job at a time, and one that fails lets the next of its queue go first. A job that runs has lost its key: what is added with the key begins beside it. What a worker that died had in hand is locked for 4 h.\n#\n# Instead: write only what is newer, by a version.\n",
        Some("last"),
    ),
    (
        "procrastinate",
        "# Procrastinate 3.10.0: what is tried again is next again, unless more is in hand\n#\n# PyPI · over PostgreSQL, retry=1; in hand: concurrency; one of a key: queueing_lock · measured 2026-11-30\n#\n# Surprise: By default a job is tried once, and what a worker that died had in hand stays there for ever. A job that is to run later holds up all jobs with its lock.\n#\n# Instead: a periodic task that retries what get_stalled_jobs finds; lock=, for what must be written in order.\n",
        Some("waiting"),
    ),
];

/// The strategy of a queue: its comment, and the program with its rules.
pub(super) fn source(like: &str, comment: &str) -> String {
    format!("{comment}{}", include_str!("queue.py").replace("LIKE", like))
}

/// The same with two consumers, one on each of two servers, whose first tries take long.
pub(super) fn slow(like: &str) -> String {
    include_str!("queue_slow.py").replace("LIKE", like)
}

/// After what time messages come back that were not acknowledged.
pub(super) fn redeliver_us(like: &str) -> Option<Micros> {
    let queue = LIKE.iter().find(|queue| queue.name == like)?;
    (queue.rules.redeliver_us < 24 * 3_600 * SECOND_US).then_some(queue.rules.redeliver_us)
}
