# Write-through, cache first: the cache takes the write and passes it on.
#
# write() runs inside the cache process, as a cache with a writer plugged in
# does it. Readers see the value before the database has it; where the database
# then refuses, the cache holds a phantom: a value that never was in the
# source of truth. A cache outage is a write outage.

TTL = 3600  # seconds an entry lives · 0.1..86400


@at(cache)
def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            # not over a write that came meanwhile
            cache.add(key, value, ttl=TTL)
    return value


@at(cache)
def write(key, value):
    cache.set(key, value, ttl=TTL)
    db.write(key, value)


@at(cache)
def delete(key):
    cache.delete(key)
    db.delete(key)
