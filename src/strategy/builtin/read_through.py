# Read-through: the application asks the cache alone, and the cache loads.
#
# read() runs inside the cache process, so the load is in one place and
# concurrent misses of a key share it. It dies with the cache: while the cache
# is down there is no way to read.

TTL = 60  # seconds an entry lives · 0.1..86400


@at(cache)
def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    with lock(key):
        value = cache.get(key)
        if value is not None:
            return value
        value = db.read(key)
        if value is not None:
            cache.set(key, value, ttl=TTL)
        return value


def write(key, value):
    db.write(key, value)
    cache.delete(key)


def delete(key):
    db.delete(key)
    cache.delete(key)


def increment(key, by):
    db.incr(key, by)
    cache.delete(key)
