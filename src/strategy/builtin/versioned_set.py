# Versioned set: an entry carries its row's version, and an older one is refused.
#
# Readers and writers may set in any order; the newest version wins, as long as
# the cache remembers that it has seen one. An expiry or an eviction makes it
# forget, and then an old value can come back.

TTL = 60  # seconds an entry lives · 0.1..86400


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    row = db.row(key)
    if row is None:
        return None
    cache.set(key, row.value, ttl=TTL, version=row.version)
    return row.value


def write(key, value):
    version = db.write(key, value)
    cache.set(key, value, ttl=TTL, version=version)


def delete(key):
    # to write None is to delete, and the deletion has a version of its own
    version = db.write(key, None)
    cache.delete(key, version=version)


def increment(key, by):
    db.incr(key, by)
    row = db.row(key)
    if row is not None:
        cache.set(key, row.value, ttl=TTL, version=row.version)
