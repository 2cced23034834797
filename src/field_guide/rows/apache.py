# Apache 2.4.71 mod_cache_disk: each miss loads
#
# HTTP proxy · mod_cache_disk; an unsafe request invalidates · measured 2026-11-29
#
# Surprise: A page that an unsafe request has invalidated during a fetch is stored after it. An
# entry lives up to a second less than its max-age: the response's Date counts whole seconds.
#
# Instead: CacheLock on, for pages that are old; a cold page is loaded by all who ask even so.

TTL = 10  # seconds an entry lives · 0.1..86400


def read(key):
    value = local.get(key)
    if value is not None:
        return value
    return load(key)


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
