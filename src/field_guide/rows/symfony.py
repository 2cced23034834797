# Symfony 5.4.53 cache, get(): one load per server at a time, and a deletion during it is lost
#
# Debian · FilesystemAdapter behind a web server of PHP 8.2 · measured 2026-12-01
#
# Surprise: On the command line, and so in a worker, there is no lock: each miss loads. The lock is
# one of some twenty files, chosen by the key's hash: a slow load holds up other keys as well. An
# entry lives up to a second less than its time, and by default (beta) chance ends it earlier still,
# the earlier the longer its load took. An invalidation by tags during a load is lost too.
#
# Instead: delete again a while after the write, or keep TTLs short; a loader that catches its
# errors.
#
# No failure: 20 who wait for a load that fails try one after another; 100 take a minute, and are not asked
#
# No stale: beta loads anew by chance before the end; after it all wait
#
# No stale-failure: beta loads anew by chance before the end; after it all wait

TTL = 10  # seconds an entry lives · 0.1..86400
SETS = False  # a write sets the entry in place of deleting it


def read(key):
    value = local.get(key)
    if value is None:
        with lock(key):
            # somebody may have loaded it meanwhile
            value = local.get(key)
            if value is None:
                value = load(key)
    return None if value == "" else value


def load(key):
    value = db.read(key)
    if value is None:
        value = ""
    local.set(key, value, ttl=TTL - now() % 1)
    return value


def write(key, value):
    db.write(key, value)
    if SETS:
        local.set(key, value, ttl=TTL - now() % 1)
    else:
        local.delete(key)
