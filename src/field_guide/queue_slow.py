
SLOW = 31  # seconds that a first try takes · 1..86400

queue = Queue(at=worker, like="LIKE")


def read(key):
    return db.read(key)


def write(key, value):
    queue.push(key, value)


@at(app)
@every(0.5)
def work():
    for item in queue.take(1):
        if item.attempts == 1:
            sleep(SLOW)
        else:
            sleep(3)
        db.write(item.key, item.value)
        queue.ack(item)
