# Single-flight: one load per key, however many readers miss.
#
# Those who miss queue up at a lock; the first one loads, the others find its
# value when it is their turn. The lock is one server's: with four app servers
# there are at most four loads at a time.

TTL = 60  # seconds an entry lives · 0.1..86400


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    with lock(key):
        # somebody may have loaded it while this one waited
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
