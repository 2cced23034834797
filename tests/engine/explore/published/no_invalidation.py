# A read-through cache that nobody tells of writes.


def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value)
    return value


def write(key, value):
    db.write(key, value)
