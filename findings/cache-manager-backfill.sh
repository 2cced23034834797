#!/usr/bin/env bash
# cache-manager: get() never fills the first store from the second, and wrap()
# does so with a whole new TTL: an entry lives for nearly twice as long.
#
# Expected: memory in front of Redis: a value that is found in the second store
# is put in the first for the rest of its life.
#
# Instead: get() and mget() leave the first store empty, so that after a restart
# every get goes to the second until somebody sets the key. wrap() puts it in
# the first, with the TTL of the call: found 200 ms before its end, a value is
# served from memory long after the second store has dropped it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages cache-manager@7.2.9 keyv@5.6.0
observe node --input-type=module - <<'JS'
import { createCache } from "cache-manager";
import { Keyv } from "keyv";
import { setTimeout as sleep } from "node:timers/promises";

const first = new Keyv();
const second = new Keyv();
const cache = createCache({ stores: [first, second] });
const show = async () => `first ${await first.get("price")}, second ${await second.get("price")}`;

console.log("cache-manager 7.2.9");
await cache.set("price", "old", 1000);
await first.clear();
console.log("first store lost; get:", await cache.get("price"), "- then:", await show());
await sleep(800);
const load = () => "new";
console.log("wrap at 800 of 1000 ms:", await cache.wrap("price", load, 1000), "- then:", await show());
await sleep(700);
console.log("at 1500 ms, wrap:", await cache.wrap("price", load, 1000), "-", await show());
await sleep(500);
console.log("at 2000 ms, wrap:", await cache.wrap("price", load, 1000));
JS
expect <<'END'
cache-manager 7.2.9
first store lost; get: old - then: first undefined, second old
wrap at 800 of 1000 ms: old - then: first old, second old
at 1500 ms, wrap: old - first old, second undefined
at 2000 ms, wrap: new
END
