#!/usr/bin/env bash
# catbox (hapi's cache): a stale value is thrown away when its refresh fails, long
# before it expires.
#
# Expected: `staleIn` and `staleTimeout` keep an old value in use while a new one is
# made, so that a database that fails for a moment is not noticed.
#
# Instead: the first refresh that fails removes the value: from then on each caller waits
# for the database and gets its error (the caller itself, if it fails before
# staleTimeout). With `dropOnError: false` the value stays until it expires.
#
# Source: catbox' API: dropOnError is true by default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
npm_packages @hapi/catbox@12.1.1 @hapi/catbox-memory@6.0.2
observe node --input-type=module - <<'JS'
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import Catbox from "@hapi/catbox";
import { Engine } from "@hapi/catbox-memory";

const require = createRequire(`${process.cwd()}/`);
console.log("catbox", require("@hapi/catbox/package.json").version);
const client = new Catbox.Client(new Engine());
await client.start();
for (const options of [{}, { dropOnError: false }]) {
  let works = true;
  const policy = new Catbox.Policy({
    expiresIn: 60_000, staleIn: 200, staleTimeout: 50, generateTimeout: 5_000, ...options,
    generateFunc: async () => {
      if (works) return "value";
      // later than the stale value is given out
      await sleep(150);
      throw new Error("the database is down");
    },
  }, client, `pages${Object.keys(options).length}`);
  const get = () => policy.get("key").catch((error) => `error: ${error.message}`);
  const seen = [await get()];
  works = false;
  await sleep(300);
  seen.push(await get());
  await sleep(300);
  seen.push(await get());
  console.log(JSON.stringify(options), "fresh:", seen[0], "| stale, the refresh fails:", seen[1], "| after it:", seen[2]);
}
await client.stop();
JS
expect <<'END'
catbox 12.1.1
{} fresh: value | stale, the refresh fails: value | after it: error: the database is down
{"dropOnError":false} fresh: value | stale, the refresh fails: value | after it: value
END
