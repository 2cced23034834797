# nginx 1.22.1, lock and background update: one load at the proxy, in the background where the page is old
#
# HTTP proxy · proxy_cache_lock, use_stale updating, background_update; GRACE is stale-while-revalidate · measured 2026-12-01
#
# Surprise: With the lock alone and no stale-while-revalidate an expired page is loaded by all
# who ask. The client whose request updates has its connection held until the update is done. A
# load that fails is not shared: who waits looks every half a second and tries in turn, and after
# 5 s (proxy_cache_lock_timeout) all who are left load at once. A page that may not be cached is
# one of those: 20 who ask for it at once wait up to 5 s, each time.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400
LOCK = 5  # seconds that somebody waits at most for the load of another · 0.5..60


def read(key):
    entry = local.entry(key)
    if entry is None:
        return cold(key)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def cold(key):
    until = now() + LOCK
    while not local.add(f"{key}:lock", 1, ttl=LOCK):
        sleep(0.5)
        value = local.get(key)
        if value is not None:
            return None if value == "" else value
        if now() >= until:
            return db.read(key)
    try:
        return load(key)
    finally:
        local.delete(f"{key}:lock")


def refresh(key):
    single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 1 - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
