# Squid 5.7: each miss loads
#
# HTTP proxy · with the refresh_pattern of the shipped configuration; GRACE: for ever · measured 2026-12-01
#
# Surprise: A PURGE during a fetch is answered with 404, and the old page is stored. The header
# stale-while-revalidate is ignored: an old page is loaded by all who ask. While the origin
# answers 500 they have the old page, without any header that allows it; a configuration without
# a refresh_pattern line passes the 500 on.
#
# Instead: collapsed_forwarding on.

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
