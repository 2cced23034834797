# Write-around: a write goes to the database alone, past the cache.
#
# For data that is written often and read rarely, such as logs and imports:
# nothing that nobody reads takes up room in the cache. The first read after a
# write of a new key misses. A key that is cached already stays stale until
# its TTL, which is short for that reason.

TTL = 30  # seconds an entry lives, and may be stale · 0.1..86400


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)


def delete(key):
    db.delete(key)


def increment(key, by):
    db.incr(key, by)
