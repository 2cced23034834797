# memoizee 0.4.17, promise: one load per process, which a deletion forgets
#
# npm · promise: true; GRACE is preFetch · measured 2026-11-28
#
# Surprise: Once a prefetch has failed the old value is gone: the next get gets the error. After
# a failed load the very next get of the same turn gets that error again, without a load. A get
# that comes while a prefetch runs waits for it.

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
    try:
        single_flight(key, load)
    except StoreError:
        local.delete(key)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    local.delete(key, version=int(now() * 1e6))
