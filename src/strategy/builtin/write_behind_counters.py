# Write-behind counters: increments in the cache, one aggregated flush a minute.
#
# For view counts and the like. A thousand increments of a counter become one
# database statement that adds a thousand; a crash of the cache loses at most
# the minute since the last flush.

INTERVAL = 60  # seconds between two flushes · 0.01..3600
BATCH = 100  # the most counters of one flush · 1..10000

queue = Queue(at=cache, coalesce=True)


@at(cache)
def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    with lock(key):
        return load(key)


@at(cache)
def increment(key, by):
    with lock(key):
        load(key)
        cache.incr(key, by)
        queue.add(key, by)


@at(cache)
def write(key, value):
    with lock(key):
        cache.set(key, value)
        queue.push(key, value)


def load(key):
    # the caller holds the lock
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


@at(cache)
@every(INTERVAL)
def flush():
    for item in queue.take(BATCH):
        try:
            if item.add:
                db.incr(item.key, item.value)
            else:
                db.write(item.key, item.value)
            queue.ack(item)
        except StoreError:
            # unknown after a timeout whether it was added: at least once
            queue.retry(item, after=INTERVAL)
