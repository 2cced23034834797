# undici 7.30.2 cache: each miss loads, and so does each read of an old page
#
# npm · cache interceptor; GRACE is stale-while-revalidate · measured 2026-11-28
#
# Surprise: stale-while-revalidate answers all at once, and sends as many requests in the
# background. stale-if-error is honoured: the old page, and each request tries.
#
# Instead: the deduplicate interceptor.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if not entry.fresh:
        spawn(load, key)
    return None if entry.value == "" else entry.value


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
