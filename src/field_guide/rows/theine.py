# theine 2.0.0 Memoize, sync: one load per process, and a deletion during it is lost
#
# PyPI · sync · measured 2026-11-28
#
# Surprise: The asynchronous decorator of the same version keeps the deletion.
#
# No failure: not measured; a loader should catch its errors, and return what says so
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
    else:
        local.delete(key)
