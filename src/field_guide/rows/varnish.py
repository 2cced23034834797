# Varnish 7.1.1: one load at the proxy, in the background where the page is old
#
# HTTP proxy · GRACE is the grace, 10 s by default · measured 2026-12-01
#
# Surprise: PURGE and BAN during a fetch: the old page is stored after them. A background fetch
# that gets a 500 throws the old page away. A first load that gets a 500 is not shared: those who
# waited for it load each for themselves, and for two minutes so does all who ask. stale-if-error
# is not read.
#
# Instead: vcl_backend_response: abandon for background fetches with 5xx.

TTL = 10  # seconds an entry lives · 0.1..86400
GRACE = 0  # seconds after its TTL in which the old value is still served · 0..86400


def read(key):
    entry = local.entry(key)
    if entry is None:
        return cold(key)
    if not entry.fresh:
        spawn(refresh, key)
    return None if entry.value == "" else entry.value


def cold(key):
    with lock(key):
        # somebody may have loaded it meanwhile, or failed to
        value = local.get(key)
        if value is not None:
            return None if value == "" else value
        if local.get(f"{key}:miss") is None:
            local.set(f"{key}:miss", 1, ttl=120)
            value = load(key)
            local.delete(f"{key}:miss")
            return value
    return load(key)


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
