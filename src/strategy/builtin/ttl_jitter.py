# TTL jitter: entries loaded together do not expire together.
#
# Cache-aside with a random part in each TTL. Keys that were loaded in one
# moment, by a deployment or a warm-up, spread their reloads over JITTER
# seconds instead of stampeding in one.

TTL = 600  # seconds an entry lives at least · 0.1..86400
JITTER = 60  # the most seconds added to that, at random · 0..86400


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL + random(0, JITTER))
    return value


def write(key, value):
    db.write(key, value)
    cache.delete(key)


def delete(key):
    db.delete(key)
    cache.delete(key)


def increment(key, by):
    db.incr(key, by)
    cache.delete(key)
