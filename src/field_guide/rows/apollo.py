# @apollo/client 4.3.8 query: one load per process, which an eviction and a write do not reach
#
# npm · client.query, cache.evict, client.writeQuery; no TTL · measured 2026-11-29
#
# Surprise: What is evicted, or written, during a query comes back old when the query ends. A
# refetch, and a network-only query, during the first load join it, and have the old value.
#
# Instead: refetch after the query has ended; resetStore loads watched queries again.
#
# No stale: it has no TTL, so that nothing is old
#
# No stale-failure: it has no TTL, so that nothing is old

SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value)
    else:
        local.delete(key)
