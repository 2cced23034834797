# Delayed double delete: invalidate before the write, and again some time after it.
#
# A slow reader can set the old value after the invalidation. The delete that
# follows DELAY after the write removes it again: the stale time shrinks to about
# DELAY. For readers slower than DELAY it does not.

TTL = 60  # seconds an entry lives · 0.1..86400
DELAY = 0.5  # seconds until the second delete · 0.001..60


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    cache.delete(key)
    db.write(key, value)
    spawn(delete_again, key)


def delete(key):
    cache.delete(key)
    db.delete(key)
    spawn(delete_again, key)


def increment(key, by):
    cache.delete(key)
    db.incr(key, by)
    spawn(delete_again, key)


def delete_again(key):
    sleep(DELAY)
    cache.delete(key)
