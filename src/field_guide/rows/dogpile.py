# dogpile.cache 1.5.0: one load per process; who reloads waits, the others have the old value
#
# PyPI · memory backend, get_or_create · measured 2026-11-28
#
# Surprise: invalidate, hard and soft, and delete are lost during a load. A creator that fails
# is called by each caller, one after another.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is None:
        return shared(key)
    if entry.fresh or not local.add(f"{key}:busy", 1):
        return None if entry.value == "" else entry.value
    try:
        return load(key)
    finally:
        local.delete(f"{key}:busy")


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = local.get(key)
        if value is None:
            return load(key)
        return None if value == "" else value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.000001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL + 0.000001, stale=GRACE)
    else:
        local.delete(key)
