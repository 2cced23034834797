#!/usr/bin/env bash
# Flask-Caching: an entry lives up to a second less than its timeout: a timeout
# of 1 is anything from nothing to a second.
#
# Expected: timeout=1 is one second.
#
# Instead: cachelib, which keeps the entries of SimpleCache and FileSystemCache,
# counts the timeout from the last whole second of the clock and compares with
# the exact time: what is set at 12:00:00.9 with timeout=1 is gone at 12:00:01.0,
# after a tenth of a second. A get within a second of a set can miss, and what
# is cached for a second against a stampede is loaded twice as often.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi Flask-Caching==2.5.1 cachelib==0.17.0
observe python - <<'PY'
import tempfile
import time
from importlib.metadata import version

from flask import Flask
from flask_caching import Cache

print("Flask-Caching", version("Flask-Caching"), "- cachelib", version("cachelib"))
for kind in ["SimpleCache", "FileSystemCache"]:
    config = {"CACHE_TYPE": kind, "CACHE_DIR": tempfile.mkdtemp()}
    cache = Cache(Flask(kind), config=config)
    lives = []
    for part in [0.1, 0.5, 0.8]:
        with cache.app.app_context():
            time.sleep((part - time.time()) % 1)
            begun = time.monotonic()
            cache.set("k", "value", timeout=1)
            while cache.get("k") is not None:
                time.sleep(0.005)
            lives.append(time.monotonic() - begun)
    about = [f"{life:.2f} s" if abs(life - whole) > 0.15 else f"{whole} s" for life, whole in zip(lives, [0.9, 0.5, 0.2])]
    print(f"{kind}, timeout=1, set at .1, .5 and .8 of a second: lived {', '.join(about)}")
PY
expect <<'END'
Flask-Caching 2.5.1 - cachelib 0.17.0
SimpleCache, timeout=1, set at .1, .5 and .8 of a second: lived 0.9 s, 0.5 s, 0.2 s
FileSystemCache, timeout=1, set at .1, .5 and .8 of a second: lived 0.9 s, 0.5 s, 0.2 s
END
