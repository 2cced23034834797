# No cache: every read asks the database.
#
# The yardstick for all the others. Nothing is ever stale and nothing is ever
# lost; every read pays the full database trip, and the database takes the
# full traffic.

def read(key):
    return db.read(key)


def write(key, value):
    db.write(key, value)


def delete(key):
    db.delete(key)


def increment(key, by):
    db.incr(key, by)
