# cacheable 2.5.0, two tiers and CacheSync: another server sees a write after milliseconds, and also a late old value
#
# npm · memory in front of Redis, CacheSync by @qified/redis 0.10.1 · measured 2026-11-28
#
# Surprise: CacheSync carries values: one that was read before a set and is stored after it is
# pushed to the other servers, over the new one.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it
bus = Channel()


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
    bus.publish({"key": key, "value": value})
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
        cache.set(key, value, ttl=TTL)
        bus.publish({"key": key, "value": value})
    else:
        local.delete(key)
        cache.delete(key)
        bus.publish({"key": key, "value": None})


@on(bus)
def follow(news):
    if news["value"] is None:
        local.delete(news["key"])
    else:
        local.set(news["key"], news["value"], ttl=TTL)
