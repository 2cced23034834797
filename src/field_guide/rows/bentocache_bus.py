# bentocache 1.6.1, two tiers and a bus: another server sees a write after milliseconds, unless the message is lost
#
# npm · memory in front of Redis with the Redis bus, getOrSet · measured 2026-11-28
#
# Surprise: The bus does not mend a deletion that comes during a load: both servers keep the old
# value.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it
bus = Channel()


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
    bus.publish(key)


@on(bus)
def forget(key):
    local.delete(key)
