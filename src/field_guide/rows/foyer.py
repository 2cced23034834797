# foyer 0.22.6 get_or_fetch: one load per process, and a deletion during it is lost
#
# crates.io · memory, no TTL · measured 2026-11-28
#
# Surprise: After a set during a fetch its caller gets the new value, and then the cache goes
# back to the old one. A get that begins after the removal joins the old fetch.
#
# Instead: delete again a while after the write, or keep TTLs short.

SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return single_flight(key, load)


def load(key):
    value = db.read(key)
    local.set(key, "" if value is None else value)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value)
    else:
        local.delete(key)
