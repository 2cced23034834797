# dogpile.cache 1.5.0, Redis: one load per process; who reloads waits, the others have the old value
#
# PyPI · Redis backend, default locks · measured 2026-12-01
#
# Surprise: The lock is of one process: each server loads.
#
# Instead: distributed_lock=True.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = cache.entry(key)
    if entry is None:
        return shared(key)
    if entry.fresh or not local.add(f"{key}:busy", 1):
        return None if entry.value == "" else entry.value
    try:
        return load(key)
    finally:
        local.delete(f"{key}:busy")


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = cache.get(key)
        if value is None:
            return load(key)
        return None if value == "" else value


def load(key):
    value = db.read(key)
    cache.set(key, "" if value is None else value, ttl=TTL + 0.000001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL + 0.000001, stale=GRACE)
    else:
        cache.delete(key)
