# theine 2.0.0 Memoize, async: one load per process, which a deletion forgets
#
# PyPI · async · measured 2026-12-01
#
# Surprise: The TTL counts from the start of the load. The synchronous decorator of the same
# version loses the deletion.
#
# No set: what is stored is the load itself, which no call sets

TTL = 10  # seconds an entry lives · 0.1..86400


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL - (now() - begun / 1e6), version=begun)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    local.delete(key, version=int(now() * 1e6))
