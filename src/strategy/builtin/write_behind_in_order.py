# Write-behind, one by one: every write reaches the database, in the order of the writes.
#
# Nothing is coalesced: ten updates of a key are ten database writes. An item
# is taken off the queue only after its write succeeded, and a failed one keeps
# its place in the line: the two rules without which an older value can
# overwrite a newer one, or a write can vanish.

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
            queue.ack(item)
        except StoreError:
            # later writes of the key wait behind it
            queue.retry(item, after=INTERVAL)
