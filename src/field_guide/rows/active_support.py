# ActiveSupport 6.1.7.10 fetch: each miss loads; with race_condition_ttl one reloads, and the others have the old value
#
# Ruby · MemoryStore; GRACE is race_condition_ttl · measured 2026-12-01
#
# Surprise: race_condition_ttl does not help a cold start. One caller gets the error of each
# race_condition_ttl, with no limit while it is asked. A plain read or read_multi of an expired
# key removes it, and then all load; exist? does no harm. In a FileStore up to 12 of 100 reload
# an old entry. A load that takes longer than race_condition_ttl is begun again meanwhile. A
# race_condition_ttl of less than a second counts as none.
#
# Instead: a lock of your own for cold keys.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if entry.fresh:
        return None if entry.value == "" else entry.value
    # the others have it for a while as if it were fresh
    local.set(key, entry.value, ttl=GRACE)
    return load(key)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE)
    else:
        local.delete(key)
