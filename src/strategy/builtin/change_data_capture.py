# Change-data-capture: the database's change stream invalidates the cache.
#
# No writer touches the cache. A worker follows the stream of committed
# changes, so writes from outside the application reach the cache too, a
# moment after their commit. A change stays in the stream until its
# invalidation was acknowledged.

TTL = 3600  # seconds an entry lives · 0.1..86400
POLL = 0.05  # seconds between two looks at the stream · 0.001..60

changes = Changes()


def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    value = db.read(key)
    if value is not None:
        cache.set(key, value, ttl=TTL)
    return value


def write(key, value):
    db.write(key, value)


def delete(key):
    db.delete(key)


def increment(key, by):
    db.incr(key, by)


@at(worker)
@every(POLL)
def follow():
    for change in changes.take(100):
        try:
            cache.delete(change.key)
            changes.ack(change)
        except CacheError:
            changes.retry(change, after=1)
