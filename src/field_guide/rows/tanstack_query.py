# @tanstack/query-core 5.108.4 fetchQuery: one load per process, which an invalidation and a set do not reach
#
# npm · fetchQuery, invalidateQueries; TTL is staleTime · measured 2026-11-29
#
# Surprise: Without an observer, an invalidation during a fetch leaves the old value, as fresh. A
# setQueryData during a fetch is overwritten by it. What is invalidated more often than it takes
# to load is never loaded: the first value stays on show.
#
# Instead: cancelQueries before setQueryData, and before an invalidation.
#
# No stale: fetchQuery waits for the new value; an observer shows the old one meanwhile
#
# No stale-failure: fetchQuery waits for the new value; an observer shows the old one meanwhile

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


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
