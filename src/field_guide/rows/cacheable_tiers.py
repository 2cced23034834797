# cacheable 2.5.0, two tiers: what another server wrote is not seen until the TTL
#
# npm · memory in front of Redis by @keyv/redis 5.1.6, getOrSet · measured 2026-11-28
#
# Surprise: After a set during a load the two servers differ until the TTL.
#
# Instead: CacheSync.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is None:
        value = cache.get(key)
        if value is not None:
            local.set(key, value, ttl=TTL)
        else:
            try:
                value = single_flight(key, load)
            except StoreError:
                return None
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
