# Leases: the cache says who may load, and refuses a value that is out of date.
#
# After "Scaling Memcache at Facebook" (2013). A miss hands out a lease to one
# reader; the others wait a moment and ask again. A delete takes the lease
# back, so a slow reader's set of an old value is refused.

TTL = 60  # seconds an entry lives · 0.1..86400
WAIT = 0.02  # seconds between two looks while another one loads · 0.001..10
PATIENCE = 10  # looks before giving up and asking the database · 1..1000


def read(key):
    for look in range(PATIENCE):
        value, lease = cache.lease(key)
        if value is not None:
            return value
        if lease is not None:
            value = db.read(key)
            if value is not None:
                cache.set_with_lease(key, value, lease, ttl=TTL)
            return value
        sleep(WAIT)
    value = cache.get(key)
    if value is None:
        value = db.read(key)
    return value


def write(key, value):
    db.write(key, value)
    cache.delete(key)


def delete(key):
    db.delete(key)
    cache.delete(key)


def increment(key, by):
    db.incr(key, by)
    cache.delete(key)
