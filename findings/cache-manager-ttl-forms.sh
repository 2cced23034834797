#!/usr/bin/env bash
# cache-manager: set(key, value, { ttl: 60 }), right in version 4, never expires in
# versions 5 to 7; and ttl 60, a minute in version 4, is 60 ms.
#
# Expected: an argument that is no number raises, or is read as before.
#
# Instead: the object is computed with as if it were a number of milliseconds; the
# comparison with the time is never true, and the entry stays for ever. The plain
# number, seconds until version 4, is in milliseconds since: the cache then seems
# to work and hardly ever hits.
#
# Source: the README of version 5, on milliseconds; nothing on the object.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages four@npm:cache-manager@4.1.0 five@npm:cache-manager@5.7.6 six@npm:cache-manager@6.4.3 seven@npm:cache-manager@7.2.9
observe node --input-type=module - <<'JS'
import four from "four";
import { caching as five } from "five";
import { createCache as six } from "six";
import { createCache as seven } from "seven";
import { setTimeout as sleep } from "node:timers/promises";

const caches = {
  "4.1.0": four.caching({ store: "memory" }),
  "5.7.6": await five("memory"),
  "6.4.3": six(),
  "7.2.9": seven(),
};
const word = (value) => (value == null ? "gone" : "there");
for (const [version, cache] of Object.entries(caches)) {
  const texts = [];
  for (const ttl of [{ ttl: 1 }, 1]) {
    await cache.set("page", "old", ttl);
    await sleep(200);
    const early = word(await cache.get("page"));
    await sleep(1800);
    texts.push(`set(…, ${JSON.stringify(ttl)}): at 0.2 s ${early}, at 2 s ${word(await cache.get("page"))}`);
  }
  console.log(`cache-manager ${version}: ${texts.join("; ")}`);
}
JS
expect <<'END'
cache-manager 4.1.0: set(…, {"ttl":1}): at 0.2 s there, at 2 s gone; set(…, 1): at 0.2 s there, at 2 s gone
cache-manager 5.7.6: set(…, {"ttl":1}): at 0.2 s there, at 2 s there; set(…, 1): at 0.2 s gone, at 2 s gone
cache-manager 6.4.3: set(…, {"ttl":1}): at 0.2 s there, at 2 s there; set(…, 1): at 0.2 s gone, at 2 s gone
cache-manager 7.2.9: set(…, {"ttl":1}): at 0.2 s there, at 2 s there; set(…, 1): at 0.2 s gone, at 2 s gone
END
