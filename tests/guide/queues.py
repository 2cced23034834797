# Asks real queues the guide's questions: `queues.py ROW` prints its cells as JSON, `queues.py
# --list [ROW…]` the rows. Messages are numbers, from 1 on, all of one key. What is written of them,
# in that order, is the cell; `1f`: the first try of 1, which fails and is given back by the
# queue's ordinary means. `queues.py --hold ROW NAME` is a consumer that takes 1 and keeps it, to be
# killed. An answer that ends in "…" is what was seen until the probe gave up.
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

    def __init__(self, messages, takes=0.0, holds=False, fails=True, patience=60):
        self.messages, self.takes, self.tries, self.written = messages, takes, 0 if fails else 1, []
        self.holds, self.patience, self.ends = holds, patience, {}
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
            self.ends[number] = time.monotonic()

    def is_over(self):
        return len([it for it in self.written if it != "1f"]) >= self.messages

    def run(self, number):
        """As a task; an exception: it failed."""
        if self.holds:
            print("held", flush=True)
            time.sleep(1_000)
        if self.fails(number):
            time.sleep(self.takes / 2)
            raise LookupError("the write fails")
        self.begin()
        time.sleep(self.takes)
        self.end(number)

    async def run_async(self, number):
        if self.holds:
            print("held", flush=True)
            await asyncio.sleep(1_000)
        if self.fails(number):
            await asyncio.sleep(self.takes / 2)
            raise LookupError("the write fails")
        self.begin()
        await asyncio.sleep(self.takes)
        self.end(number)

    def wait(self):
        until = time.monotonic() + self.patience
        while not self.is_over() and time.monotonic() < until:
            time.sleep(0.02)

    def order(self):
        """Who was written when; those that ran beside one another have no order of their own."""
        middle = self.written[1:-1] if self.at_once > 1 else []
        order = [self.written[0], *sorted(middle), self.written[-1]] if middle else self.written
        return " ".join(order)


class Channel:
    """A queue of which a program takes, acknowledges and gives back."""

    def takes_on(self):
        """In place of a consumer that was killed."""

    def idle(self):
        """It is slow, and not dead."""

    def drain(self, hand, work):
        until = time.monotonic() + work.patience
        while not work.is_over() and time.monotonic() < until:
            for message in self.take(hand):
                number = self.number(message)
                if work.fails(number):
                    self.give_back(message)
                else:
                    work.begin()
                    work.end(number)
                    self.ack(message)
        return " ".join(work.written)


class Row:
    """What a queue answers: `ask(question)`; `hold(name)` is a consumer that takes 1 and keeps it.
    `hour(name)`: an hour goes by in the queue's own records. `more`: those of the questions that
    not each queue has, as functions."""

    def __init__(self, ask, hold, take_on, patience, hour, more):
        self.ask, self.hold, self.take_on, self.patience, self.more = ask, hold, take_on, patience, more
        self.hour = hour

    def killed(self, id):
        """A consumer is killed with 1 in hand, and another takes on: what it writes, and when it
        comes to 1."""
        name = next(names)
        command = [sys.executable, __file__, "--hold", id, name]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        closing.append(lambda: kill(first))
        held = first.stdout.readline()
        assert held == b"held\n", held
        time.sleep(0.5)
        kill(first)
        # a broker has noticed by then, also on a busy machine
        time.sleep(1)
        killed = time.monotonic()
        work = Work(3, fails=False, patience=self.patience)
        self.take_on(name, work)
        order = " ".join(work.written)
        if self.hour and "1" not in work.written:
            self.hour(name)
            again = Work(1, fails=False, patience=self.patience)
            self.take_on(name, again)
            back = "1 h" if again.written == ["1"] else f"not within {self.patience} s"
            return {"killed": " ".join(work.written + again.written), "back": back}
        if "1" not in work.written:
            return {"killed": f"{order} …", "back": f"not within {self.patience} s"}
        after = work.ends.get(1, time.monotonic()) - killed
        return {"killed": order, "back": "at once" if after < 3 else f"{after:.0f} s"}


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def row(id, patience=40, hour=None, **more):
    def register(made):
        ROWS[id] = Row(*made, patience, hour, more)
        return made
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

    def hold(name):
        queue = open(name, 2)
        for number in range(1, 4):
            queue.push(number)
        taken = queue.take(1)
        print("held", flush=True)
        time.sleep(1_000)
        return taken

    def take_on(name, work):
        queue = open(name, 2)
        queue.takes_on()
        queue.drain(1, work)
    return ask, hold, take_on


def late(open):
    """A consumer acknowledges a message that was given to another meanwhile."""
    def ask():
        queue = open(next(names), 2)
        other = queue.other()
        queue.push(1)
        message, = queue.take(1)
        until = time.monotonic() + 30
        while not other.take(1):
            queue.idle()
            assert time.monotonic() < until, "it is not given to another"
            time.sleep(0.1)
        return "counts" if queue.ack_late(message) else "refused"
    return ask


def joined(open):
    """2 is sent while 1 of the same key waits, 3 while the first is in hand."""
    def ask():
        queue, written = open(next(names), 1), []
        queue.push_joined(1)
        queue.push_joined(2)
        taken = queue.take(1)
        queue.push_joined(3)
        while taken:
            written.append(queue.number(taken[0]))
            queue.ack(taken[0])
            taken = queue.take(1)
        return " ".join(map(str, written))
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
    return ask, lambda name: run(name, Work(3, holds=True), [1, 2, 3], 1), lambda name, work: run(name, work, [], 1)


def redis():
    from redis import Redis
    return Redis(**REDIS, decode_responses=True)


class Stream(Channel):
    def __init__(self, name, hand, consumer="one"):
        self.redis, self.name, self.consumer, self.idle_ms = redis(), name, consumer, 0
        if consumer == "one" and not self.redis.exists(name):
            self.redis.xgroup_create(name, "group", mkstream=True)

    def other(self):
        return Stream(self.name, 1, "two")

    def takes_on(self):
        self.idle_ms = 30_000

    def push(self, number):
        self.redis.xadd(self.name, {"number": number})

    def push_joined(self, number):
        from redis import ResponseError
        try:
            self.redis.xadd(self.name, {"number": number}, id="1-1")
        except ResponseError:  # there is one of this id
            pass

    def take(self, most):
        found = self.redis.xreadgroup("group", self.consumer, {self.name: ">"}, count=most)
        if found:
            return found[0][1]
        return self.redis.xautoclaim(self.name, "group", self.consumer, min_idle_time=self.idle_ms, count=most)[1]

    def number(self, message):
        return int(message[1]["number"])

    def ack(self, message):
        return self.redis.xack(self.name, "group", message[0])

    ack_late = ack

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
        self.connection.execute(f"CREATE TABLE IF NOT EXISTS {self.name} (id int PRIMARY KEY, key text UNIQUE)")
        self.connection.commit()

    def other(self):
        return Table(self.name, 1)

    def push(self, number):
        self.connection.execute(f"INSERT INTO {self.name} VALUES (%s)", [number])
        self.connection.commit()

    def push_joined(self, number):
        import psycopg
        insert = f"INSERT INTO {self.name} VALUES (%s, 'k') ON CONFLICT (key) DO NOTHING"
        with psycopg.connect(os.environ["GUIDE_POSTGRES"]) as another:
            another.execute(insert, [number])

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

    def idle(self):
        import pika
        try:
            self.channel.connection.process_data_events(0)
        except pika.exceptions.AMQPError:  # its channel was closed
            pass

    def ack_late(self, message):
        import pika
        try:
            self.ack(message)
            self.channel.connection.process_data_events(1)
        except pika.exceptions.AMQPError:
            return False
        return True

    def give_back(self, message):
        self.channel.basic_nack(message[0].delivery_tag, requeue=True)


class Quorum(Rabbit):
    arguments = {"x-queue-type": "quorum"}


class JetStream(Channel):
    loop = None

    def __init__(self, name, hand, subscription=None, ack_wait=None):
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
            config = ConsumerConfig(max_ack_pending=most, ack_wait=ack_wait)
            self.pull = await self.stream.pull_subscribe(name, durable="worker", config=config)
        if subscription is None:
            self.loop.run_until_complete(open())
        else:
            self.client, self.stream, self.pull = subscription

    def other(self):
        return JetStream(self.name, 1, (self.client, self.stream, self.pull))

    def push(self, number):
        self.loop.run_until_complete(self.stream.publish(self.name, str(number).encode()))

    def push_joined(self, number):
        headers = {"Nats-Msg-Id": "k"}
        self.loop.run_until_complete(self.stream.publish(self.name, str(number).encode(), headers=headers))

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

    def ack_late(self, message):
        self.ack(message)
        return self.loop.run_until_complete(self.pull.consumer_info()).num_ack_pending == 0

    def give_back(self, message):
        self.loop.run_until_complete(message.nak())


def of_jetstream(question):
    # two at once are in flight only where more than one may be
    return channel(lambda name, hand: JetStream(name, 2 if question == "together" else hand))[0](question)


# brokers that run.sh has started
for id, open_one, server, more in [
        ("redis-stream", Stream, "REDIS_PORT", {"late-ack": late(Stream), "coalesce": joined(Stream)}),
        ("redis-list", List, "REDIS_PORT", {}),
        ("postgres", Table, "GUIDE_POSTGRES", {"coalesce": joined(Table)}),
        ("jetstream", JetStream, "NATS_PORT", {
            "late-ack": late(lambda name, hand: JetStream(name, hand, ack_wait=1)), "coalesce": joined(JetStream)}),
        ("rabbitmq-classic", Rabbit, "RABBITMQ_PORT", {"late-ack": late(Rabbit)}),
        ("rabbitmq-quorum", Quorum, "RABBITMQ_PORT", {"late-ack": late(Quorum)})]:
    if os.environ.get(server):
        ask, *others = channel(open_one)
        row(id, **more)((of_jetstream if id == "jetstream" else ask, *others))


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


def dramatiq_worker(name, run, workers, **options):
    """An actor, and a worker that takes none ahead and looks for the dead at each command."""
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker
    broker = RedisBroker(**REDIS, maintenance_chance=1_000_000, **options)
    actor = dramatiq.actor(run, actor_name=name, queue_name=name, broker=broker, max_retries=1, min_backoff=100)
    working = dramatiq.Worker(broker, worker_threads=workers)
    working.queue_prefetch = workers
    return actor, working


def dramatiq_late():
    """Whether a slow worker's message is given to another."""
    name, begun = next(names), []

    def run(number):
        begun.append(number)
        time.sleep(10)
    first, second = (dramatiq_worker(name, run, 1, heartbeat_timeout=2_000) for _ in range(2))
    first[0].send(1)
    for _, working in (first, second):
        working.start()
        time.sleep(1)
    time.sleep(6)
    return "-" if begun == [1] else f"given to {len(begun)}"


@row("dramatiq", 100, **{"late-ack": dramatiq_late})
@worker
def dramatiq(name, work, numbers, workers):
    actor, working = dramatiq_worker(name, work.run, workers)
    for number in numbers:
        actor.send(number)
    working.start()
    work.wait()
    working.stop(timeout=1_000)


# its own database: what is in hand is in one place for all queues
CELERY = f"{URL}/1"
CELERY_TASK = """
import os, time
from celery import Celery
from redis import Redis
app = Celery(broker=os.environ["BROKER"])
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1, broker_transport_options={"visibility_timeout": 2})
redis = Redis.from_url(os.environ["BROKER"])
@app.task(name="guide")
def guide(told):
    nth = redis.rpush(told, "begun")
    time.sleep(10 if nth == 1 else 1_000)
    redis.rpush(told, "ended")
"""


def celery_hour(name):
    from redis import Redis
    records = Redis.from_url(CELERY)
    for tag in records.zrange("unacked_index", 0, -1):
        records.zincrby("unacked_index", -3_590, tag)


def celery_late():
    """A task that takes longer than the visibility timeout; who has it next begins when the first is at work."""
    from celery import Celery
    from redis import Redis
    folder, name, broker = tempfile.mkdtemp(), next(names), f"{URL}/2"
    with open(f"{folder}/guide_celery.py", "w") as module:
        module.write(CELERY_TASK)
    path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "BROKER": broker, "C_FORCE_ROOT": "1"}
    command = [sys.executable, "-m", "celery", "-A", "guide_celery", "worker", "-P", "solo", "-Q", name,
               "--without-mingle", "--without-gossip", "--without-heartbeat"]
    told = Redis.from_url(broker, decode_responses=True)

    def until(events):
        while told.llen(f"{name}:told") < events:
            time.sleep(0.05)
    Celery(broker=broker).send_task("guide", [f"{name}:told"], queue=name)
    for events in (1, 2):
        working = subprocess.Popen([*command, "-n", f"{events}@guide"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=environment)
        closing.append(working.kill)
        until(events)
        # longer than the visibility timeout; a worker looks at it when it starts
        time.sleep(3)
    until(3)
    time.sleep(1)
    assert told.lrange(f"{name}:told", 0, -1) == ["begun", "begun", "ended"]
    return "counts" if told.hlen("unacked") == 0 else "refused"


@row("celery", hour=celery_hour, **{"late-ack": celery_late})
@worker
def celery(name, work, numbers, workers):
    from celery import Celery
    from celery.contrib.testing.worker import start_worker
    app = Celery(name, broker=CELERY)
    app.conf.update(task_default_queue=name, task_acks_late=True, worker_prefetch_multiplier=1)

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


def arq_joined():
    from arq import create_pool
    from arq.connections import RedisSettings
    from arq.worker import Worker, func

    async def run():
        name, written, begun = next(names), [], asyncio.Event()

        async def task(context, number):
            begun.set()
            await asyncio.sleep(1)
            written.append(number)
        settings = RedisSettings(**REDIS)
        pool = await create_pool(settings)

        async def send(number):
            await pool.enqueue_job("task", number, _queue_name=name, _job_id=name)
        await send(1)
        await send(2)
        working = Worker([func(task, name="task")], queue_name=name, redis_settings=settings, max_jobs=1, burst=True,
                         poll_delay=0.05, handle_signals=False)
        running = asyncio.ensure_future(working.async_run())
        await begun.wait()
        await send(3)
        await running
        return " ".join(map(str, written))
    return asyncio.run(run())


def arq_late():
    """Whether a job that is too slow is still at work when another worker has it."""
    from arq import create_pool
    from arq.connections import RedisSettings
    from arq.worker import Worker, func

    async def run():
        name, ends = next(names), []

        async def task(context):
            try:
                await asyncio.sleep(30)
            finally:
                ends.append(time.monotonic())
        settings = RedisSettings(**REDIS)
        await (await create_pool(settings)).enqueue_job("task", _queue_name=name)
        began = time.monotonic()
        working = [Worker([func(task, name="task", timeout=2)], queue_name=name, redis_settings=settings, poll_delay=0.05,
                          handle_signals=False) for _ in range(2)]
        running = [asyncio.ensure_future(each.async_run()) for each in working]
        await asyncio.sleep(20)
        for each in running:
            each.cancel()
        return "-" if len(ends) == 1 and ends[0] - began < 5 else f"{len(ends)} ends"
    return asyncio.run(run())


@row("arq", coalesce=arq_joined, **{"late-ack": arq_late})
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
        try:
            await asyncio.wait_for(working.async_run(), work.patience)
        except (asyncio.TimeoutError, asyncio.CancelledError):
            pass
    asyncio.run(run())


RQ_TASK = """
import os, time
from redis import Redis
def task(port, name, number, takes):
    redis = Redis(port=port)
    redis.set(name + ":horse", os.getpid())
    if number == 1 and redis.incr(name + ":tries") == 1:
        redis.rpush(name + ":told", "1f")
        time.sleep(takes / 2)
        raise LookupError("the write fails")
    redis.rpush(name + ":told", "+")
    time.sleep(takes)
    redis.rpush(name + ":told", number)
"""


def rq_joined():
    from rq.exceptions import DuplicateJobError
    name, written = next(names), f"{next(names)}:told"
    queue, command, environment = rq_worker(name)

    def send(number):
        try:
            queue.enqueue("guide_rq.task", REDIS["port"], written.removesuffix(":told"), number, 1, job_id=name, unique=True)
        except DuplicateJobError:
            pass
    redis().incr(written.replace("told", "tries"))
    send(1)
    send(2)
    working = subprocess.Popen([*command, "--burst"], stdout=subprocess.DEVNULL, env=environment)
    closing.append(working.kill)
    while not redis().llen(written):
        time.sleep(0.05)
    send(3)
    working.wait()
    return " ".join(each for each in redis().lrange(written, 0, -1) if each != "+")


def rq_worker(name):
    """A queue, the command of a worker of it, and its environment."""
    from rq import Queue
    folder = tempfile.mkdtemp()
    with open(f"{folder}/guide_rq.py", "w") as module:
        module.write(RQ_TASK)
    path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", "from rq.cli import main; main()", "worker", "--url", URL, "--quiet", name]
    return Queue(name, connection=redis_bytes()), command, {**os.environ, "PYTHONPATH": path}


def rq_late():
    """Whether a job that is too slow is still at work when another worker has it."""
    name = next(names)
    told = f"{name}:told"
    queue, command, environment = rq_worker(name)
    redis().incr(f"{name}:tries")
    queue.enqueue("guide_rq.task", REDIS["port"], name, 1, 30, job_timeout=2)
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) for _ in range(2)]
    closing.extend(each.kill for each in running)
    time.sleep(15)
    failed = queue.failed_job_registry.count
    return "-" if failed == 1 and redis().lrange(told, 0, -1) == ["+"] else "given to another"


@row("rq", coalesce=rq_joined, **{"late-ack": rq_late})
@worker
def rq(name, work, numbers, workers):
    from rq import Retry
    queue, command, environment = rq_worker(name)
    if work.holds:
        # its first try does not fail
        redis().incr(f"{name}:tries")
    if not numbers:
        # the first worker's child has a group of its own
        os.kill(int(redis().get(f"{name}:horse")), signal.SIGKILL)
        redis().delete(f"{name}:told")
    for number in numbers:
        takes = 100 if work.holds and number == 1 else work.takes
        queue.enqueue("guide_rq.task", REDIS["port"], name, number, takes, retry=Retry(max=1))
    # a worker has one job in hand
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) for _ in range(min(workers, 2))]
    closing.extend(each.kill for each in running)
    until = time.monotonic() + work.patience
    while not work.is_over() and time.monotonic() < until:
        time.sleep(0.1)
        told = redis().lrange(f"{name}:told", 0, -1)
        work.written = [each for each in told if each != "+"]
        if work.holds and told:
            print("held", flush=True)
            time.sleep(1_000)
    for each in running:
        each.kill()
    begun = itertools.accumulate(told, lambda now, each: now + (each == "+") - each.isdigit(), initial=0)
    work.at_once = max(begun)


def node(library, mode, name, numbers=(), workers=1, takes=0.0, patience=60):
    """The program of queues of npm, in the same group of processes."""
    words = [library, mode, name, ",".join(map(str, numbers)), workers, takes, patience]
    return [*os.environ["GUIDE_QUEUES"].split(), *map(str, words)]


def of_node(library, patience):
    @worker
    def made(name, work, numbers, workers):
        if work.holds:
            os.execvp("node", node(library, "hold", name, numbers))
        command = node(library, "work", name, numbers, workers, work.takes, work.patience)
        running = subprocess.Popen(command, stdout=subprocess.PIPE)
        told = json.loads(running.communicate()[0])
        work.written, work.at_once = told["written"], told["most"]
        if "1" in work.written:
            work.ends[1] = time.monotonic()

    def said(mode, numbers):
        def ask():
            return subprocess.run(node(library, mode, next(names), numbers), stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
        return ask
    row(library, patience, **{"late-ack": said("late", [1]), "coalesce": said("join", [1, 2])})(made)


of_node("bullmq", 100)
if os.environ.get("GUIDE_POSTGRES"):
    of_node("pg-boss", 40)
    of_node("graphile-worker", 40)


def procrastinate_app():
    import logging

    from procrastinate import App, PsycopgConnector
    logging.disable(logging.CRITICAL)
    return App(connector=PsycopgConnector(conninfo=os.environ["GUIDE_POSTGRES"]))


async def open_procrastinate(app):
    import psycopg
    found = await app.connector.execute_query_one_async("SELECT to_regclass('procrastinate_jobs') AS it")
    if found["it"] is None:
        try:
            await app.schema_manager.apply_schema_async()
        except psycopg.Error:
            pass


def procrastinate(name, work, numbers, workers):
    async def run():
        app = procrastinate_app()
        # the last in hand is the older of the two tries
        task = app.task(name=name, queue=name, retry=1)(work.run_async)
        async with app.open_async():
            await open_procrastinate(app)
            for number in numbers:
                await task.defer_async(number=number)
            working = asyncio.ensure_future(app.run_worker_async(
                queues=[name], concurrency=workers, install_signal_handlers=False, fetch_job_polling_interval=0.1))
            until = time.monotonic() + work.patience
            while not work.is_over() and time.monotonic() < until:
                await asyncio.sleep(0.02)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    asyncio.run(run())


def procrastinate_joined():
    from procrastinate.exceptions import AlreadyEnqueued

    async def run():
        name, written, begun = next(names), [], asyncio.Event()
        app = procrastinate_app()

        @app.task(name=name, queue=name)
        async def task(number):
            begun.set()
            await asyncio.sleep(1)
            written.append(number)

        async def send(number):
            try:
                await task.configure(queueing_lock=name).defer_async(number=number)
            except AlreadyEnqueued:
                pass
        async with app.open_async():
            await open_procrastinate(app)
            await send(1)
            await send(2)
            working = asyncio.ensure_future(app.run_worker_async(
                queues=[name], wait=False, concurrency=1, install_signal_handlers=False))
            await begun.wait()
            await send(3)
            await working
        return " ".join(map(str, written))
    return asyncio.run(run())


if os.environ.get("GUIDE_POSTGRES"):
    row("procrastinate", coalesce=procrastinate_joined)(worker(procrastinate))


def redis_bytes():
    from redis import Redis
    return Redis(**REDIS)


QUESTIONS = ["failed-one", "failed-ten", "together"]


def main(wanted):
    if wanted[:1] == ["--list"]:
        print("\n".join(id for id in ROWS if len(wanted) == 1 or id in wanted))
        return
    if wanted[:1] == ["--hold"]:
        return ROWS[wanted[1]].hold(wanted[2])
    # told to end by a timeout, it ends its workers too
    signal.signal(signal.SIGTERM, leave)
    for id in wanted:
        cells = {}
        for question in QUESTIONS:
            try:
                cells[question] = ROWS[id].ask(question)
            except Exception as error:  # a question that this version does not take
                cells[question] = f"no answer: {error!r}"
        for question, asked in ROWS[id].more.items():
            try:
                cells[question] = asked()
            except Exception as error:
                cells[question] = f"no answer: {error!r}"
        try:
            cells.update(ROWS[id].killed(id))
        except Exception as error:
            cells["killed"] = f"no answer: {error!r}"
        print(json.dumps({id: cells}), flush=True)
    leave()


def leave(*_):
    for close in closing:
        close()
    os._exit(0)  # threads of workers may still wait


if __name__ == "__main__":
    main(sys.argv[1:])
