# Two clients that wait for one another before they go on.
def read(key):
    cache.set("reader", 1)
    while cache.get("writer") is None:
        sleep(0.1)
    return db.read(key)


def write(key, value):
    cache.set("writer", 1)
    while cache.get("reader") is None:
        sleep(0.1)
    db.write(key, value)
