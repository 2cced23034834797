# @epic-web/cachified 5.6.3: one load per process, and a deletion during it is lost
#
# npm · a Map; GRACE is swr · measured 2026-11-28
#
# Surprise: The TTL counts from the start of the load, and a load that takes longer than that is
# not stored at all. A loader that fails while the old value may be served is tried again by each
# get.
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
    begun = now()
    value = db.read(key)
    ttl = TTL + 0.001 - (now() - begun)
    if ttl > 0:
        local.set(key, "" if value is None else value, ttl=ttl, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 0.001, stale=GRACE)
    else:
        local.delete(key)
