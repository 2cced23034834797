# Write-through, database first: a write goes to the database, then to the cache.
#
# A read after an acknowledged write hits and is fresh. Reads are served from
# the cache alone, which loads what it does not have. A write costs both
# stores; a failing cache does not fail it, since the database has the value.

TTL = 3600  # seconds an entry lives: a safety net, so it can be long · 0.1..86400


@at(cache)
def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            # not over a write that came meanwhile
            cache.add(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    try:
        cache.set(key, value, ttl=TTL)
    except CacheError:
        log("the cache was not updated: stale until the next write or the TTL")


def delete(key):
    db.delete(key)
    try:
        cache.delete(key)
    except CacheError:
        log("the cache was not updated: stale until the next write or the TTL")


def increment(key, by):
    value = db.incr(key, by)
    try:
        cache.set(key, value, ttl=TTL)
    except CacheError:
        log("the cache was not updated: stale until the next write or the TTL")
