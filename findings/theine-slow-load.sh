#!/usr/bin/env bash
# theine: for an async function the TTL counts from the start of the call: one
# that takes longer than the TTL is never cached, and its callers load at once.
#
# Expected: what a load of 1.5 s has brought is cached for the TTL of a second,
# and whoever asks while it runs waits for it.
#
# Instead: the entry is made when the call begins, and expires a second later,
# half a second before there is a value: each get loads, and one that comes after
# that second begins a second load beside the first. For a function that is not
# async the TTL counts from the end of the call.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi theine==2.0.0
observe python - <<'PY'
import asyncio
import time
from datetime import timedelta
from importlib.metadata import version

from theine import Memoize

print("theine", version("theine"), "- a TTL of 1 s, a load of 1.5 s")
begun = []

@Memoize(100, timedelta(seconds=1))
async def page(key):
    begun.append(time.monotonic())
    await asyncio.sleep(1.5)
    return key

@Memoize(100, timedelta(seconds=1))
def plain(key):
    begun.append(time.monotonic())
    time.sleep(1.5)
    return key

page.key(lambda key: key)
plain.key(lambda key: key)

async def main():
    for _ in range(3):
        await page("a")
    print("async, three gets one after the other:", len(begun), "loads")
    begun.clear()
    first = asyncio.ensure_future(page("b"))
    await asyncio.sleep(0.5)
    soon = asyncio.ensure_future(page("b"))
    await asyncio.sleep(0.8)
    late = asyncio.ensure_future(page("b"))
    await asyncio.gather(first, soon, late)
    print("async, gets at 0, 0.5 and 1.3 s:", len(begun), "loads")

asyncio.run(main())
begun.clear()
for _ in range(3):
    plain("c")
print("not async, three gets one after the other:", len(begun), "load")
PY
expect <<'END'
theine 2.0.0 - a TTL of 1 s, a load of 1.5 s
async, three gets one after the other: 3 loads
async, gets at 0, 0.5 and 1.3 s: 2 loads
not async, three gets one after the other: 1 load
END
