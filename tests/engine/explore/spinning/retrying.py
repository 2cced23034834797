# A deletion that is tried until it succeeds, or given up at once.
GIVES_UP = False


def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
    return value


def write(key, value):
    db.write(key, value)
    done = False
    while not done:
        try:
            cache.delete(key)
            done = True
        except CacheError:
            sleep(0.1)
            done = GIVES_UP
