# bentocache 1.6.1: one load per process at a time, and a deletion during it is lost
#
# npm · memory, getOrSet; GRACE is its grace option, with the default timeout 0 · measured 2026-11-28
#
# Surprise: A get that begins after the deletion joins the old load too. A loader that fails is
# tried by each caller in turn, one after another; while it serves the old value in the grace
# period, each get tries again. A loader that returns undefined is an error
# (UndefinedValueError); null is cached.
#
# Instead: delete again a while after the write, or keep TTLs short; a timeout of null, or of a
# second, holds failing loads back.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    entry = local.entry(key)
    if entry is None:
        return shared(key)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def refresh(key):
    single_flight(key, load)


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = local.get(key)
        if value is None:
            return load(key)
        return None if value == "" else value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE)
    else:
        local.delete(key)
