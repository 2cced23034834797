# cache-manager 7.2.9, two tiers: what another server wrote is not seen until the TTL
#
# npm · memory in front of Redis, wrap; TTL is the time to the refreshThreshold, GRACE the threshold · measured 2026-12-01
#
# Surprise: After a set during a load the two servers differ until the TTL.
#
# Instead: short TTLs in memory; there is no bus.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is not None:
        if not entry.fresh:
            spawn(refresh, key)
        return None if entry.value == "" else entry.value
    value = cache.get(key)
    if value is not None:
        local.set(key, value, ttl=TTL, stale=GRACE)
    else:
        value = single_flight(key, load)
    return None if value == "" else value


def refresh(key):
    single_flight(key, load)


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    local.set(key, value, ttl=TTL, stale=GRACE)
    cache.set(key, value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE)
        cache.set(key, value, ttl=TTL, stale=GRACE)
    else:
        local.delete(key)
        cache.delete(key)
