# Each commit puts its key into a stream; who follows it deletes the entry.

changes = Changes()


def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value)
    return value


def write(key, value):
    db.write(key, value)


@at(worker)
@every(1)
def follow():
    for change in changes.take(1):
        cache.delete(change.key)
        changes.ack(change)
