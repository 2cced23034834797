# diskcache 5.6.3 memoize: each miss loads
#
# PyPI · one directory · measured 2026-11-28
#
# Surprise: The directory is shared between processes; the loads are not. What is old is loaded
# by all who ask.
#
# Instead: memoize_stampede reloads early, by lot; it does not help a cold start.
#
# No stale: after the TTL all wait; memoize_stampede, which is another decorator, loads by chance
# before it
#
# No stale-failure: after the TTL all wait; memoize_stampede, which is another decorator, loads by
# chance before it

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = cache.get(key)
    if value is not None:
        return None if value == "" else value
    return load(key)


def load(key):
    value = db.read(key)
    cache.set(key, "" if value is None else value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL)
    else:
        cache.delete(key)
