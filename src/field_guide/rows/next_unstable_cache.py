# Next.js 16.4.6 unstable_cache: each miss loads, and so does each read of an old value
#
# npm · unstable_cache and fetch(revalidate); GRACE: for ever · measured 2026-11-30
#
# Surprise: A revalidateTag during a load is lost: the old value is stored as fresh.
#
# Instead: use cache.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if not entry.fresh:
        spawn(load, key)
    return None if entry.value == "" else entry.value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
