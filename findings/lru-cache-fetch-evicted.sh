#!/usr/bin/env bash
# lru-cache: a burst of fetch() for more keys than `max` fails for the first ones.
#
# Expected: cache.fetch(key) loads and returns the value; a small cache only
# forgets sooner. Five keys asked at once with max: 2 are five loads and five
# values, of which two are kept.
#
# Instead: a running load takes a place, and the next ones evict it. The callers
# of an evicted load are rejected with the Error "evicted", though their load went
# well. `ignoreFetchAbort: true` gives them their values.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages lru-cache@11.5.3
observe node --input-type=module - <<'JS'
import { LRUCache } from "lru-cache";
import { setTimeout as sleep } from "node:timers/promises";

console.log("lru-cache 11.5.3, max: 2, five keys at once");
for (const ignoreFetchAbort of [false, true]) {
  let loads = 0;
  const fetchMethod = async (key) => {
    loads += 1;
    await sleep(50);
    return key.toUpperCase();
  };
  const cache = new LRUCache({ max: 2, fetchMethod, ignoreFetchAbort });
  const replies = await Promise.allSettled([..."abcde"].map((key) => cache.fetch(key)));
  const texts = replies.map((reply) => reply.value ?? String(reply.reason));
  console.log(`ignoreFetchAbort: ${ignoreFetchAbort}: ${loads} loads; ${texts.join(", ")}`);
}
JS
expect <<'END'
lru-cache 11.5.3, max: 2, five keys at once
ignoreFetchAbort: false: 5 loads; Error: evicted, Error: evicted, Error: evicted, D, E
ignoreFetchAbort: true: 5 loads; A, B, C, D, E
END
