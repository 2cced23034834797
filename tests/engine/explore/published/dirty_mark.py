# Written to the cache, with a mark; who flushes looks for the mark.

FIRST = False  # take the mark away before the value is looked up


def read(key):
    return cache.get(key)


def write(key, value):
    cache.set(key, value)
    cache.set(f"dirty:{key}", True)


@at(worker)
@every(1)
def flush():
    if cache.get("dirty:k"):
        if FIRST:
            cache.delete("dirty:k")
        db.write("k", cache.get("k"))
        if not FIRST:
            cache.delete("dirty:k")
