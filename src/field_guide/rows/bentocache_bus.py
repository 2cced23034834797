# bentocache 1.6.1, two tiers and a bus: another server sees a write after milliseconds, unless the message is lost
#
# npm · memory in front of Redis with the Redis bus, getOrSet; GRACE is its grace option · measured 2026-12-01
#
# Surprise: The bus does not mend a deletion that comes during a load: both servers keep the old
# value.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it
bus = Channel()


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
    bus.publish(key)


@on(bus)
def forget(key):
    local.delete(key)
