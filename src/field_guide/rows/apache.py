# Apache 2.4.71 mod_cache_disk: each miss loads
#
# HTTP proxy · mod_cache_disk; an unsafe request invalidates; GRACE: for ever · measured 2026-12-01
#
# Surprise: A page that an unsafe request has invalidated during a fetch is stored after it. An
# entry lives up to a second less than its max-age: the response's Date counts whole seconds.
# An old page is loaded by all who ask, and while the origin answers 500 they have it back
# (CacheStaleOnError is on by default), as old as it may be.
#
# Instead: CacheLock on, for pages that are old; a cold page is loaded by all who ask even so.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if entry.fresh:
        return entry.value
    try:
        return load(key)
    except StoreError:
        return entry.value


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
