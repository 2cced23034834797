# quick_cache 0.7.0 get_or_insert_async: one load per process, which a deletion or a set cancels
#
# crates.io · no TTL · measured 2026-11-28
#
# Surprise: A loader that fails is called by each caller, one after another.

SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is not None:
        return None if value == "" else value
    return shared(key)


def shared(key):
    with lock(key):
        # somebody may have loaded it meanwhile
        value = local.get(key)
        if value is None:
            return load(key)
        return None if value == "" else value


def load(key):
    begun = int(now() * 1e6)
    value = db.read(key)
    local.set(key, "" if value is None else value, version=begun)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, version=int(now() * 1e6))
    else:
        local.delete(key, version=int(now() * 1e6))
