#!/usr/bin/env bash
# tiny-lru: set() of a key that is there keeps the old entry's end.
#
# Expected: a value that is set has the cache's TTL from then on, as after Redis' SET
# and in other LRU caches with a TTL.
#
# Instead: the new value takes over what is left of the old one's TTL: a value written
# just before that is gone at once, and a hot key misses once a TTL however often it is
# written. A delete() before the set(), or the third argument, resetTtl, changes that.
# So it is in versions 11 to 13.
#
# Source: tiny-lru's README on resetTtl, false by default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages tiny-lru@13.1.0
observe node --input-type=module - <<'JS'
import { lru } from "tiny-lru";
import { setTimeout as sleep } from "node:timers/promises";

console.log("tiny-lru 13.1.0, a TTL of 400 ms, set at 0 and at 250 ms, read at 500 ms");
const after = async (name, cache, again) => {
  cache.set("price", 1);
  await sleep(250);
  again(cache);
  const left = Math.round((cache.expiresAt("price") - Date.now()) / 50) * 50;
  await sleep(250);
  console.log(`${name}: ${left} ms left, then ${cache.get("price")}`);
};
const set = (cache) => cache.set("price", 2);
await after("set()", lru(10, 400), set);
await after("delete() and set()", lru(10, 400), (cache) => cache.delete("price").set("price", 2));
await after("set() with resetTtl", lru(10, 400, true), set);
JS
expect <<'END'
tiny-lru 13.1.0, a TTL of 400 ms, set at 0 and at 250 ms, read at 500 ms
set(): 150 ms left, then undefined
delete() and set(): 400 ms left, then 2
set() with resetTtl: 400 ms left, then 2
END
