# Cache-aside, TTL only: a write does not touch the cache.
#
# The least code. Whatever is cached stays stale for the whole rest of its TTL
# after each write, so the TTL is how old a value a reader may be shown.

TTL = 60  # seconds an entry lives, and may be stale · 0.1..86400


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)


def delete(key):
    db.delete(key)


def increment(key, by):
    db.incr(key, by)
