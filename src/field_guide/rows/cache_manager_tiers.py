# cache-manager 7.2.9, two tiers: what another server wrote is not seen until the TTL
#
# npm · memory in front of Redis, wrap · measured 2026-11-28
#
# Surprise: After a set during a load the two servers differ until the TTL.
#
# Instead: short TTLs in memory; there is no bus.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is None:
        value = cache.get(key)
        if value is not None:
            local.set(key, value, ttl=TTL)
        else:
            value = single_flight(key, load)
    return None if value == "" else value


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    local.set(key, value, ttl=TTL)
    cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
        cache.set(key, value, ttl=TTL)
    else:
        local.delete(key)
        cache.delete(key)
