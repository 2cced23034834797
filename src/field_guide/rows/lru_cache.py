# lru-cache 11.5.3 fetch: one load per process, which a deletion or a set cancels
#
# npm · fetch; GRACE is allowStale · measured 2026-11-28
#
# Surprise: Whoever waits for a load that is cancelled gets an error ("deleted", "replaced"),
# also where the new value is there; the strategy gives them what was loaded. A load that fails
# removes the old value: the next get gets the error.
#
# Instead: ignoreFetchAbort, and noDeleteOnFetchRejection for failing loaders. With the latter the old
# value is served for as long as the loader fails, and each get tries.

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
    try:
        single_flight(key, load)
    except StoreError:
        local.delete(key)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.001, stale=GRACE, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    if SETS:
        local.set(key, value, ttl=TTL + 0.001, stale=GRACE, version=int(now() * 1e6))
    else:
        local.delete(key, version=int(now() * 1e6))
