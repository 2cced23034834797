# Asks the guide's questions of the real packages of PyPI, and prints one line of JSON: the cells
# of each row, or of those that are named; with --list their names. Each question has a cache of its own. Loads take 300 ms in place of 100, and the
# TTL is 2 s in place of 10. What blocks runs in threads of its own.
import asyncio
import inspect
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

LOAD, TTL, GRACE, CALLERS = 0.3, 2, 30, 100
REDIS = os.environ.get("REDIS_PORT")
# as many as all questions of a row have callers: none waits for a thread
threads = ThreadPoolExecutor(2_000)
names = (f"guide-{os.getpid()}-{number}" for number in itertools.count())


class Database:
    """The database with one row, which counts."""

    def __init__(self):
        self.row, self.fails = "OLD", False
        self.loads = self.running = self.waves = 0
        self.lock, self.read = threading.Lock(), threading.Event()

    def begin(self):
        with self.lock:
            self.loads += 1
            self.waves += self.running == 0
            self.running += 1
            self.read.set()
            return self.row, self.fails

    def end(self, fails):
        with self.lock:
            self.running -= 1
        if fails:
            raise LookupError("the load fails")

    def load(self, *_):
        row, fails = self.begin()
        time.sleep(0.05 if fails else LOAD)
        self.end(fails)
        return row

    async def load_async(self, *_):
        row, fails = self.begin()
        await asyncio.sleep(0.05 if fails else LOAD)
        self.end(fails)
        return row


async def call(function, *arguments):
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)


async def outcome(cache):
    try:
        got = await call(cache.get)
    except Exception:  # whatever the library makes of the failing load
        return "error"
    return "nothing" if got is None else str(got)


async def many(cache, callers=CALLERS):
    return await asyncio.gather(*(outcome(cache) for _ in range(callers)))


async def stampede(make, row):
    db = Database()
    await many(make(db))
    return str(db.loads)


async def across(make, row):
    dbs = [Database(), Database()]
    caches = [make(db) for db in dbs]
    await asyncio.gather(*(many(cache, CALLERS // 2) for cache in caches))
    # which of them is quicker says nothing
    return " + ".join(str(loads) for loads in sorted((db.loads for db in dbs), reverse=True))


async def during_a_load(make, change):
    """What the change leaves behind, and the old load after it."""
    db = Database()
    cache = make(db)
    if not hasattr(cache, change):
        return "-"
    first = asyncio.ensure_future(outcome(cache))
    await call(db.read.wait)
    await asyncio.sleep(0.02)
    db.row = "NEW"
    await call(cache.delete) if change == "delete" else await call(cache.set, "NEW")
    await first
    await asyncio.sleep(LOAD)
    loads = db.loads
    found = await outcome(cache)
    return "loads anew" if db.loads > loads else found


async def delete(make, row):
    return await during_a_load(make, "delete")


async def set_(make, row):
    return await during_a_load(make, "set")


async def join(make, row):
    db = Database()
    cache = make(db)
    first = asyncio.ensure_future(outcome(cache))
    await call(db.read.wait)
    await asyncio.sleep(0.02)
    db.row = "NEW"
    await call(cache.delete)
    found = await outcome(cache)
    await first
    return found


async def failure(make, row):
    db = Database()
    cache = make(db)
    db.fails = True
    got = await many(cache)
    if db.loads <= 1:
        how = ""
    elif db.waves == 1:
        how = " at once"
    else:
        how = ", one after another" if db.waves == db.loads else f" in {db.waves} waves"
    return f"{db.loads}{how}" + ("; no error" if set(got) == {"nothing"} else "")


async def stale(make, row):
    if not row.stale:
        return "-"
    db = Database()
    cache = make(db, GRACE)
    await outcome(cache)
    await asyncio.sleep(TTL + 1.1)
    loads = db.loads
    db.row = "NEW"
    # who waits for a load has what it brings
    waited = (await many(cache)).count("NEW")
    await asyncio.sleep(2 * LOAD)
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
    db = Database()
    cache = make(db, GRACE)
    await outcome(cache)
    await asyncio.sleep(TTL + 1.1)
    db.fails = True
    first = told(await many(cache))
    await asyncio.sleep(0.2)
    loads, later = db.loads, []
    for _ in range(3):
        later.append(await outcome(cache))
        await asyncio.sleep(0.2)
    later = told(later)
    tries = db.loads - loads
    said = {0: "held back", 3: "each tries"}.get(tries, f"{tries} of 3 try")
    return f"{first}; {said}" if first == later else f"{first}, then {later}; {said}"


async def negative(make, row):
    db = Database()
    db.row = None
    cache = make(db)
    await outcome(cache)
    await outcome(cache)
    return "cached" if db.loads == 1 else "not cached"


async def life(make):
    """How much longer than its TTL an entry lives that is set between two whole seconds, and
    how exactly that is known."""
    db = Database()
    cache = make(db)
    await asyncio.sleep((0.95 - time.time()) % 1)
    await outcome(cache)
    began = seen = time.monotonic()
    while True:
        await asyncio.sleep(0.005)
        asked = time.monotonic()
        get = asyncio.ensure_future(outcome(cache))
        await asyncio.wait([get], timeout=0.05)
        if db.loads > 1 or asked - began > 3 * TTL:
            await get
            return asked - began - TTL, asked - seen
        seen = asked


async def expiry(make, row):
    for _ in range(4):
        late, within = await life(make)
        if within < 0.1:  # a busy machine asks too seldom at times
            break
    return "at the TTL" if abs(late) < 0.15 else "up to 1 s later" if late > 0 else "up to 1 s earlier"


QUESTIONS = {
    "stampede": stampede, "across": across, "delete": delete, "join": join, "set": set_, "failure": failure,
    "stale": stale, "stale-failure": stale_failure, "negative": negative, "expiry": expiry,
}


class Cache:
    """A library's cache, of one key."""

    def __init__(self, get, delete, set=None):
        self.get, self.delete = get, delete
        if set is not None:
            self.set = set


class Row:
    def __init__(self, open, stale=False, redis=False, skip=()):
        self.open, self.stale, self.redis, self.skip = open, stale, redis, skip


ROWS = {}


def row(id, **options):
    def register(open):
        ROWS[id] = Row(open, **options)
        return open
    return register


def dogpile_region(backend, name, arguments):
    from dogpile.cache import make_region

    def make(db, grace=None):
        region = make_region().configure(backend, arguments=arguments)
        return Cache(lambda: region.get_or_create(name, db.load, expiration_time=TTL),
                     lambda: region.delete(name), lambda value: region.set(name, value))
    return make


@row("dogpile", stale=True)
def dogpile(name):
    return dogpile_region("dogpile.cache.memory", name, {})


@row("dogpile-redis", redis=True)
def dogpile_redis(name):
    return dogpile_region("dogpile.cache.redis", name, {"host": "127.0.0.1", "port": int(REDIS)})


@row("dogpile-redis-lock", redis=True)
def dogpile_redis_lock(name):
    arguments = {"host": "127.0.0.1", "port": int(REDIS), "distributed_lock": True,
                 # who waits looks 100 times a second in place of 10, and all are done within the TTL
                 "thread_local_lock": False, "lock_sleep": 0.01}
    return dogpile_region("dogpile.cache.redis", name, arguments)


@row("beaker", stale=True)
def beaker(name):
    from beaker.cache import CacheManager

    def make(db, grace=None):
        cache = CacheManager(type="memory").get_cache(next(names), expire=TTL)
        return Cache(lambda: cache.get(key="k", createfunc=db.load), lambda: cache.remove_value("k"),
                     lambda value: cache.put("k", value))
    return make


def cashews_cache(name, how, url="mem://", sets=True, **options):
    from cashews import Cache as Cashews

    def make(db, grace=None):
        cache = Cashews()
        cache.setup(url)
        get = how(cache, grace, options, name)(db.load_async)

        async def get_one():
            return await get()

        async def delete_one():
            await cache.delete_match(f"*{name}*")

        async def set_one(value):
            await cache.set(name, value, expire=TTL)
        return Cache(get_one, delete_one, set_one if sets else None)
    return make


def cashews_simple(cache, grace, options, name):
    return cache(ttl=TTL, key=name, **options)


@row("cashews")
def cashews(name):
    return cashews_cache(name, cashews_simple)


@row("cashews-unprotected")
def cashews_unprotected(name):
    return cashews_cache(name, cashews_simple, protected=False)


@row("cashews-redis-lock", redis=True)
def cashews_redis_lock(name):
    return cashews_cache(name, cashews_simple, url=f"redis://127.0.0.1:{REDIS}", lock=True)


@row("cashews-early", stale=True)
def cashews_early(name):
    def how(cache, grace, options, name):
        return cache.early(ttl=TTL + (grace or 0), early_ttl=TTL, key=name)
    return cashews_cache(name, how, sets=False)


@row("cashews-soft", stale=True)
def cashews_soft(name):
    def how(cache, grace, options, name):
        return cache.soft(ttl=TTL + (grace or 0), soft_ttl=TTL, key=name)
    return cashews_cache(name, how, sets=False)


def aiocache_decorated(name, decorator, **options):
    def make(db, grace=None):
        get = decorator(ttl=TTL, key_builder=lambda *_, **__: name, namespace=next(names) if "endpoint" not in options else "guide",
                        **options)(db.load_async)

        async def get_one():
            return await get()

        async def delete_one():
            await get.cache.delete(name)

        async def set_one(value):
            await get.cache.set(name, value, ttl=TTL)
        return Cache(get_one, delete_one, set_one)
    return make


@row("aiocache")
def aiocache(name):
    from aiocache import cached
    return aiocache_decorated(name, cached)


@row("aiocache-stampede")
def aiocache_stampede(name):
    from aiocache import cached_stampede
    return aiocache_decorated(name, cached_stampede, lease=2)


def cachetools_cached(**how):
    from cachetools import TTLCache, cached

    def make(db, grace=None):
        entries, options = TTLCache(100, TTL), {key: kind() for key, kind in how.items()}
        get = cached(entries, **options)(db.load)
        key = get.cache_key()
        guard, = options.values()

        def delete_one():
            with guard:
                entries.pop(key, None)

        def set_one(value):
            with guard:
                entries[key] = value
        return Cache(get, delete_one, set_one)
    return make


@row("cachetools")
def cachetools(name):
    return cachetools_cached(lock=threading.Lock)


@row("cachetools-condition")
def cachetools_condition(name):
    return cachetools_cached(condition=threading.Condition)


@row("diskcache")
def diskcache(name):
    import diskcache

    folder = tempfile.mkdtemp()

    def make(db, grace=None):
        cache = diskcache.Cache(folder)
        get = cache.memoize(name=name, expire=TTL)(db.load)
        key = get.__cache_key__()
        return Cache(get, lambda: cache.delete(key), lambda value: cache.set(key, value, expire=TTL))
    return make


def django_cache(name, cache):
    def make(db, grace=None):
        backend = cache()
        return Cache(lambda: backend.get_or_set(name, db.load, TTL), lambda: backend.delete(name),
                     lambda value: backend.set(name, value, TTL))
    return make


@row("django")
def django(name):
    from django.core.cache.backends.locmem import LocMemCache
    return django_cache(name, lambda: LocMemCache(next(names), {}))


@row("django-redis", redis=True)
def django_redis(name):
    from django.core.cache.backends.redis import RedisCache
    return django_cache(name, lambda: RedisCache(f"redis://127.0.0.1:{REDIS}", {}))


@row("flask-caching")
def flask_caching(name):
    from flask import Flask
    from flask_caching import Cache as FlaskCache

    def make(db, grace=None):
        app = Flask(name)
        cache = FlaskCache(app, config={"CACHE_TYPE": "SimpleCache"})

        def load(key):
            return db.load()
        get = cache.memoize(TTL)(load)

        def within(function):
            def run(*arguments):
                with app.app_context():
                    return function(*arguments)
            return run
        return Cache(within(lambda: get("k")), within(lambda: cache.delete_memoized(get, "k")),
                     within(lambda value: cache.set(get.make_cache_key(get.uncached, "k"), value, TTL)))
    return make


@row("fastapi-cache2")
def fastapi_cache2(name):
    from fastapi_cache import FastAPICache
    from fastapi_cache.backends.inmemory import InMemoryBackend
    from fastapi_cache.coder import JsonCoder
    from fastapi_cache.decorator import cache

    def make(db, grace=None):
        key = next(names)
        backend = InMemoryBackend()
        FastAPICache.init(backend, prefix="guide")

        async def load():
            return await db.load_async()
        get = cache(expire=TTL, key_builder=lambda *_, **__: key)(load)

        async def get_one():
            return await get()

        async def delete_one():
            try:
                await backend.clear(key=key)
            except KeyError:  # it is not there yet
                pass

        async def set_one(value):
            await backend.set(key, JsonCoder.encode(value), TTL)
        return Cache(get_one, delete_one, set_one)
    return make


@row("theine", skip={"failure"})
def theine(name):
    from theine import Memoize

    def make(db, grace=None):
        def load(key):
            return db.load()
        get = Memoize(1000, timedelta(seconds=TTL))(load)
        get.key(lambda key: key)
        return Cache(lambda: get("k"), lambda: get._cache.delete("k"),
                     lambda value: get._cache.set("k", value, timedelta(seconds=TTL)))
    return make


@row("theine-async", skip={"negative"})
def theine_async(name):
    from theine import Memoize

    def make(db, grace=None):
        async def load(key):
            return await db.load_async()
        get = Memoize(1000, timedelta(seconds=TTL))(load)
        get.key(lambda key: key)

        async def get_one():
            return await get("k")

        async def delete_one():
            get._cache.delete("k")
        return Cache(get_one, delete_one)
    return make


@row("async-lru")
def async_lru(name):
    from async_lru import alru_cache

    def make(db, grace=None):
        async def load(key):
            return await db.load_async()
        get = alru_cache(ttl=TTL)(load)

        async def get_one():
            return await get("k")

        async def delete_one():
            get.cache_invalidate("k")
        return Cache(get_one, delete_one)
    return make


@row("cachebox")
def cachebox(name):
    import cachebox

    def make(db, grace=None):
        entries = cachebox.TTLCache(100, TTL)

        def load(key):
            return db.load()
        get = cachebox.cached(entries)(load)
        return Cache(lambda: get("k"), entries.clear)
    return make


async def ask(id, row):
    if row.redis and not REDIS:
        return {}

    async def answer(column, question):
        name = next(names)
        try:
            return column, await question(row.open(name), row)
        except Exception as error:  # a question that this version does not take
            return column, f"no answer: {error!r}"
    questions = [each for each in QUESTIONS.items() if each[0] not in row.skip]
    if row.redis or id == "fastapi-cache2":
        # a hundred connections at a time are enough, and one backend is of the whole process
        return dict([await answer(*each) for each in questions])
    return dict(await asyncio.gather(*(answer(*each) for each in questions)))


async def main(wanted):
    if wanted[:1] == ["--list"]:
        print("\n".join(id for id in ROWS if len(wanted) == 1 or id in wanted))
        return
    found = {}
    for id, each in ROWS.items():
        if not wanted or id in wanted:
            found[id] = await ask(id, each)
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # threads of failing questions may still wait


asyncio.run(main(sys.argv[1:]))
