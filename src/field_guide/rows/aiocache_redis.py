# aiocache 0.12.3 @cached, Redis: each miss of each server loads
#
# PyPI · Redis · measured 2026-11-28
#
# Instead: a lock of your own.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    return load(key)


def load(key):
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL)
    else:
        cache.delete(key)
