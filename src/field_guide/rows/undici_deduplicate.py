# undici 7.30.2 cache, deduplicate: one load per process, in the background where the page is old
#
# npm · deduplicate interceptor, then cache; GRACE is stale-while-revalidate · measured 2026-11-29
#
# Surprise: A get that begins after an unsafe request to the URL joins the old load, and has the
# old page, which is stored after it.
#
# Instead: delete again a while after the write, or keep TTLs short.

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
    local.set(key, "" if value is None else value, ttl=TTL - now() % 1, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
