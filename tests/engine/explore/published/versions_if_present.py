# The stream brings the value and its version; the newest of what comes for an entry stays.
# What is not in the cache is passed over.

changes = Changes()


def read(key):
    value = cache.get(key)
    if value is None:
        row = db.row(key)
        value = row.value
        cache.set(key, value, version=row.version)
    return value


def write(key, value):
    db.write(key, value)


@at(worker)
@every(1)
def follow():
    for change in changes.take(1):
        if cache.get(change.key) is not None:
            cache.set(change.key, change.value, version=change.version)
        changes.ack(change)
