# Write-behind, queue in the app: acknowledge now, write the database later.
#
# The simplest write-behind, and the most fragile: the queue is a buffer in the
# app server's memory, so a crash of that server loses every write that was
# acknowledged and not yet flushed. Ten updates of a key become one database
# write. The order of two writes is kept within one server only.

INTERVAL = 1  # seconds between two flushes · 0.01..60
BATCH = 100  # the most rows of one flush · 1..10000
TTL = 60  # seconds an entry lives that was loaded, not written · 0.1..86400

queue = Queue(at=app, coalesce=True)


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


def write(key, value):
    # in one order for both, whoever else writes the key
    with lock(key):
        cache.set(key, value)
        queue.push(key, value)


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


@every(INTERVAL)
def flush():
    for item in queue.take(BATCH):
        try:
            db.write(item.key, item.value)
            queue.ack(item)
        except StoreError:
            # to its old place in the line, so that no newer write is overtaken
            queue.retry(item, after=INTERVAL)
