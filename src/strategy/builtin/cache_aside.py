# Cache-aside: load on a miss, invalidate on a write.
#
# The application talks to both stores. A write deletes the entry instead of
# setting it: two racing writers cannot leave the older value behind. A slow
# reader still can. A cache that is down makes reads slow, never wrong.

TTL = 60  # seconds an entry lives · 0.1..86400


def read(key):
    try:
        value = cache.get(key)
        if value is not None:
            return value
    except CacheError:
        pass
    value = db.read(key)
    if value is not None:
        try:
            cache.set(key, value, ttl=TTL)
        except CacheError:
            pass
    return value


def write(key, value):
    db.write(key, value)
    invalidate(key)


def delete(key):
    db.delete(key)
    invalidate(key)


def increment(key, by):
    db.incr(key, by)
    invalidate(key)


def invalidate(key):
    try:
        cache.delete(key)
    except CacheError:
        log("the invalidation was lost: stale until the TTL")
