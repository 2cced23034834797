#!/usr/bin/env bash
# aiocache: up to 0.11 all memory caches of a process share their contents; from 0.12
# on each has its own.
#
# Expected: two SimpleMemoryCache objects are two caches, in both.
#
# Instead: in 0.11 the contents are an attribute of the class: another instance reads
# the same keys, and clear() of one empties all. With 0.12 two places that made
# a cache each, and relied on it, no longer see one another's entries and no longer
# invalidate them; two functions with the same key no longer answer for one another.
#
# Source: aiocache/backends/memory.py of both versions.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
for version in 0.11.1 0.12.3; do
  pypi_into "$room/$version" "aiocache==$version"
  PYTHONPATH="$room/$version" observe python - "$version" <<'PY'
import asyncio
import sys
from aiocache import SimpleMemoryCache, cached

async def main():
    one, other = SimpleMemoryCache(), SimpleMemoryCache()
    await one.set("key", "value")
    read = await other.get("key")
    await other.clear()
    left = await one.get("key")

    @cached(key="same", ttl=60)
    async def first():
        return "first"

    @cached(key="same", ttl=60)
    async def second():
        return "second"

    await first()
    print(f"aiocache {sys.argv[1]}: another instance reads {read}; after its clear the first has {left};"
          f" a second function with the same key returns {await second()!r}")

asyncio.run(main())
PY
done
expect <<'END'
aiocache 0.11.1: another instance reads value; after its clear the first has None; a second function with the same key returns 'first'
aiocache 0.12.3: another instance reads None; after its clear the first has value; a second function with the same key returns 'second'
END
