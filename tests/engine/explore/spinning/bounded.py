# A lock that is tried twice, and done without after that, or not.
STRICT = False


def read(key):
    return db.read(key)


def write(key, value):
    got = cache.add("lock", 1)
    if not got:
        sleep(0.1)
        got = cache.add("lock", 1)
    if got or not STRICT:
        db.write(key, value)
        cache.set(key, value)
    if got:
        cache.delete("lock")
