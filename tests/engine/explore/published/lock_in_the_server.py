# Loading and writing exclude each other: with a lock of the app server's own.


def read(key):
    with lock(key):
        value = cache.get(key)
        if value is None:
            value = db.read(key)
            cache.set(key, value)
    return value


def write(key, value):
    with lock(key):
        db.write(key, value)
        cache.set(key, value)
