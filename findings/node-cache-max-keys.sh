#!/usr/bin/env bash
# node-cache: at maxKeys a key that is there cannot be set anew, and expired keys
# count until the timer comes by.
#
# Expected: maxKeys bounds the cache: a new key evicts one or is refused; setting
# a key that is there changes nothing about the number, and expired ones are gone.
#
# Instead: set() throws for every key, also for one that is there: a full cache
# is frozen, with the values that it has. Keys that expired keep it full for up
# to checkperiod (600 s by default).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages node-cache@5.1.2
observe node --input-type=module - <<'JS'
import NodeCache from "node-cache";
import { setTimeout as sleep } from "node:timers/promises";

const cache = new NodeCache({ maxKeys: 2 });
const set = (key, value, ttl) => {
  try {
    cache.set(key, value, ttl);
    return "stored";
  } catch (error) {
    return error.message;
  }
};
console.log("node-cache 5.1.2, maxKeys: 2, two keys");
set("price", 1, 0.1);
set("stock", 1, 0.1);
console.log("set one of the two anew:", set("price", 2), "- get:", cache.get("price"));
await sleep(300);
console.log("both expired, keys():", cache.keys().join(), "- a new one:", set("user", 1));
console.log("after a get() of one of them:", cache.get("price"), "- the new one:", set("user", 1));
cache.close();
JS
expect <<'END'
node-cache 5.1.2, maxKeys: 2, two keys
set one of the two anew: Cache max keys amount exceeded - get: 1
both expired, keys(): price,stock - a new one: Cache max keys amount exceeded
after a get() of one of them: undefined - the new one: stored
END
