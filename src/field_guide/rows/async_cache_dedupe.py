# async-cache-dedupe 3.4.0: one load per process; an old one puts its value back after a clear
#
# npm · memory storage, clear; GRACE is stale · measured 2026-11-28
#
# Surprise: A get after clear loads the new value, and then the old load overwrites it.
# invalidateAll cannot reach a running load at all. An entry lives up to a second less than its
# ttl: the storage counts whole seconds.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return single_flight(key, load)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def refresh(key):
    single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    local.delete(key)
