# cashews 7.6.0 cache, protected=False: each miss loads, and the slowest wins
#
# PyPI · memory, protected=False · measured 2026-11-28
#
# Surprise: A get after a deletion gives the new value, and then the old load overwrites it.
#
# Instead: protected=True, the default.
#
# No stale: early and soft are decorators of their own, and rows
#
# No stale-failure: early and soft are decorators of their own, and rows

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return load(key)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.000001)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 0.000001)
    else:
        local.delete(key)
