# A reader waits until no write is under way, says so, and looks again before it fills the cache.

def read(key):
    value = cache.get(key)
    if value is None:
        while cache.get("writing") is not None:
            sleep(0.01)
        value = db.read(key)
        if cache.get("writing") is None:
            cache.set(key, value)
    return value


def write(key, value):
    while not cache.add("writing", 1):
        sleep(0.01)
    db.write(key, value)
    cache.delete(key)
    cache.delete("writing")
