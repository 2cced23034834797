# dogpile.cache 1.5.0, Redis: one load per process
#
# PyPI · Redis backend, default locks · measured 2026-11-28
#
# Surprise: The lock is of one process: each server loads.
#
# Instead: distributed_lock=True.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = cache.get(key)
    if value is None:
        with lock(key):
            value = cache.get(key)
            if value is None:
                value = load(key)
    return None if value == "" else value


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    cache.set(key, value, ttl=TTL + 0.000001)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL + 0.000001)
    else:
        cache.delete(key)
