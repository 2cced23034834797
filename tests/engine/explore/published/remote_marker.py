# After "Scaling Memcache at Facebook" (2013), 4.3: loads come from a replica. A writer leaves a
# mark first, and whoever misses and finds it loads from the primary. The mark goes once the
# replica has the change.

MARKS = False  # leave a mark

changes = Changes()


def read(key):
    value, lease = cache.lease(key)
    if value is not None:
        return value
    if cache.get(f"remote:{key}"):
        value = db.read(key)
    else:
        value = replica.read(key)
    if lease is not None:
        cache.set_with_lease(key, value, lease)
    return value


def write(key, value):
    if MARKS:
        cache.set(f"remote:{key}", True)
    db.write(key, value)
    cache.delete(key)


@at(worker)
@every(1)
def follow():
    for change in changes.take(1):
        row = replica.row(change.key)
        if row.version >= change.version:
            cache.delete(f"remote:{change.key}")
            cache.delete(change.key)
            changes.ack(change)
        else:
            changes.retry(change, after=1)
