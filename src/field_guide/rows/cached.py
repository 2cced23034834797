# cached 4.1.0, sync_writes off: each miss loads
#
# crates.io · macro; GRACE is result_fallback · measured 2026-11-28
#
# Surprise: result_fallback stores the old value anew: the next try comes one whole TTL later. A
# None is not cached by default.
#
# Instead: sync_writes = "by_key".

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if entry.fresh:
        return entry.value
    try:
        return load(key)
    except StoreError:
        local.set(key, entry.value, ttl=TTL, stale=GRACE)
        return entry.value


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE)
    else:
        local.delete(key)
