# Refresh-ahead: a popular entry is reloaded before it expires.
#
# A read that finds an entry with little time left answers at once and has it
# reloaded in the background, so what is asked for often never misses. What
# nobody asks for expires as ever. The cache does the reloading, one task a key.

TTL = 60  # seconds an entry lives · 0.1..86400
AHEAD = 10  # seconds before its end from which a read refreshes it · 0..3600


def read(key):
    entry = cache.entry(key)
    if entry is not None:
        if entry.ttl is not None and entry.ttl < AHEAD:
            spawn(refresh, key)
        return entry.value
    return load(key)


@at(cache)
def refresh(key):
    with lock(key):
        # somebody may have done it while this one waited, or deleted the entry
        entry = cache.entry(key)
        if entry is not None and entry.ttl is not None and entry.ttl < AHEAD:
            load(key)


def load(key):
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
