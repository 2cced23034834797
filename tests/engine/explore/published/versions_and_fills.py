# … and what is being loaded counts as present: whoever loads leaves a mark meanwhile.

changes = Changes()


def read(key):
    value = cache.get(key)
    if value is None:
        cache.set(f"fill:{key}", True)
        row = db.row(key)
        value = row.value
        cache.set(key, value, version=row.version)
        cache.delete(f"fill:{key}")
    return value


def write(key, value):
    db.write(key, value)


@at(worker)
@every(1)
def follow():
    for change in changes.take(1):
        # the mark first: it goes after the entry has come
        if cache.get(f"fill:{change.key}") or cache.get(change.key) is not None:
            cache.set(change.key, change.value, version=change.version)
        changes.ack(change)
