# fastapi-cache2 0.2.2: each miss loads
#
# PyPI · InMemory · measured 2026-11-28
#
# Surprise: An entry lives up to a second more than expire: the clock counts whole seconds.
# clear(key=…) of a key that is not there raises KeyError.
#
# Instead: a lock of your own.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return load(key)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 1 - now() % 1)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 1 - now() % 1)
    else:
        local.delete(key)
