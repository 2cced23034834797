# Django 5.2.19 get_or_set: each miss loads; a set during a load stays
#
# PyPI · locmem · measured 2026-11-28
#
# Surprise: A deletion during a load is lost all the same.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is None:
        value = db.read(key)
        if value is None:
            value = ""
        # what somebody else has set meanwhile stays, and is returned
        local.add(key, value, ttl=TTL)
        value = local.get(key)
    return None if value == "" else value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL)
    else:
        local.delete(key)
