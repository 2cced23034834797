# Write-behind: the cache takes the write, and flushes to the database later.
#
# The cache process owns the queue, so a write is one trip to the cache and is
# acknowledged at cache speed. Updates of a key inside an interval become one
# database write. When the cache dies, acknowledged writes are gone: not stale,
# lost.

INTERVAL = 1  # seconds between two flushes · 0.01..60
BATCH = 100  # the most rows of one flush · 1..10000
TTL = 60  # seconds an entry lives that was loaded, not written · 0.1..86400

queue = Queue(at=cache, coalesce=True)


@at(cache)
def read(key):
    value = cache.get(key)
    if value is not None:
        return value
    with lock(key):
        value = cache.get(key)
        if value is not None:
            return value
        value = db.read(key)
        if value is not None:
            cache.add(key, value, ttl=TTL)
        return value


@at(cache)
def write(key, value):
    # in one order for both, whoever else writes the key
    with lock(key):
        cache.set(key, value)
        queue.push(key, value)


@at(cache)
def delete(key):
    # a deletion cannot wait: meanwhile a read would bring the row back
    with lock(key):
        queue.push(key, None)
        cache.delete(key)
        # ... nor wait for ever, should another writer bring it back
        for attempt in range(3):
            if db.read(key) is None:
                return
            sleep(INTERVAL)


@at(cache)
@every(INTERVAL)
def flush():
    for item in queue.take(BATCH):
        try:
            db.write(item.key, item.value)
            queue.ack(item)
        except StoreError:
            # to its old place in the line, so that no newer write is overtaken
            queue.retry(item, after=INTERVAL)
