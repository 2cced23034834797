//! The guide's rows that are queues: the rules of a product, `Queue(like=…)`, under one program
//! that flushes writes.

/// What each is called by `like`, and the first comment of its strategy.
pub(super) const QUEUES: [(&str, &str); 12] = [
    (
        "rabbitmq-classic",
        "# RabbitMQ 3.10.8, classic queue: what is given back is next again, unless more is in hand\n#\n# broker · basic_nack with requeue · measured 2026-11-28\n#\n# Instead: a single active consumer with a prefetch of 1, for what must be written in order.\n",
    ),
    (
        "rabbitmq-quorum",
        "# RabbitMQ 3.10.8, quorum queue: what is given back goes behind the others\n#\n# broker · no delivery limit, basic_nack with requeue · measured 2026-11-28\n#\n# Surprise: The same call puts a message back in its place in a classic queue, and in a quorum queue with a delivery limit.\n#\n# Instead: x-delivery-limit and a prefetch of 1; or write only what is newer, by a version.\n",
    ),
    (
        "jetstream",
        "# NATS JetStream 2.15.1: what is given back is next again where one message is in flight\n#\n# broker · a pull consumer, nak(); one at a time: max_ack_pending=1 · measured 2026-11-28\n#\n# Surprise: With the default max_ack_pending and fetch(1), what comes after a nak() is 1 or 2, by chance.\n#\n# Instead: max_ack_pending=1.\n",
    ),
    (
        "redis-stream",
        "# Redis Streams of Valkey 9.1.2: what is claimed goes behind the others\n#\n# XREADGROUP, XAUTOCLAIM when there is nothing new · measured 2026-11-29\n#\n# Surprise: Nothing comes back by itself: somebody has to claim it.\n#\n# Instead: write only what is newer, by a version.\n",
    ),
    (
        "redis-list",
        "# Redis lists of Valkey 9.1.2: what is given back goes where it is pushed\n#\n# LMOVE to a list of what is in hand, RPUSH to give back · measured 2026-11-29\n#\n# Surprise: What a consumer that died had in hand stays there for ever.\n#\n# Instead: LPUSH to give back, and one consumer.\n",
    ),
    (
        "postgres",
        "# PostgreSQL 15.18, FOR UPDATE SKIP LOCKED: what is rolled back is next again, unless more is in hand\n#\n# table · ORDER BY id LIMIT n FOR UPDATE SKIP LOCKED · measured 2026-11-28\n#\n# Surprise: A row that always fails is next for ever, and the others never.\n#\n# Instead: count the tries in the row; NOT EXISTS an earlier row of the key, for order.\n",
    ),
    (
        "bullmq",
        "# BullMQ 6.7.0: what is tried again goes behind the others\n#\n# npm · attempts: 3, no backoff; concurrency is what is in hand · measured 2026-11-28\n#\n# Surprise: By default a job is tried once.\n#\n# Instead: write only what is newer, by a version.\n",
    ),
    (
        "celery",
        "# Celery 5.7.0: what is tried again goes behind the others\n#\n# PyPI · over Redis, retry(countdown=0); in hand: threads · measured 2026-11-28\n#\n# Surprise: Without acks_late a task is lost with its worker.\n#\n# Instead: write only what is newer, by a version.\n",
    ),
    (
        "rq",
        "# RQ 3.0.0: what is tried again goes behind the others\n#\n# PyPI · Retry(max=1); in hand: two workers with one job each · measured 2026-11-28\n#\n# Surprise: By default a job is tried once.\n#\n# Instead: Retry(max=…, enqueue_at_front=True), and one worker.\n",
    ),
    (
        "dramatiq",
        "# Dramatiq 2.2.1: what is tried again goes behind the others\n#\n# PyPI · over Redis, min_backoff of 100 ms; in hand: threads · measured 2026-11-28\n#\n# Surprise: The default backoff is 15 s: the older value is written that much later, over the newer one.\n#\n# Instead: write only what is newer, by a version.\n",
    ),
    (
        "huey",
        "# Huey 3.5.4: what is tried again goes behind the others\n#\n# PyPI · RedisHuey, retries=1; in hand: threads · measured 2026-11-29\n#\n# Surprise: By default a task is tried once, and what a worker that died had in hand is lost.\n#\n# Instead: write only what is newer, by a version.\n",
    ),
    (
        "arq",
        "# arq 0.28.0: what asks for a retry is next again, unless more is in hand\n#\n# PyPI · raise Retry(); in hand: max_jobs · measured 2026-11-28\n#\n# Surprise: An exception that is no Retry is not tried again.\n#\n# Instead: max_jobs=1, for what must be written in order.\n",
    ),
];

/// The strategy of a queue: its comment, and the program with its rules.
pub(super) fn source(like: &str, comment: &str) -> String {
    format!("{comment}{}", include_str!("queue.py").replace("LIKE", like))
}
