# nginx 1.22.1, lock and background update: one load at the proxy, in the background where the page is old
#
# HTTP proxy · proxy_cache_lock, use_stale updating, background_update; GRACE is stale-while-revalidate · measured 2026-11-28
#
# Surprise: With the lock alone and no stale-while-revalidate an expired page is loaded by all
# who ask. The client whose request updates has its connection held until the update is done.
#
# Not asked: failure

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
    single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 1 - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
