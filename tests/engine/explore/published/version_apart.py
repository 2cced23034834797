# An entry and its version are two entries, loaded one after the other, each alone. What the
# stream brings replaces both; where that fails, they are dropped if they are older than it.

EQUAL = False  # drop what is as new as the change, too

changes = Changes()


@at(cache)
def read(key):
    value = cache.get(key)
    if value is None:
        with lock(key):
            value = db.read(key)
            cache.set(key, value)
        with lock(key):
            row = db.row(key)
            cache.add(f"version:{key}", row.version)
    return value


def write(key, value):
    db.write(key, value)


@at(cache)
@every(1)
def follow():
    for change in changes.take(1):
        with lock(change.key):
            try:
                version = cache.get(f"version:{change.key}")
                if version is None or version <= change.version:
                    cache.set(change.key, change.value)
                    cache.set(f"version:{change.key}", change.version)
            except CacheError:
                version = cache.get(f"version:{change.key}")
                if version is None or version < change.version or EQUAL and version == change.version:
                    cache.delete(change.key)
                    cache.delete(f"version:{change.key}")
        changes.ack(change)
