# Flask-Caching 2.5.1 memoize: each miss loads
#
# PyPI · SimpleCache, delete_memoized(f, arg) · measured 2026-11-28
#
# Surprise: delete_memoized(f) without arguments changes the version in the key, and so keeps an
# old load out; delete_memoized(f, arg) does not. A None is not cached unless cache_none=True.
# An entry lives up to a second less than its timeout: cachelib counts from the whole second.
#
# Instead: delete_memoized(f), where all entries of the function may go.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return value
    return load(key)


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL - now() % 1)
    else:
        local.delete(key)
