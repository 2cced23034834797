#!/usr/bin/env bash
# dogpile.cache: a result that should_cache_fn refuses makes its callers queue.
#
# Expected: should_cache_fn=lambda row: row is not None keeps misses out of the
# cache; the callers of a missing row each ask the database, side by side, or
# they share one answer.
#
# Instead: the lock that keeps all but one from loading stays in place, and each
# one who gets it finds nothing cached and loads. Ten callers of a row that is
# not there, a load of 0.1 s: ten loads one after the other, and the last waits
# for 1 s. A rush on a deleted row queues up without end.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi dogpile.cache==1.5.0
observe python - <<'PY'
import threading, time
from importlib.metadata import version
from dogpile.cache import make_region

region = make_region().configure("dogpile.cache.memory", expiration_time=60)
print("dogpile.cache", version("dogpile.cache"))
loads = []

@region.cache_on_arguments(should_cache_fn=lambda row: row is not None)
def row(number):
    loads.append(number)
    time.sleep(0.1)
    return None if number > 100 else "row"

def ask(number):
    loads.clear()
    callers = [threading.Thread(target=row, args=(number,)) for _ in range(10)]
    start = time.monotonic()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    seconds = time.monotonic() - start
    waited = "as long as ten loads" if seconds >= 0.95 else "about as long as one" if seconds < 0.5 else f"{seconds:.1f} s"
    return f"{len(loads)} loads, the last waited {waited}"

print("10 callers of a row that is there:", ask(1))
print("10 callers of a row that is not:", ask(101))
PY
expect <<'END'
dogpile.cache 1.5.0
10 callers of a row that is there: 1 loads, the last waited about as long as one
10 callers of a row that is not: 10 loads, the last waited as long as ten loads
END
