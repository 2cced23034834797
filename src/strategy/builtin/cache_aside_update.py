# Cache-aside, update: a write sets the entry after the database.
#
# The next read hits. The price is a race: two writers that commit in one order
# and set in the other leave the older value in the cache, until the TTL.

TTL = 60  # seconds an entry lives · 0.1..86400


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
    cache.set(key, value, ttl=TTL)


def delete(key):
    db.delete(key)
    cache.delete(key)


def increment(key, by):
    value = db.incr(key, by)
    cache.set(key, value, ttl=TTL)
