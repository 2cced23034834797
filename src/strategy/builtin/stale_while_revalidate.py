# Stale-while-revalidate: an expired entry is served while one task reloads it.
#
# After HTTP's directive of that name (RFC 5861). For STALE seconds past its
# TTL an entry is still there; a read of it is answered at once and has the
# cache reload it in the background. One database query per expired key.

TTL = 60  # seconds an entry is fresh · 0.1..86400
STALE = 30  # seconds of grace after that · 0..86400


def read(key):
    entry = cache.entry(key)
    if entry is None:
        return load(key)
    if not entry.fresh:
        spawn(revalidate, key)
    return entry.value


@at(cache)
def revalidate(key):
    with lock(key):
        # somebody may have done it while this one waited, or deleted the entry
        entry = cache.entry(key)
        if entry is not None and not entry.fresh:
            load(key)


def load(key):
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL, stale=STALE)
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
