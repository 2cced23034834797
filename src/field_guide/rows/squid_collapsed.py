# Squid 5.7, collapsed_forwarding: one load at the proxy, which a PURGE cancels
#
# HTTP proxy · collapsed_forwarding on · measured 2026-11-28
#
# Surprise: The option that shares loads also makes a PURGE count: it is answered with 200, and
# the old page is not kept. A get that begins after the PURGE joins the old load all the same.
#
# Not asked: failure

TTL = 10  # seconds an entry lives · 0.1..86400


def read(key):
    value = local.get(key)
    if value is not None:
        return value
    return single_flight(key, load)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key, version=int(now() * 1e6))
