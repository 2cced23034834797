# Apache 2.4.71 mod_cache_disk, CacheLock: one of those who find an old page loads it, and all who find none
#
# HTTP proxy · mod_cache_disk, CacheLock on; GRACE: for ever · measured 2026-11-29
#
# Surprise: The lock does nothing for a cold page: 100 misses at once are 100 loads. While the
# origin answers 500 the old page is served, and each request tries again.
#
# Instead: warm the cache before it is asked.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400

def read(key):
    entry = local.entry(key)
    if entry is None:
        return load(key)
    if entry.fresh or not local.add(f"{key}:busy", 1):
        return entry.value
    try:
        return load(key)
    except StoreError:
        return entry.value
    finally:
        local.delete(f"{key}:busy")


def load(key):
    value = db.read(key)
    if value is not None:
        local.set(key, value, ttl=TTL - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
