#!/usr/bin/env bash
# cachified: the TTL counts from the start of the load, and what took longer to load than the TTL
# is not stored at all.
#
# Expected: `ttl: 200` keeps a value for 200 ms from when it is there. A value that took 300 ms to
# load is kept for 200 ms too; if anything is worth keeping, it is that one.
#
# Instead: a load of 150 ms is kept for 50 ms, and a load of 300 ms is thrown away: each get after
# it loads again. The slower the database, the less is cached, and when it is slower than the TTL,
# nothing: in an overload the cache stops helping.
#
# Source: the README says of ttl: "Time To Live in milliseconds", and of createdTime, which
# getFreshValue may change, nothing more.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages @epic-web/cachified@5.6.3
observe node --input-type=module - <<'JS'
import { cachified } from "@epic-web/cachified";

// a clock that a load moves on
let now = 1_000_000;
Date.now = () => now;

for (const takes of [0, 150, 199, 200, 300]) {
  const cache = new Map();
  let loads = 0;
  const get = () => cachified({
    key: "user:1", cache, ttl: 200,
    getFreshValue: async () => {
      loads += 1;
      now += takes;
      return "Ada";
    },
  });
  await get();
  const loaded = now;
  const stored = cache.has("user:1");
  let lived = 0;
  while (loads === 1 && lived < 1000) {
    now = loaded + lived + 1;
    await get();
    if (loads === 1) lived += 1;
  }
  console.log(`a load of ${takes} ms: ${stored ? `kept for ${lived} ms` : "not stored"}`);
}
JS
expect <<'END'
a load of 0 ms: kept for 200 ms
a load of 150 ms: kept for 50 ms
a load of 199 ms: kept for 1 ms
a load of 200 ms: kept for 0 ms
a load of 300 ms: not stored
END
