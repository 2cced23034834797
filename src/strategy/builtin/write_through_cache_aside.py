# Write-through plus cache-aside: warm after a write, lazy for the rest.
#
# The application does both halves itself. What was just written hits; what
# was never written or has expired is loaded when somebody asks for it. A cache
# that is down fails neither reads nor writes.

TTL = 3600  # seconds an entry lives · 0.1..86400


def read(key):
    try:
        value = cache.get(key)
        if value is not None:
            return value
    except CacheError:
        pass
    value = db.read(key)
    if value is not None:
        try:
            # not over a write that came meanwhile
            cache.add(key, value, ttl=TTL)
        except CacheError:
            pass
    return value


def write(key, value):
    db.write(key, value)
    remember(key, value)


def delete(key):
    db.delete(key)
    try:
        cache.delete(key)
    except CacheError:
        pass


def increment(key, by):
    value = db.incr(key, by)
    remember(key, value)


def remember(key, value):
    try:
        cache.set(key, value, ttl=TTL)
    except CacheError:
        pass
