# Write-behind, durable queue: a crash loses nothing that was acknowledged.
#
# The queue is a broker's, on a disk at the worker. An item leaves it only once
# its database write was acknowledged; a failed one is tried again, later each
# time, and set aside as a dead letter when it keeps failing. Delivery is at
# least once, which is harmless: writing the same value twice changes nothing.

INTERVAL = 1  # seconds between two flushes · 0.01..60
BATCH = 100  # the most rows of one flush · 1..10000
TTL = 60  # seconds an entry lives that was loaded, not written · 0.1..86400
ATTEMPTS = 5  # tries before an item is set aside · 1..100

queue = Queue(at=worker, durable=True, coalesce=True)


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
        queue.push(key, value)
        cache.set(key, value)


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


@at(worker)
@every(INTERVAL)
def flush():
    for item in queue.take(BATCH):
        try:
            db.write(item.key, item.value)
            queue.ack(item)
        except StoreError:
            if item.attempts >= ATTEMPTS:
                queue.dead_letter(item)
            else:
                queue.retry(item, after=INTERVAL * item.attempts)
