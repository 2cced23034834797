# aiocache 0.12.3 @cached_stampede: one load per process, if it is shorter than the lease
#
# PyPI · memory, lease=2 · measured 2026-11-28
#
# Surprise: Those who have waited for a load that failed, or found None, or outlived the lease,
# all load at once. In Redis the lease does not share a load between servers: the second loaded
# once for each of its 50 callers.
#
# Instead: a lease longer than the slowest load.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


LEASE = 2  # seconds that the others wait at most · 0.01..60


def read(key):
    value = local.get(key)
    if value is not None:
        return value
    if local.add(f"{key}:lock", 1, ttl=LEASE):
        try:
            return load(key)
        finally:
            local.delete(f"{key}:lock")
    while local.get(f"{key}:lock") is not None:
        sleep(0.001)
    # those who have waited go on together
    value = local.get(key)
    return load(key) if value is None else value


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
    else:
        local.delete(key)
