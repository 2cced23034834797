# Next.js 16.4.6, ISR page: one render per process, in the background where the page is old
#
# npm · a page with revalidate; GRACE: for ever · measured 2026-11-30
#
# Surprise: revalidatePath during a render is lost: the old page is stored as fresh. A page that
# is not there (notFound) is cached like any other.
#
# Instead: delete again a while after the write, or keep TTLs short.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400


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
        # the next try is some seconds away
        entry = local.entry(key)
        if entry is not None:
            local.set(key, entry.value, ttl=3, stale=GRACE)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE)
    return value


def write(key, value):
    db.write(key, value)
    local.delete(key)
