# swr 2.5.1 useSWR: one load per page, which mutate() replaces by another
#
# npm · useSWR and mutate; TTL is dedupingInterval (2 s by default); GRACE: for ever · measured 2026-12-01
#
# Surprise: An old value is shown at once, however old, and loaded anew behind it. What is
# mutated more often than it takes to load is never loaded: a page that has no value yet shows
# none. A load that fails is tried again some 10 s later, then after 20 s.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 3600  # seconds after its TTL in which the old value is still served · 0..86400
SETS = False  # a write sets the entry in place of deleting it


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
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, ttl=TTL, stale=GRACE, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    forget_flight(key)
    if SETS:
        local.set(key, value, ttl=TTL, stale=GRACE, version=int(now() * 1e6))
    else:
        # what began before is not stored
        local.delete(key, version=int(now() * 1e6) - 1)
        spawn(refresh, key)
