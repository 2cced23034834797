# bentocache 1.6.1, two tiers: what another server wrote is not seen until the TTL
#
# npm · memory in front of Redis, no bus, getOrSet; GRACE is its grace option · measured 2026-12-01
#
# Surprise: After a set during a load the two servers differ until the TTL: the one that loaded
# has the old value, the other the new one.
#
# Instead: configure its bus.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is None:
        return shared(key)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def refresh(key):
    single_flight(key, second)


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = local.get(key)
        if value is None:
            value = second(key)
    return None if value == "" else value


def second(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is None:
            value = ""
        cache.set(key, value, ttl=TTL, stale=GRACE)
    local.set(key, value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE)
        cache.set(key, value, ttl=TTL, stale=GRACE)
    else:
        local.delete(key)
        cache.delete(key)
