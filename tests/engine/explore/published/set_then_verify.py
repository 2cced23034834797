# Whoever has filled the cache looks at the row again, and takes back what is older.


def read(key):
    value = cache.get(key)
    if value is None:
        row = db.row(key)
        value = row.value
        cache.set(key, value)
        again = db.row(key)
        if again.version != row.version:
            cache.delete(key)
    return value


def write(key, value):
    db.write(key, value)
    cache.delete(key)
