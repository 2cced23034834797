# cashews 7.6.0 early: one load per process, in the background where the value is old
#
# PyPI · memory, early; GRACE is the time between early_ttl and ttl · measured 2026-11-28
#
# Surprise: While the loader fails each get starts a load. What version 7.3 or older has stored
# in Redis raises TypeError from 7.4 on, until it has expired.
#
# Instead: delete again a while after the write, or keep TTLs short.
#
# No set: what is stored is a pair with its time, which no call sets

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return single_flight(key, load)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def refresh(key):
    single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.000001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
