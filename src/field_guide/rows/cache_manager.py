# cache-manager 7.2.9 wrap: one load per process, and a deletion during it is lost
#
# npm · memory; TTL is the time to the refreshThreshold, GRACE the threshold · measured 2026-11-28
#
# Surprise: A loader that fails in the background is tried again by each get. A loader that
# returns undefined is asked each time; null is cached.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


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
    local.set(key, "" if value is None else value, ttl=TTL + 0.001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 0.001, stale=GRACE)
    else:
        local.delete(key)
