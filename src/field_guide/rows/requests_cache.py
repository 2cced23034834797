# requests-cache 1.3.3: each miss loads, and so does each read of an old page
#
# PyPI · sqlite; GRACE is stale_while_revalidate=True: for ever · measured 2026-11-28
#
# Surprise: The header stale-while-revalidate is not read, not even with cache_control=True: only
# the option counts. Age is ignored. So is stale-if-error.
#
# Instead: a lock of your own.
#
# No set: save_response stores a reply, and only a request gives one

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if not entry.fresh:
        spawn(load, key)
    return entry.value


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
