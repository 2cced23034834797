# A counter that is compared and set until nobody else has been faster.
ONCE = False


def read(key):
    return db.read(key)


def write(key, value):
    db.write(key, value)


def increment(key, by):
    row = db.row(key)
    done = db.compare_and_set(key, row.value + by, row.version)
    while not done and not ONCE:
        row = db.row(key)
        done = db.compare_and_set(key, row.value + by, row.version)
