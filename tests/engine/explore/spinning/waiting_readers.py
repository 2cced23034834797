# Leases, with readers that wait until the one with the lease has set the value.
UNCHECKED = False


def read(key):
    value, lease = cache.lease(key)
    while value is None and lease is None:
        sleep(0.02)
        value, lease = cache.lease(key)
    if value is None:
        value = db.read(key)
        if UNCHECKED:
            cache.set(key, value)
        else:
            cache.set_with_lease(key, value, lease)
    return value


def write(key, value):
    db.write(key, value)
    cache.delete(key)
