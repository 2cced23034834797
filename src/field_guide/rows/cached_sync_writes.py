# cached 4.1.0, sync_writes = true: one load at a time in the whole cache, and writes wait for it
#
# crates.io · macro · measured 2026-11-28
#
# Surprise: A get of another key waits for the load too. result_fallback with sync_writes is
# refused at compile time.
#
# Instead: sync_writes = "by_key".
#
# No stale: result_fallback with sync_writes is refused at compile time
#
# No stale-failure: result_fallback with sync_writes is refused at compile time

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    with lock("all keys"):
        value = local.get(key)
        if value is None:
            value = load(key)
        return value


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    with lock("all keys"):
        if SETS:
            local.set(key, value, ttl=TTL)
        else:
            local.delete(key)
