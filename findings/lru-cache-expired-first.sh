#!/usr/bin/env bash
# lru-cache: a full cache evicts a live entry before one that has expired.
#
# Expected: what has expired goes first; it is of no use to anybody.
#
# Instead: expired entries keep their place (and their memory) until they are
# read or are the least recently used, and the live one that was used longest ago
# goes. Short-lived entries of which each is read once empty a cache of its
# long-lived ones, at any hit rate. Only ttlAutopurge, a timer for each entry,
# makes room by itself. `size` counts expired entries, which has() and keys() hide.
#
# Source: the README says that it is no TTL cache and does not prune.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages lru-cache@11.5.3
observe node --input-type=module - <<'JS'
import { LRUCache } from "lru-cache";
import { setTimeout as sleep } from "node:timers/promises";

for (const ttlAutopurge of [false, true]) {
  const cache = new LRUCache({ max: 100, ttl: 60_000, ttlAutopurge });
  for (let i = 0; i < 50; i++) cache.set(`config ${i}`, "live");
  for (let i = 0; i < 50; i++) cache.set(`token ${i}`, "short", { ttl: 20 });
  await sleep(100);
  const before = `size ${cache.size}, keys ${[...cache.keys()].length}`;
  for (let i = 0; i < 30; i++) cache.set(`new ${i}`, "live");
  const live = [...cache.keys()].filter((key) => key.startsWith("config")).length;
  console.log(`lru-cache 11.5.3, ttlAutopurge: ${ttlAutopurge}: 50 live and 50 expired (${before}),`
    + ` 30 new ones: ${live} of the 50 live are left`);
  cache.clear();
}
JS
expect <<'END'
lru-cache 11.5.3, ttlAutopurge: false: 50 live and 50 expired (size 100, keys 50), 30 new ones: 20 of the 50 live are left
lru-cache 11.5.3, ttlAutopurge: true: 50 live and 50 expired (size 50, keys 50), 30 new ones: 50 of the 50 live are left
END
