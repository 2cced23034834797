#!/usr/bin/env bash
# Apache mod_cache: CacheLock, the "thundering herd lock", does nothing for a page that is not
# cached yet.
#
# Expected: with `CacheLock on` twenty requests at once for one page are one request at the origin,
# as with nginx's proxy_cache_lock, Squid's collapsed_forwarding and Varnish by default.
#
# Instead: so it is for a page that was cached and is old: one asks, the others have the old page.
# Of a page that is not cached all twenty go to the origin, after each start and each eviction; the
# lock only keeps nineteen of the answers from being stored.
#
# Source: the caching guide, "Avoiding the Thundering Herd", speaks of a stale entry, and of a new
# one says that a lock keeps others from caching it, not from asking.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
mkdir "$room/locks"
chmod 777 "$room/locks"
apache 2.4.71 'CacheLock on' "CacheLockPath $room/locks"
observe python - "$origin" "$proxy" <<'PY'
import sys, threading, time, urllib.request
from concurrent.futures import ThreadPoolExecutor
from origin import Origin, serve

CALLERS = 20
lock = threading.Lock()

class Pages(Origin):
    headers_of = {"/page": {"Cache-Control": "max-age=2"}}
    asked = 0
    # no answer until it is known how many have asked
    answers = threading.Event()

    def body(self):
        with lock:
            Pages.asked += 1
        self.answers.wait(30)
        return "page"

serve(Pages, int(sys.argv[1]))

def get(_):
    with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[2]}/page") as reply:
        return reply.read()

def at_once(what):
    Pages.asked = 0
    Pages.answers.clear()
    with ThreadPoolExecutor(CALLERS) as threads:
        got = [threads.submit(get, nth) for nth in range(CALLERS)]
        seen, still = None, 0
        while still < 50:
            time.sleep(0.02)
            now = Pages.asked, sum(each.done() for each in got)
            still = still + 1 if now == seen and now[0] else 0
            seen = now
        Pages.answers.set()
    print(f"{what}: {seen[0]} at the origin, {seen[1]} served without waiting for it")

at_once("20 at once, not cached")
time.sleep(4)
at_once("20 at once, cached and old")
PY
expect <<'END'
20 at once, not cached: 20 at the origin, 0 served without waiting for it
20 at once, cached and old: 1 at the origin, 19 served without waiting for it
END
