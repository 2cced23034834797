# cashews 7.6.0 client_side, redis-py 7.1.0: another server sees a write after milliseconds
#
# PyPI · Redis with client tracking · measured 2026-11-28
#
# Surprise: The same code with redis-py 8 is never told: see the row of redis-py 8.1.0.
#
# Instead: pin redis-py below 8.
#
# No stale: early and soft are decorators of their own, and rows
#
# No stale-failure: early and soft are decorators of their own, and rows

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it
bus = Channel()


def read(key):
    value = local.get(key)
    if value is None:
        value = single_flight(key, load)
    return None if value == "" else value


def load(key):
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
