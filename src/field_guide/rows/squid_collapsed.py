# Squid 5.7, collapsed_forwarding: one load at the proxy, which a PURGE cancels
#
# HTTP proxy · collapsed_forwarding on, and the refresh_pattern of the shipped configuration; GRACE: for ever · measured 2026-12-01
#
# Surprise: The option that shares loads also makes a PURGE count: it is answered with 200, and
# the old page is not kept. A get that begins after the PURGE joins the old load all the same.
# A load that fails is answered to the one who asked first; all others share a second one.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return shared(key)
    if entry.fresh:
        return entry.value
    try:
        return shared(key)
    except StoreError:
        return entry.value


def shared(key):
    if local.add(f"{key}:first", 1):
        try:
            return single_flight(key, load)
        finally:
            local.delete(f"{key}:first")
    try:
        return single_flight(key, load)
    except StoreError:
        # the error is for the first; the others ask once more, together
        return single_flight(key, load)


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1, stale=GRACE, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key, version=int(now() * 1e6))
