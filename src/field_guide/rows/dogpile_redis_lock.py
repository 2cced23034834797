# dogpile.cache 1.5.0, Redis, distributed_lock: one load for all servers, and a deletion during it is lost
#
# PyPI · Redis backend, distributed_lock=True · measured 2026-12-01
#
# Surprise: A deletion does not wait for the lock: what was loaded before it is stored after it.
# Whoever waits for a load takes the lock too, one after another, and looks for it every 0.1 s:
# the hundredth has the value seconds later. By default (no lock_timeout) the lock of a server
# that died in its load stays: nobody loads that key again.
#
# Instead: a lock_timeout that is longer than the slowest load; delete again a while after the
# write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = cache.entry(key)
    if entry is None:
        return shared(key)
    if entry.fresh or not cache.add(f"{key}:lock", 1):
        return None if entry.value == "" else entry.value
    try:
        return load(key)
    finally:
        cache.delete(f"{key}:lock")


def shared(key):
    value = None
    while value is None:
        if cache.add(f"{key}:lock", 1):
            try:
                value = cache.get(key)
                if value is None:
                    value = load(key)
            finally:
                cache.delete(f"{key}:lock")
        else:
            sleep(0.01)
            value = cache.get(key)
    return None if value == "" else value


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    cache.set(key, value, ttl=TTL + 0.000001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL + 0.000001, stale=GRACE)
    else:
        cache.delete(key)
