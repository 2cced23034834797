# Django 5.2.19 get_or_set, Redis: each miss of each server loads; a set during a load stays
#
# PyPI · Redis backend · measured 2026-11-28
#
# Instead: a lock of your own.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is None:
            value = ""
        # what somebody else has set meanwhile stays, and is returned
        cache.add(key, value, ttl=TTL)
        value = cache.get(key)
    return None if value == "" else value


def write(key, value):
    db.write(key, value)
    if SETS:
        cache.set(key, value, ttl=TTL)
    else:
        cache.delete(key)
