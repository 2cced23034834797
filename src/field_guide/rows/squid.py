# Squid 5.7: each miss loads
#
# HTTP proxy · default · measured 2026-11-28
#
# Surprise: A PURGE during a fetch is answered with 404, and the old page is stored. stale-
# while-revalidate is ignored.
#
# Instead: collapsed_forwarding on.

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
