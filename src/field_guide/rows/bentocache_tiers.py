# bentocache 1.6.1, two tiers: what another server wrote is not seen until the TTL
#
# npm · memory in front of Redis, no bus, getOrSet · measured 2026-11-28
#
# Surprise: After a set during a load the two servers differ until the TTL: the one that loaded
# has the old value, the other the new one.
#
# Instead: configure its bus.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is None:
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
        cache.set(key, value, ttl=TTL)
    local.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
        cache.set(key, value, ttl=TTL)
    else:
        local.delete(key)
        cache.delete(key)
