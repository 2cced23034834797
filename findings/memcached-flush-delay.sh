#!/usr/bin/env bash
# memcached: flush_all with a delay also drops what is set after it, and for a
# second what is set is stored and cannot be read.
#
# Expected: "flush_all 3" (to flush many servers in turn, not all at once) drops in
# three seconds what was there when the command came.
#
# Instead: whatever was set before that time goes, also what was stored in the
# three seconds. It begins a second or two early, and for a second each set is
# answered STORED and the next get misses.
#
# Source: protocol.txt: "all existing items" at the time the delay has passed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.6.18 memcached libevent-2.1-7
pypi pymemcache==4.0.0
start "${port:=$(free_port)}" "$room/debian/usr/bin/memcached" -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 16
observe python - "$port" <<'PY'
import sys, time
from pymemcache.client.base import Client

cache = Client(("127.0.0.1", int(sys.argv[1])), default_noreply=False)
print("memcached", cache.version().decode())
cache.set("before", 1)
time.sleep(1.2)
start = time.monotonic()
cache.flush_all(delay=3)
cache.set("after", 1)
print("flush_all 3; at once: set before it:", cache.get("before"), "- set after it:", cache.get("after"))
unreadable, number = [], 0
while (now := time.monotonic() - start) < 4.5:
    number += 1
    stored = cache.set(f"new-{number}", 1)
    if stored and cache.get(f"new-{number}") is None:
        unreadable.append(now)
    time.sleep(0.02)
print("at 4.5 s: set before it:", cache.get("before"), "- set after it:", cache.get("after"))
seconds = unreadable[-1] - unreadable[0]
print("sets in between that were answered STORED and could not be read:",
      "for about a second" if 0.7 < seconds < 1.3 else f"for {seconds:.1f} s")
PY
expect <<'END'
memcached 1.6.18
flush_all 3; at once: set before it: b'1' - set after it: b'1'
at 4.5 s: set before it: None - set after it: None
sets in between that were answered STORED and could not be read: for about a second
END
