# Asks real queues the guide's questions: `queues.py ROW` prints its cells as JSON, `queues.py
# --list [ROW…]` the rows. Messages are numbers, from 1 on, all of one key. What is written of them,
# in that order, is the cell; `1f`: the first try of 1, which fails and is given back by the
# queue's ordinary means.
import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

REDIS = {"host": "127.0.0.1", "port": int(os.environ.get("REDIS_PORT", 0))}
URL = f"redis://127.0.0.1:{REDIS['port']}"
names = (f"guide-{os.getpid()}-{number}" for number in itertools.count())
ROWS, closing = {}, []


class Work:
    """What is done with each message: the first fails once."""

    def __init__(self, messages, takes=0.0):
        self.messages, self.takes, self.tries, self.written = messages, takes, 0, []
        self.running = self.at_once = 0
        self.lock = threading.Lock()

    def fails(self, number):
        with self.lock:
            self.tries += number == 1
            if number == 1 and self.tries == 1:
                self.written.append("1f")
                return True
        return False

    def begin(self):
        with self.lock:
            self.running += 1
            self.at_once = max(self.at_once, self.running)

    def end(self, number):
        with self.lock:
            self.running -= 1
            self.written.append(str(number))

    def is_over(self):
        return len([it for it in self.written if it != "1f"]) >= self.messages

    def run(self, number):
        """As a task; an exception: it failed."""
        if self.fails(number):
            time.sleep(self.takes / 2)
            raise LookupError("the write fails")
        self.begin()
        time.sleep(self.takes)
        self.end(number)

    async def run_async(self, number):
        if self.fails(number):
            await asyncio.sleep(self.takes / 2)
            raise LookupError("the write fails")
        self.begin()
        await asyncio.sleep(self.takes)
        self.end(number)

    def wait(self, seconds=60):
        until = time.monotonic() + seconds
        while not self.is_over() and time.monotonic() < until:
            time.sleep(0.02)

    def order(self):
        """Who was written when; those that ran beside one another have no order of their own."""
        middle = self.written[1:-1] if self.at_once > 1 else []
        order = [self.written[0], *sorted(middle), self.written[-1]] if middle else self.written
        return " ".join(order)


class Channel:
    """A queue of which a program takes, acknowledges and gives back."""

    def drain(self, hand, work):
        while not work.is_over():
            for message in self.take(hand):
                number = self.number(message)
                if work.fails(number):
                    self.give_back(message)
                else:
                    work.begin()
                    work.end(number)
                    self.ack(message)
        return " ".join(work.written)


def row(id):
    def register(ask):
        ROWS[id] = ask
        return ask
    return register


def channel(open):
    """A row of such a queue: `open(name, hand)` makes one."""
    def ask(question):
        messages, hand = {"failed-one": (3, 1), "failed-ten": (5, 10)}.get(question, (2, 1))
        queue = open(next(names), hand)
        for number in range(1, messages + 1):
            queue.push(number)
        if question != "together":
            return queue.drain(hand, Work(messages))
        first = queue.take(1)
        second = queue.other().take(1)
        return "at once" if first and second else "one at a time"
    return ask


def worker(run):
    """A row of a library that runs its own workers: `run(name, work, numbers, workers)`."""
    def ask(question):
        # those in hand at once are at work while the first fails, and end before its second try
        numbers, workers, takes = {"failed-one": ([1, 2, 3], 1, 0.0), "failed-ten": ([1, 2, 3, 4, 5], 10, 1.0)}.get(
            question, ([2, 3], 2, 3.0))
        work = Work(len(numbers), takes)
        run(next(names), work, numbers, workers)
        if question == "together":
            return "at once" if work.at_once > 1 else "one at a time"
        return work.order()
    return ask


def redis():
    from redis import Redis
    return Redis(**REDIS, decode_responses=True)


class Stream(Channel):
    def __init__(self, name, hand, consumer="one"):
        self.redis, self.name, self.consumer = redis(), name, consumer
        if consumer == "one":
            self.redis.xgroup_create(name, "group", mkstream=True)

    def other(self):
        return Stream(self.name, 1, "two")

    def push(self, number):
        self.redis.xadd(self.name, {"number": number})

    def take(self, most):
        found = self.redis.xreadgroup("group", self.consumer, {self.name: ">"}, count=most)
        if found:
            return found[0][1]
        return self.redis.xautoclaim(self.name, "group", self.consumer, min_idle_time=0, count=most)[1]

    def number(self, message):
        return int(message[1]["number"])

    def ack(self, message):
        self.redis.xack(self.name, "group", message[0])

    def give_back(self, message):
        pass  # it stays pending until somebody claims it


class List(Channel):
    def __init__(self, name, hand):
        self.redis, self.name = redis(), name

    def other(self):
        return List(self.name, 1)

    def push(self, number):
        self.redis.rpush(self.name, number)

    def take(self, most):
        taken = (self.redis.lmove(self.name, f"{self.name}:taken", "LEFT", "RIGHT") for _ in range(most))
        return [each for each in taken if each]

    def number(self, message):
        return int(message)

    def ack(self, message):
        self.redis.lrem(f"{self.name}:taken", 1, message)

    def give_back(self, message):
        self.redis.rpush(self.name, message)
        self.ack(message)


class Table(Channel):
    """Rows that are locked while somebody works on them; a failure rolls back."""

    def __init__(self, name, hand):
        import psycopg
        self.name = name.replace("-", "_")
        self.connection = psycopg.connect(os.environ["GUIDE_POSTGRES"])
        self.connection.execute(f"CREATE TABLE IF NOT EXISTS {self.name} (id int PRIMARY KEY)")
        self.connection.commit()

    def other(self):
        return Table(self.name, 1)

    def push(self, number):
        self.connection.execute(f"INSERT INTO {self.name} VALUES (%s)", [number])
        self.connection.commit()

    def take(self, most):
        self.connection.commit()
        query = f"SELECT id FROM {self.name} ORDER BY id LIMIT {most} FOR UPDATE SKIP LOCKED"
        return [id for id, in self.connection.execute(query).fetchall()]

    def number(self, message):
        return message

    def ack(self, message):
        self.connection.execute(f"DELETE FROM {self.name} WHERE id = %s", [message])

    def give_back(self, message):
        pass  # of ten, this one is not deleted


class Rabbit(Channel):
    arguments = {}

    def __init__(self, name, hand):
        import pika
        self.name = name
        connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(os.environ["RABBITMQ_PORT"])))
        self.channel = connection.channel()
        self.channel.queue_declare(name, durable=True, arguments=self.arguments)
        self.channel.basic_qos(prefetch_count=hand)
        self.messages = self.channel.consume(name, inactivity_timeout=0.5)

    def other(self):
        return type(self)(self.name, 1)

    def push(self, number):
        self.channel.basic_publish("", self.name, str(number))

    def take(self, most):
        taken = itertools.takewhile(lambda message: message[0], itertools.islice(self.messages, most))
        return list(taken)

    def number(self, message):
        return int(message[2])

    def ack(self, message):
        self.channel.basic_ack(message[0].delivery_tag)

    def give_back(self, message):
        self.channel.basic_nack(message[0].delivery_tag, requeue=True)


class Quorum(Rabbit):
    arguments = {"x-queue-type": "quorum"}


class JetStream(Channel):
    loop = None

    def __init__(self, name, hand, subscription=None):
        from nats.js.api import ConsumerConfig
        cls = JetStream
        if cls.loop is None:
            cls.loop = asyncio.new_event_loop()
        self.name = name

        async def open():
            import nats
            self.client = await nats.connect(f"nats://127.0.0.1:{os.environ['NATS_PORT']}")
            self.stream = self.client.jetstream()
            await self.stream.add_stream(name=name, subjects=[name])
            # with more than one in flight, which is next is up to chance
            most = 1 if hand == 1 and subscription is None else 1_000
            config = ConsumerConfig(max_ack_pending=most)
            self.pull = await self.stream.pull_subscribe(name, durable="worker", config=config)
        if subscription is None:
            self.loop.run_until_complete(open())
        else:
            self.client, self.stream, self.pull = subscription

    def other(self):
        return JetStream(self.name, 1, (self.client, self.stream, self.pull))

    def push(self, number):
        self.loop.run_until_complete(self.stream.publish(self.name, str(number).encode()))

    def take(self, most):
        import nats
        try:
            return self.loop.run_until_complete(self.pull.fetch(most, timeout=1))
        except (nats.errors.TimeoutError, asyncio.TimeoutError):
            return []

    def number(self, message):
        return int(message.data)

    def ack(self, message):
        self.loop.run_until_complete(message.ack_sync())

    def give_back(self, message):
        self.loop.run_until_complete(message.nak())


def jetstream(question):
    # two at once are in flight only where more than one may be
    return channel(lambda name, hand: JetStream(name, 2 if question == "together" else hand))(question)


# brokers that run.sh has started
for id, ask, server in [("redis-stream", channel(Stream), "REDIS_PORT"), ("redis-list", channel(List), "REDIS_PORT"),
                        ("postgres", channel(Table), "GUIDE_POSTGRES"), ("jetstream", jetstream, "NATS_PORT"),
                        ("rabbitmq-classic", channel(Rabbit), "RABBITMQ_PORT"),
                        ("rabbitmq-quorum", channel(Quorum), "RABBITMQ_PORT")]:
    if os.environ.get(server):
        row(id)(ask)


@row("huey")
@worker
def huey(name, work, numbers, workers):
    from huey import RedisHuey
    queue = RedisHuey(name, **REDIS)
    task = queue.task(retries=1)(work.run)
    for number in numbers:
        task(number)
    consumer = queue.create_consumer(workers=workers)
    consumer.start()
    work.wait()
    consumer.stop()


@row("dramatiq")
@worker
def dramatiq(name, work, numbers, workers):
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker
    broker = RedisBroker(**REDIS)
    actor = dramatiq.actor(work.run, actor_name=name, queue_name=name, broker=broker, max_retries=1, min_backoff=100)
    for number in numbers:
        actor.send(number)
    working = dramatiq.Worker(broker, worker_threads=workers)
    working.start()
    work.wait()
    working.stop(timeout=1_000)


@row("celery")
@worker
def celery(name, work, numbers, workers):
    from celery import Celery
    from celery.contrib.testing.worker import start_worker
    app = Celery(name, broker=URL)
    app.conf.update(task_default_queue=name, task_acks_late=False)

    @app.task(bind=True, name=name)
    def task(self, number):
        try:
            work.run(number)
        except LookupError as error:
            raise self.retry(exc=error, countdown=0)
    for number in numbers:
        task.delay(number)
    pool = "solo" if workers == 1 else "threads"
    with start_worker(app, concurrency=workers, pool=pool, perform_ping_check=False, shutdown_timeout=5):
        work.wait()


@row("arq")
@worker
def arq(name, work, numbers, workers):
    from arq import Retry, create_pool
    from arq.connections import RedisSettings
    from arq.worker import Worker, func

    async def task(context, number):
        try:
            await work.run_async(number)
        except LookupError:
            raise Retry() from None

    async def run():
        settings = RedisSettings(**REDIS)
        pool = await create_pool(settings)
        for number in numbers:
            await pool.enqueue_job("task", number, _queue_name=name)
            await asyncio.sleep(0.01)  # they are ordered by the millisecond
        working = Worker([func(task, name="task")], queue_name=name, redis_settings=settings, max_jobs=workers, burst=True, poll_delay=0.05,
                         handle_signals=False)
        await working.async_run()
    asyncio.run(run())


RQ_TASK = """
import sys, time
from redis import Redis
def task(port, name, number, takes):
    redis = Redis(port=port)
    if number == 1 and redis.incr(name + ":tries") == 1:
        redis.rpush(name + ":told", "1f")
        time.sleep(takes / 2)
        raise LookupError("the write fails")
    redis.rpush(name + ":told", "+")
    time.sleep(takes)
    redis.rpush(name + ":told", number)
"""


@row("rq")
@worker
def rq(name, work, numbers, workers):
    from rq import Queue, Retry
    folder = tempfile.mkdtemp()
    with open(f"{folder}/guide_rq.py", "w") as module:
        module.write(RQ_TASK)
    queue = Queue(name, connection=redis_bytes())
    for number in numbers:
        queue.enqueue("guide_rq.task", REDIS["port"], name, number, work.takes, retry=Retry(max=1))
    path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
    # a worker has one job in hand
    command = [sys.executable, "-c", "from rq.cli import main; main()", "worker", "--url", URL, "--quiet", name]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path})
               for _ in range(min(workers, 2))]
    closing.extend(each.kill for each in running)
    until = time.monotonic() + 60
    while not work.is_over() and time.monotonic() < until:
        time.sleep(0.1)
        told = redis().lrange(f"{name}:told", 0, -1)
        work.written = [each for each in told if each != "+"]
    for each in running:
        each.kill()
    begun = itertools.accumulate(told, lambda now, each: now + (each == "+") - each.isdigit(), initial=0)
    work.at_once = max(begun)


@row("bullmq")
@worker
def bullmq(name, work, numbers, workers):
    command = [*os.environ["GUIDE_BULLMQ"].split(), name, str(numbers[0]), str(numbers[-1]), str(workers), str(work.takes)]
    told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    work.written, work.at_once = told["written"], told["most"]


def redis_bytes():
    from redis import Redis
    return Redis(**REDIS)


QUESTIONS = ["failed-one", "failed-ten", "together"]


def main(wanted):
    if wanted[:1] == ["--list"]:
        print("\n".join(id for id in ROWS if len(wanted) == 1 or id in wanted))
        return
    # told to end by a timeout, it ends its workers too
    signal.signal(signal.SIGTERM, leave)
    for id in wanted:
        cells = {}
        for question in QUESTIONS:
            try:
                cells[question] = ROWS[id](question)
            except Exception as error:  # a question that this version does not take
                cells[question] = f"no answer: {error!r}"
        print(json.dumps({id: cells}), flush=True)
    leave()


def leave(*_):
    for close in closing:
        close()
    os._exit(0)  # threads of workers may still wait


if __name__ == "__main__":
    main(sys.argv[1:])
