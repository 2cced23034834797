# cachetools 8.0.2 @cached, lock: each miss loads; what is in the cache by then stays
#
# PyPI · TTLCache, lock=Lock() · measured 2026-11-28
#
# Surprise: The lock keeps the dictionary whole; it does not keep callers from loading at once.
#
# Instead: condition= (since 6.0): one load.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    value = db.read(key)
    if value is None:
        value = ""
    if not local.add(key, value, ttl=TTL):
        # setdefault: another one's value is there
        value = local.get(key)
    return None if value == "" else value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
    else:
        local.delete(key)
