#!/usr/bin/env bash
# memcached: after a restart, cas with a number from before it overwrites what
# another client has stored meanwhile.
#
# Expected: cas stores a value only if nobody has stored one since the caller's
# gets, so that one who was slow during a restart gets EXISTS or NOT_FOUND.
#
# Instead: the numbers begin at 1 with each process, so that another entry may have
# the number that the slow one holds. The lease of a meta get (mg N) is such a
# number too. It takes as many stores as before, which deployments that fill their
# cache in the same order have.
#
# Source: protocol.txt: the number is "a unique 64-bit value of an existing entry".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.6.18 memcached libevent-2.1-7
pypi pymemcache==4.0.0
serve() {
  start "${port:=$(free_port)}" "$room/debian/usr/bin/memcached" -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 16
}
serve
observe python - "$port" "$room/number" <<'PY'
import sys
from pymemcache.client.base import Client

cache = Client(("127.0.0.1", int(sys.argv[1])), default_noreply=False)
print("memcached", cache.version().decode())
cache.set("row", "old")
value, number = cache.gets("row")
open(sys.argv[2], "wb").write(number)
print("one reads", value, "with the number", number.decode())
PY
{ kill -KILL "${started[0]}" && wait "${started[0]}"; } 2>/dev/null || true
serve
observe python - "$port" "$room/number" <<'PY'
import sys
from pymemcache.client.base import Client

cache = Client(("127.0.0.1", int(sys.argv[1])), default_noreply=False)
cache.set("row", "another's, after the restart")
number = open(sys.argv[2], "rb").read()
print("after a restart and another's set, its cas stores:", cache.cas("row", "made of old", number))
print("the entry is", cache.get("row"))
PY
expect <<'END'
memcached 1.6.18
one reads b'old' with the number 1
after a restart and another's set, its cas stores: True
the entry is b'made of old'
END
