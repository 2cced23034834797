# Rows of PyPI. What blocks runs in threads of its own.
import os
import tempfile
import threading
from datetime import timedelta

from ask import Cache, names, row

REDIS = os.environ.get("REDIS_PORT")


def dogpile_region(backend, name, arguments):
    from dogpile.cache import make_region

    def make(db, grace=None):
        region = make_region().configure(backend, arguments=arguments)
        return Cache(lambda: region.get_or_create(name, db.load, expiration_time=db.ttl),
                     lambda: region.delete(name), lambda value: region.set(name, value))
    return make


@row("dogpile", stale=True)
def dogpile(name):
    return dogpile_region("dogpile.cache.memory", name, {})


@row("dogpile-redis", stale=True, alone=True)
def dogpile_redis(name):
    return dogpile_region("dogpile.cache.redis", name, {"host": "127.0.0.1", "port": int(REDIS)})


@row("dogpile-redis-lock", stale=True, alone=True)
def dogpile_redis_lock(name):
    arguments = {"host": "127.0.0.1", "port": int(REDIS), "distributed_lock": True,
                 # who waits looks 100 times a second in place of 10, and all are done within the TTL
                 "thread_local_lock": False, "lock_sleep": 0.01}
    return dogpile_region("dogpile.cache.redis", name, arguments)


@row("beaker", stale=True)
def beaker(name):
    from beaker.cache import CacheManager

    def make(db, grace=None):
        cache = CacheManager(type="memory").get_cache(next(names), expire=db.ttl)
        return Cache(lambda: cache.get(key="k", createfunc=db.load), lambda: cache.remove_value("k"),
                     lambda value: cache.put("k", value))
    return make


def cashews_cache(name, how, url="mem://", sets=True, client_side=False, **options):
    from cashews import Cache as Cashews

    def make(db, grace=None):
        cache = Cashews()
        cache.setup(url, **({"client_side": True} if client_side else {}))
        get = how(cache, db.ttl, grace, options, name)(db.load_async)

        async def get_one():
            return await get()

        async def delete_one():
            await cache.delete_match(f"*{name}*")

        async def set_one(value):
            await cache.set(name, value, expire=db.ttl)
        return Cache(get_one, delete_one, set_one if sets else None)
    return make


def cashews_simple(cache, ttl, grace, options, name):
    return cache(ttl=ttl, key=name, **options)


@row("cashews")
def cashews(name):
    return cashews_cache(name, cashews_simple)


@row("cashews-unprotected")
def cashews_unprotected(name):
    return cashews_cache(name, cashews_simple, protected=False)


@row("cashews-redis-lock", alone=True)
def cashews_redis_lock(name):
    return cashews_cache(name, cashews_simple, url=f"redis://127.0.0.1:{REDIS}", lock=True)


@row("cashews-early", stale=True)
def cashews_early(name):
    def how(cache, ttl, grace, options, name):
        return cache.early(ttl=ttl + (grace or 0), early_ttl=ttl, key=name)
    return cashews_cache(name, how, sets=False)


@row("cashews-soft", stale=True)
def cashews_soft(name):
    def how(cache, ttl, grace, options, name):
        return cache.soft(ttl=ttl + (grace or 0), soft_ttl=ttl, key=name)
    return cashews_cache(name, how, sets=False)


def aiocache_decorated(name, decorator, **options):
    def make(db, grace=None):
        get = decorator(ttl=db.ttl, key_builder=lambda *_, **__: name, namespace=next(names) if "endpoint" not in options else "guide",
                        **options)(db.load_async)

        async def get_one():
            return await get()

        async def delete_one():
            await get.cache.delete(name)

        async def set_one(value):
            await get.cache.set(name, value, ttl=db.ttl)
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
        entries, options = TTLCache(100, db.ttl), {key: kind() for key, kind in how.items()}
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


@row("aiocache-redis", alone=True)
def aiocache_redis(name):
    from aiocache import RedisCache, cached
    # one loop has the connections
    return aiocache_decorated(name, cached, cache=RedisCache, endpoint="127.0.0.1", port=int(REDIS))


def cashews_client_side(name):
    return cashews_cache(name, cashews_simple, url=f"redis://127.0.0.1:{REDIS}", client_side=True)


# which of the two is asked is up to the version of redis-py that is there
row("cashews-client-side", tiers=True, alone=True)(cashews_client_side)
row("cashews-client-side-8", tiers=True, alone=True)(cashews_client_side)


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
        get = cache.memoize(name=name, expire=db.ttl)(db.load)
        key = get.__cache_key__()
        return Cache(get, lambda: cache.delete(key), lambda value: cache.set(key, value, expire=db.ttl))
    return make


def django_cache(name, cache):
    def make(db, grace=None):
        backend = cache()
        return Cache(lambda: backend.get_or_set(name, db.load, db.ttl), lambda: backend.delete(name),
                     lambda value: backend.set(name, value, db.ttl))
    return make


@row("django")
def django(name):
    from django.core.cache.backends.locmem import LocMemCache
    return django_cache(name, lambda: LocMemCache(next(names), {}))


@row("django-redis", alone=True)
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
        get = cache.memoize(db.ttl)(load)

        def within(function):
            def run(*arguments):
                with app.app_context():
                    return function(*arguments)
            return run
        return Cache(within(lambda: get("k")), within(lambda: cache.delete_memoized(get, "k")),
                     within(lambda value: cache.set(get.make_cache_key(get.uncached, "k"), value, db.ttl)))
    return make


@row("fastapi-cache2", alone=True)
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
        get = cache(expire=db.ttl, key_builder=lambda *_, **__: key)(load)

        async def get_one():
            return await get()

        async def delete_one():
            try:
                await backend.clear(key=key)
            except KeyError:  # it is not there yet
                pass

        async def set_one(value):
            await backend.set(key, JsonCoder.encode(value), db.ttl)
        return Cache(get_one, delete_one, set_one)
    return make


@row("theine", skip={"failure"})
def theine(name):
    from theine import Memoize

    def make(db, grace=None):
        def load(key):
            return db.load()
        get = Memoize(1000, timedelta(seconds=db.ttl))(load)
        get.key(lambda key: key)
        return Cache(lambda: get("k"), lambda: get._cache.delete("k"),
                     lambda value: get._cache.set("k", value, timedelta(seconds=db.ttl)))
    return make


@row("theine-async")
def theine_async(name):
    from theine import Memoize

    def make(db, grace=None):
        async def load(key):
            return await db.load_async()
        get = Memoize(1000, timedelta(seconds=db.ttl))(load)
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
        get = alru_cache(ttl=db.ttl)(load)

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
        entries = cachebox.TTLCache(100, db.ttl)

        def load(key):
            return db.load()
        get = cachebox.cached(entries, key_maker=lambda *_: name)(load)
        return Cache(lambda: get("k"), entries.clear, lambda value: entries.insert(name, value))
    return make
