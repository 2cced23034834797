# Probabilistic early expiration: a reader may reload before the end, by lot.
#
# XFetch, after "Optimal Probabilistic Cache Stampede Prevention" (Vattani,
# Chierichetti, Lowenstein; VLDB 2015). The nearer the end and the slower the
# load, the likelier it is that a reader reloads early; so with many readers
# one is before the end almost surely, and nobody needs a lock.

TTL = 60  # seconds an entry lives · 0.1..86400
LOAD = 0.02  # seconds that a load takes, about · 0.001..10
BETA = 1.0  # above 1 reloads earlier, below 1 later · 0.1..100


def read(key):
    entry = cache.entry(key)
    if entry is not None:
        early = -LOAD * BETA * math.log(1 - random())
        if entry.ttl is None or entry.ttl > early:
            return entry.value
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
