# G. L. Peterson, "Myths about the mutual exclusion problem" (1981): a reader and a writer, who both
# count up without a transaction. The cache is their common memory.
TURN_FIRST = False


def read(key):
    enter("r", "w")
    count()
    leave("r")
    return None


def write(key, value):
    enter("w", "r")
    count()
    leave("w")


def enter(me, other):
    if TURN_FIRST:
        cache.set("turn", other)
        cache.set(me, 1)
    else:
        cache.set(me, 1)
        cache.set("turn", other)
    while cache.get(other) == 1 and cache.get("turn") == other:
        sleep(0.1)


def count():
    db.write("count", db.read("count") + 1)


def leave(me):
    cache.set(me, 0)
