#!/usr/bin/env bash
# Django: incr() gives a counter the default timeout in the file and database
# caches, and keeps its own in the memory cache; incr_version() never keeps it.
#
# Expected: cache.add("hits", 0, timeout=3) and cache.incr("hits") count within
# three seconds, on every backend, as in Redis and memcached.
#
# Instead: the base class's incr() is a get() and a set() without a timeout, so
# the counter then lives for 300 s, anew after each hit: a rate limit that passed
# its tests on the memory cache locks its users out on another. (The get and the
# set are two steps, too: hits are lost between them.) incr_version(), which
# moves an entry to its next version, gives it the default on all three.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi Django==5.2.19
cd "$room"
observe python - <<'PY'
import time
import django
from django.conf import settings

backends = "django.core.cache.backends."
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}},
    CACHES={
        "default": {"BACKEND": backends + "locmem.LocMemCache"},
        "file": {"BACKEND": backends + "filebased.FileBasedCache", "LOCATION": "files"},
        "database": {"BACKEND": backends + "db.DatabaseCache", "LOCATION": "entries"},
    },
)
django.setup()
from django.core.cache import caches
from django.core.management import call_command

call_command("createcachetable", verbosity=0)
print("Django", django.__version__)
for name in ["default", "file", "database"]:
    cache = caches[name]
    cache.set("kept", 1, timeout=3)
    cache.set("hits", 1, timeout=3)
    cache.incr("hits")
    cache.set("page", 1, timeout=3)
    cache.incr_version("page")
    time.sleep(4.1)
    print(f"{cache.__class__.__name__}, 4 s after set(timeout=3): {cache.get('kept')};"
          f" with incr: {cache.get('hits')}; with incr_version: {cache.get('page', version=2)}")
PY
expect <<'END'
Django 5.2.19
LocMemCache, 4 s after set(timeout=3): None; with incr: None; with incr_version: 1
FileBasedCache, 4 s after set(timeout=3): None; with incr: 2; with incr_version: 1
DatabaseCache, 4 s after set(timeout=3): None; with incr: 2; with incr_version: 1
END
