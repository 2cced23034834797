# cashews 7.6.0 cache, Redis, lock=True: one load for all servers, and a deletion during it is lost
#
# PyPI · Redis, cache(lock=True) · measured 2026-11-28
#
# Surprise: @cache.locked alone stores nothing: 100 callers load one after another.
#
# Instead: delete again a while after the write, or keep TTLs short.
#
# No stale: early and soft are decorators of their own, and rows
#
# No stale-failure: early and soft are decorators of their own, and rows

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    return single_flight(key, one)


def one(key):
    value = cache.get(key)
    while value is None:
        if cache.add(f"{key}:lock", 1, ttl=30):
            try:
                value = cache.get(key)
                if value is None:
                    value = load(key)
            finally:
                cache.delete(f"{key}:lock")
        else:
            sleep(0.01)
            value = cache.get(key)
    return None if value == "" else value


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL)
    else:
        cache.delete(key)
