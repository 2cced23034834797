#!/usr/bin/env bash
# lru-cache: the options of version 6, maxAge, stale and length, are silently
# without effect in version 11: nothing expires, and size is not bounded.
#
# Expected: an option that is no more there raises, or is understood with a
# warning, as in version 7.
#
# Instead: they are not looked at. A cache of tokens with { max, maxAge } serves
# each for ever, and one with { max, length }, where max was a number of bytes,
# now holds so many entries of any size. (stale became allowStale, length
# sizeCalculation with maxSize, maxAge ttl.) In TypeScript the compiler says so.
#
# Source: the changelog of version 7.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages six@npm:lru-cache@6.0.0 seven@npm:lru-cache@7.18.3 eleven@npm:lru-cache@11.5.3
observe node --input-type=module - <<'JS'
import Six from "six";
import Seven from "seven";
import { LRUCache as Eleven } from "eleven";
import { setTimeout as sleep } from "node:timers/promises";

const warnings = new Set();
process.on("warning", ({ code }) => warnings.add(code));
const pages = (Cache) => {
  try {
    const cache = new Cache({ max: 100, length: (page) => page.length });
    for (let i = 0; i < 10; i++) cache.set(i, "x".repeat(50));
    return `${[...cache.keys()].length} kept`;
  } catch (error) {
    return error.message;
  }
};
for (const [version, Cache] of [["6.0.0", Six], ["7.18.3", Seven], ["11.5.3", Eleven]]) {
  warnings.clear();
  const tokens = new Cache({ max: 100, maxAge: 50 });
  tokens.set("token", "valid");
  await sleep(100);
  console.log(`lru-cache ${version}: maxAge: 50, after 100 ms: ${tokens.get("token")}; warnings: ${[...warnings].join() || "none"}`);
  console.log(`  max: 100, length: page.length, ten pages of 50: ${pages(Cache)}`);
}
JS
expect <<'END'
lru-cache 6.0.0: maxAge: 50, after 100 ms: undefined; warnings: none
  max: 100, length: page.length, ten pages of 50: 2 kept
lru-cache 7.18.3: maxAge: 50, after 100 ms: undefined; warnings: LRU_CACHE_OPTION_maxAge
  max: 100, length: page.length, ten pages of 50: cannot set sizeCalculation without setting maxSize or maxEntrySize
lru-cache 11.5.3: maxAge: 50, after 100 ms: valid; warnings: none
  max: 100, length: page.length, ten pages of 50: 10 kept
END
