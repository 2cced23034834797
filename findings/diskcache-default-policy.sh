#!/usr/bin/env bash
# diskcache: by default the entry that was written longest ago goes, however
# often it is read; and what has expired is counted and listed.
#
# Expected: a cache of limited size keeps what is read all the time (LRU).
#
# Instead: eviction_policy is "least-recently-stored": reads do not count, and
# an entry that is read before each write goes as soon as the others have
# filled the cache once. len() and iteration include entries that have expired
# and have not been culled, so that cache[key] for a key just listed raises.
#
# Source: the tutorial's section on eviction policies.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi diskcache==5.6.3
cd "$room"
observe python - <<'PY'
import time
import diskcache

print("diskcache", diskcache.__version__, "- default:", diskcache.DEFAULT_SETTINGS["eviction_policy"])
for policy in ["least-recently-stored", "least-recently-used"]:
    with diskcache.Cache(policy, size_limit=100_000, eviction_policy=policy) as cache:
        cache["hot"] = b"x" * 1000
        kept = 0
        for number in range(150):
            kept += "hot" in cache and cache["hot"] is not None
            cache[number] = b"x" * 1000
        print(f"{policy}: read before each of 150 writes, it was there",
              "each time" if kept == 150 else "in the first half only" if kept < 110 else kept)
with diskcache.Cache("expiry") as cache:
    cache.set("short", 1, expire=0.1)
    cache.set("long", 1)
    time.sleep(0.2)
    print("one of two entries expired: len", len(cache), "- list", sorted(cache), "- get", cache.get("short"))
PY
expect <<'END'
diskcache 5.6.3 - default: least-recently-stored
least-recently-stored: read before each of 150 writes, it was there in the first half only
least-recently-used: read before each of 150 writes, it was there each time
one of two entries expired: len 2 - list ['long', 'short'] - get None
END
