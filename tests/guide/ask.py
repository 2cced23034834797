# Asks the guide's questions of one row's real library: `ask.py ROW` prints its cells as JSON,
# `ask.py --list [ROW…]` the rows that can be asked here.
#
# The order of events does not hang on the machine's speed: a load waits until it is told to go
# on, and it is told when nothing moves any more. Only the TTL is real time, 2 s in place of 10.
import asyncio
import inspect
import itertools
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

# seconds; entries live for long where a question is not about their end
TTL, LONG, GRACE, CALLERS = 2, 60, 30, 100
# how often in a row nothing has moved when all is said to be still
STILL, LOOK = 40, 0.01
# as many as all questions of a row have callers: none waits for a thread
threads = ThreadPoolExecutor(2_000)
names = (f"guide-{os.getpid()}-{number}" for number in itertools.count())


class Database:
    """The database with one row, which counts."""

    def __init__(self, ttl=LONG):
        self.row, self.fails, self.ttl = "OLD", False, ttl
        self.loads = self.running = self.waves = self.done = 0
        # seconds a load takes; when the last one began, and ended
        self.takes, self.began, self.ended = 0.02, 0.0, 0.0
        # loads up to this one go on
        self.allowed = float("inf")
        self.lock, self.read = threading.Lock(), threading.Event()

    def hold(self):
        self.allowed = self.loads

    def release(self, loads=float("inf")):
        self.allowed = loads

    def begin(self):
        with self.lock:
            self.loads += 1
            self.waves += self.running == 0
            self.running += 1
            self.began = time.monotonic()
            self.read.set()
            return self.loads, self.row, self.fails

    def end(self, row, fails):
        with self.lock:
            self.running -= 1
            self.ended = time.monotonic()
        if fails:
            raise LookupError("the load fails")
        return row

    def load(self, *_):
        nth, row, fails = self.begin()
        while nth > self.allowed:
            time.sleep(LOOK)
        time.sleep(self.takes)
        return self.end(row, fails)

    async def load_async(self, *_):
        nth, row, fails = self.begin()
        while nth > self.allowed:
            await asyncio.sleep(LOOK)
        await asyncio.sleep(self.takes)
        return self.end(row, fails)


async def still(*watched):
    """Until none of these databases and tasks has moved for as many looks. On a busy machine the
    looks are farther apart, as all else is."""
    def state():
        return [(it.loads, it.running, it.done) if isinstance(it, Database) else it.done() for it in watched]
    seen, times = state(), 0
    while times < STILL:
        await asyncio.sleep(LOOK)
        now = state()
        times = times + 1 if now == seen else 0
        seen = now


async def call(function, *arguments):
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)


async def outcome(cache, db=None):
    try:
        got = await call(cache.get)
    except Exception:  # whatever the library makes of the failing load
        got = "error"
    if db:
        db.done += 1
    return "nothing" if got is None else str(got)


def many(cache, db, callers=CALLERS):
    if cache.get_many:
        return cache.get_many(callers, db)
    return [asyncio.ensure_future(outcome(cache, db)) for _ in range(callers)]


async def at_once(cache, db):
    """What callers at once get, and how many of them wait for a load."""
    db.hold()
    done = db.done
    asking = many(cache, db)
    await still(db)
    waiting = CALLERS - (db.done - done)
    db.release()
    return await asyncio.gather(*asking), waiting


async def stampede(make, row):
    db = Database()
    await at_once(await make(db), db)
    return str(db.loads)


async def across(make, row):
    dbs = [Database(), Database()]
    caches = [await make(db) for db in dbs]
    for db in dbs:
        db.hold()
    asking = [get for cache, db in zip(caches, dbs) for get in many(cache, db, CALLERS // 2)]
    await still(*dbs)
    for db in dbs:
        db.release()
    await asyncio.gather(*asking)
    # which of them is quicker says nothing
    return " + ".join(str(loads) for loads in sorted((db.loads for db in dbs), reverse=True))


async def change_during_load(make, change):
    """A load has read OLD, and then the row and the entry change."""
    db = Database()
    cache = await make(db)
    if getattr(cache, change) is None:
        return db, cache, []
    db.hold()
    first = asyncio.ensure_future(outcome(cache))
    await call(db.read.wait)
    db.row = "NEW"
    changing = asyncio.ensure_future(call(cache.delete) if change == "delete" else call(cache.set, "NEW"))
    # it may wait for the load
    await still(db, changing)
    return db, cache, [first, changing]


async def during_a_load(make, change):
    """What the change leaves behind, and the old load after it."""
    db, cache, running = await change_during_load(make, change)
    if not running:
        return "-"
    db.release()
    await asyncio.gather(*running)
    await still(db)
    loads = db.loads
    found = await outcome(cache)
    return "loads anew" if db.loads > loads else found


async def delete(make, row):
    return await during_a_load(make, "delete")


async def set_(make, row):
    return await during_a_load(make, "set")


async def join(make, row):
    db, cache, running = await change_during_load(make, "delete")
    second = asyncio.ensure_future(outcome(cache))
    await still(db, second)
    # the older load ends first, whether or not somebody still waits for it
    db.release(1)
    await still(db, *running, second)
    db.release()
    await asyncio.gather(*running)
    return await second


async def failure(make, row):
    db = Database()
    cache = await make(db)
    db.fails = True
    got, _ = await at_once(cache, db)
    if db.loads <= 1:
        how = ""
    elif db.waves == 1:
        how = " at once"
    elif db.waves == db.loads:
        how = ", one after another"
    else:
        how = ": one, then the rest at once" if db.waves <= 5 else ": one by one, then the rest at once"
    return f"{db.loads}{how}" + ("; no error" if set(got) == {"nothing"} else "")


async def with_an_old_entry(make):
    db = Database(TTL)
    cache = await make(db, GRACE)
    await outcome(cache)
    await asyncio.sleep(TTL + 1.1)
    return db, cache


async def stale(make, row):
    if not row.stale:
        return "-"
    db, cache = await with_an_old_entry(make)
    loads = db.loads
    db.row = "NEW"
    _, waited = await at_once(cache, db)
    await still(db)
    who = {0: "none waits", 1: "one waits", CALLERS: "all wait"}.get(waited, f"{waited} wait")
    return f"{db.loads - loads}, {who}"


def told(ends):
    old = ends.count("OLD")
    errors = len(ends) - old
    if errors == 0:
        return "OLD"
    if old == 0 and errors > 1:
        return "error"
    return f"1 error, {old} OLD" if errors == 1 and old > 1 else f"{errors} errors, {old} OLD"


async def stale_failure(make, row):
    if not row.stale:
        return "-"
    db, cache = await with_an_old_entry(make)
    db.fails = True
    first = told((await at_once(cache, db))[0])
    await still(db)
    loads, later = db.loads, []
    for _ in range(3):
        later.append(await outcome(cache))
        await still(db)
    later = told(later)
    tries = db.loads - loads
    said = {0: "held back", 3: "each tries"}.get(tries, f"{tries} of 3 try")
    return f"{first}; {said}" if first == later else f"{first}, then {later}; {said}"


async def negative(make, row):
    db = Database()
    db.row = None
    cache = await make(db)
    await outcome(cache)
    await outcome(cache)
    return "cached" if db.loads == 1 else "not cached"


async def life(make, phase):
    """Between which two instants after its TTL an entry goes that is set at this part of a
    second."""
    db = Database(TTL)
    db.takes = 0.3
    cache = await make(db)
    await asyncio.sleep((phase - db.takes - time.time()) % 1)
    await outcome(cache)
    got = seen = time.monotonic()
    loaded, loads = db.ended, db.loads
    while True:
        await asyncio.sleep(0.005)
        asked = time.monotonic()
        await outcome(cache)
        if db.loads > loads:
            # it was set between `loaded` and `got`, and went between `seen` and the last load
            return seen - got - TTL, db.began - loaded - TTL
        if asked - got > 3 * TTL:
            return asked - got - TTL, asked - got - TTL
        seen = asked


async def expiry(make, row):
    said = "not told: this machine is too busy to ask often enough"
    # a clock of whole seconds is seen at one of them at least
    for phase in (0.55, 0.9) * 5:
        least, most = await life(make, phase)
        if least > 0.1:
            return "up to 1 s later"
        if most < -0.1:
            return "up to 1 s earlier"
        if most - least < 0.2:
            if said == "at the TTL":
                break
            said = "at the TTL"
    return said


async def second_tier(make, row):
    if not row.tiers:
        return "-"
    db = Database()
    one, two = await make(db), await make(db)
    for cache in (one, two, two):
        await outcome(cache)
    await still(db)
    db.row = "NEW"
    await call(one.delete)
    wrote = time.monotonic()
    while await outcome(two) == "OLD":
        if time.monotonic() - wrote > 2:
            return "until its TTL"
        await asyncio.sleep(0.002)
    return "milliseconds"


QUESTIONS = {
    "stampede": stampede, "across": across, "delete": delete, "join": join, "set": set_, "failure": failure,
    "stale": stale, "stale-failure": stale_failure, "negative": negative, "expiry": expiry,
    "second-tier": second_tier,
}


class Cache:
    """A library's cache, of one key."""

    def __init__(self, get, delete, set=None, get_many=None):
        self.get, self.delete, self.set, self.get_many = get, delete, set, get_many


class Row:
    """How a library's caches are made: `open(name)` gives what makes one, over a database, with
    that name in what they share. `stale`: it has an option for old values; `tiers`: two of them
    share a second tier; `alone`: one question after another; `skip`: what is not asked."""

    def __init__(self, open, stale=False, tiers=False, alone=False, skip=()):
        self.open, self.stale, self.tiers, self.alone = open, stale, tiers, alone
        # each tier has an end of its own
        self.skip = {*skip, "expiry"} if tiers else {*skip}


ROWS = {}
# what ends the servers that rows have started
closing = []


def row(id, **options):
    def register(open):
        ROWS[id] = Row(open, **options)
        return open
    return register


async def ask(row):
    async def answer(column, question):
        made = row.open(next(names))

        async def make(*arguments):
            cache = made(*arguments)
            return await cache if inspect.isawaitable(cache) else cache
        try:
            return column, await question(make, row)
        except Exception as error:  # a question that this version does not take
            return column, f"no answer: {error!r}"
    questions = [each for each in QUESTIONS.items() if each[0] not in row.skip]
    if row.alone:
        return dict([await answer(*each) for each in questions])
    return dict(await asyncio.gather(*(answer(*each) for each in questions)))


async def main(wanted):
    if wanted[:1] == ["--list"]:
        print("\n".join(id for id in ROWS if len(wanted) == 1 or id in wanted))
        return
    # told to end by a timeout, it ends its servers too
    signal.signal(signal.SIGTERM, lambda *_: leave(1))
    for id in wanted:
        print(json.dumps({id: await ask(ROWS[id])}))
    leave(0)


def leave(status):
    for close in closing:
        close()
    sys.stdout.flush()
    os._exit(status)  # threads of failing questions may still wait


if __name__ == "__main__":
    sys.modules["ask"] = sys.modules["__main__"]
    import bridge  # noqa: F401  each has rows
    import php  # noqa: F401
    import proxies  # noqa: F401
    import pypi  # noqa: F401
    asyncio.run(main(sys.argv[1:]))
