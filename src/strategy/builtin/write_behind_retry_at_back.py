# Write-behind, retry at the back: BROKEN, an older value overwrites a newer one after a failed flush.
#
# As it is often taught: what could not be written is put at the end of the
# queue, behind newer writes of the same key, and so the old value is the last
# one written. "Write-behind, one by one" (write-behind-in-order) is the same
# program, repaired: the failed item keeps its place.

INTERVAL = 1  # seconds between two flushes · 0.01..60
BATCH = 100  # the most writes of one flush · 1..10000
TTL = 60  # seconds an entry lives that was loaded, not written · 0.1..86400

queue = Queue(at=cache)


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
    for turn in range(BATCH):
        items = queue.take(1)
        if len(items) == 0:
            return
        item = items[0]
        try:
            db.write(item.key, item.value)
        except StoreError:
            # the mistake: behind what was written after it
            queue.push(item.key, item.value)
        queue.ack(item)
