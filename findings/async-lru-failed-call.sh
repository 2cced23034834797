#!/usr/bin/env bash
# async-lru: in version 1 a call that fails once fails for ever; in version 2 it
# is tried again.
#
# Expected: a function whose call has failed is called again by the next caller,
# in both versions; an error is no result to keep.
#
# Instead: version 1 keeps the task, and with it its error, for as long as the
# entry: without a TTL, which version 1 does not have, for ever. The keyword for
# it, cache_exceptions=False, is gone in version 2, where errors are not kept and
# the old keyword is refused.
#
# Source: the project's CHANGES, 2.0.0.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
for version in 1.0.3 2.4.0; do
  pypi_into "$room/$version" async-lru==$version
  PYTHONPATH=$room/$version observe python - <<'PY'
import asyncio
from importlib.metadata import version
from async_lru import alru_cache

async def ask(**options):
    calls = 0

    @alru_cache(maxsize=10, **options)
    async def load(key):
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("the database is away")
        return "value"

    got = []
    for _ in range(4):
        try:
            got.append(await load("k"))
        except OSError as error:
            got.append(type(error).__name__)
    return f"four gets, the first load fails: {', '.join(got)}; {calls} load{'s' * (calls > 1)}"

print("async-lru", version("async-lru"))
print(" default:", asyncio.run(ask()))
try:
    print(" cache_exceptions=False:", asyncio.run(ask(cache_exceptions=False)))
except TypeError:
    print(" cache_exceptions=False: TypeError")
PY
done
expect <<'END'
async-lru 1.0.3
 default: four gets, the first load fails: OSError, OSError, OSError, OSError; 1 load
 cache_exceptions=False: four gets, the first load fails: OSError, value, value, value; 2 loads
async-lru 2.4.0
 default: four gets, the first load fails: OSError, value, value, value; 2 loads
 cache_exceptions=False: TypeError
END
