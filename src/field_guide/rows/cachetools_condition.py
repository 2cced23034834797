# cachetools 8.0.2 @cached, condition: one load per process, and a set during it is overwritten
#
# PyPI · TTLCache, condition=Condition() · measured 2026-11-28
#
# Surprise: With condition= a set during a load is lost, which lock= keeps. A function that
# fails is called by each caller, one after another.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return shared(key)


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = local.get(key)
        if value is None:
            return load(key)
        return None if value == "" else value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
    else:
        local.delete(key)
