
HAND = 1  # messages that a worker takes at a time · 1..100

queue = Queue(at=worker, like="LIKE")


def read(key):
    return db.read(key)


def write(key, value):
    queue.push(key, value)


@at(worker)
@every(0.5)
def work():
    for item in queue.take(HAND):
        try:
            db.write(item.key, item.value)
        except StoreError:
            queue.retry(item)
            continue
        queue.ack(item)
