# Varnish 7.1.1: one load at the proxy, in the background where the page is old
#
# HTTP proxy · GRACE is the grace, 10 s by default · measured 2026-11-28
#
# Surprise: PURGE and BAN during a fetch: the old page is stored after them. A background fetch
# that gets a 500 throws the old page away.
#
# Not asked: failure
#
# Instead: vcl_backend_response: abandon for background fetches with 5xx.

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
    try:
        single_flight(key, load)
    except StoreError:
        local.delete(key)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
