# nitropack 2.13.6 cached function: one load per process, and a removal during it is lost
#
# npm · memory; GRACE is swr · measured 2026-11-30
#
# Surprise: staleMaxAge is no upper limit: the old value is served beyond it while the loader
# fails.
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
    local.set(key, "" if value is None else value, ttl=TTL + 0.001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
