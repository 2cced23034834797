# nginx 1.22.1: each miss loads
#
# HTTP proxy · proxy_cache; there is no purge, a file is removed · measured 2026-11-28
#
# Surprise: Age of the origin is ignored. stale-if-error covers only a refused connection, not a
# 500.
#
# Instead: proxy_cache_lock, and use_stale updating with background_update.
#
# No stale: proxy_cache_use_stale is off by default; with it, see the row with a lock and
# background update
#
# No stale-failure: proxy_cache_use_stale is off by default; with it, see the row with a lock and
# background update

TTL = 10  # seconds an entry lives · 0.1..86400


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return load(key)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL + 1 - now() % 1)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
