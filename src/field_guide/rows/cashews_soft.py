# cashews 7.6.0 soft: one load per process; all wait for it, and have the old value only where it fails
#
# PyPI · memory, soft; GRACE is the time between soft_ttl and ttl · measured 2026-11-28
#
# Surprise: The old value serves failures, not speed: all wait. What version 7.3 or older has
# stored in Redis raises TypeError from 7.4 on, until it has expired.
#
# No set: what is stored is a pair with its time, which no call sets

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return single_flight(key, load)
    if not entry.fresh:
        try:
            return single_flight(key, load)
        except StoreError:
            log("the old value, as the load failed")
    return None if entry.value == "" else entry.value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 0.000001, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
