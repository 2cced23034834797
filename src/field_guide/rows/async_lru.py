# async-lru 2.4.0: one load per process, which a deletion forgets
#
# PyPI · alru_cache, cache_invalidate · measured 2026-11-29
#
# Surprise: Version 1 kept the error of a failed load for ever.

TTL = 10  # seconds an entry lives · 0.1..86400


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    local.delete(key, version=int(now() * 1e6))
