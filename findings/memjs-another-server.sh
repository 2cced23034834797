#!/usr/bin/env bash
# memjs: with a fourth memcached server three keys of four miss; the package
# memcached loses one of four.
#
# Expected: clients of several memcached servers place keys on a ring, so that a
# server that comes takes only its share of them.
#
# Instead: memjs takes the remainder of a hash by the number of servers. From
# three servers to four nearly all keys are looked for where they are not, and
# what was there stays in memory until it expires. memjs leaves the choice to a
# function that can be replaced (getServer); memcached has a ring.
#
# Source: getServer in memjs' lib/memjs/memjs.js; hashring in memcached.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.6.18 memcached libevent-2.1-7
npm_packages memjs@1.3.2 memcached@2.2.2
servers=()
for _ in 1 2 3 4; do
  start "${port:=$(free_port)}" "$room/debian/usr/bin/memcached" -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 16
  servers+=("127.0.0.1:$port")
  port=
done
cat >"$room/look.mjs" <<'JS'
import memjs from "memjs";
import Memcached from "memcached";

const all = process.argv.slice(2);
const keys = [...Array(2000).keys()].map((n) => `user:${n}`);

const clients = {
  memjs: (servers) => {
    const client = memjs.Client.create(servers.join(","));
    return {
      set: (key) => client.set(key, "1", {}),
      has: async (key) => (await client.get(key)).value !== null,
      end: () => client.quit(),
    };
  },
  memcached: (servers) => {
    const client = new Memcached(servers);
    const call = (name, ...rest) =>
      new Promise((done, fail) => client[name](...rest, (error, value) => (error ? fail(error) : done(value))));
    return {
      set: (key) => call("set", key, "1", 0),
      has: async (key) => (await call("get", key)) !== undefined,
      end: () => client.end(),
    };
  },
};

for (const [name, open] of Object.entries(clients)) {
  const named = keys.map((key) => `${name}:${key}`);
  const three = open(all.slice(0, 3));
  for (const key of named) await three.set(key);
  const before = (await Promise.all(named.map(three.has))).filter((found) => !found).length;
  const four = open(all);
  const missing = (await Promise.all(named.map(four.has))).filter((found) => !found).length;
  const share = missing / named.length;
  const about = share > 0.7 && share < 0.8 ? "about three of four" : share > 0.2 && share < 0.3 ? "about one of four" : `${missing}`;
  console.log(`${name}: three servers, ${before} keys missing; four servers, ${about}`);
  three.end();
  four.end();
}
JS
observe node "$room/look.mjs" "${servers[@]}"
expect <<'END'
memjs: three servers, 0 keys missing; four servers, about three of four
memcached: three servers, 0 keys missing; four servers, about one of four
END
