# A lock in the cache without an owner: whoever frees it may free another's.
TOKEN = False
FENCED = False


def read(key):
    return db.read(key)


def write(key, value):
    while not cache.add("lock", value, ttl=10):
        sleep(0.1)
    version = db.write(key, value)
    if FENCED:
        cache.set(key, value, version=version)
    else:
        cache.set(key, value)
    if not TOKEN or cache.get("lock") == value:
        cache.delete("lock")
