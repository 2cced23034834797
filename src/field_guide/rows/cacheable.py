# cacheable 2.5.0 getOrSet: one load per process; who waits for a load that fails gets nothing, and no error
#
# npm · memory · measured 2026-11-28
#
# Surprise: By default an error of the loader is undefined to all who wait. With cacheErrors
# every later get resolves with the Error object, as if it were a value.
#
# Instead: throwErrors.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    try:
        return single_flight(key, load)
    except StoreError:
        return None


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.001)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 0.001)
    else:
        local.delete(key)
