#!/usr/bin/env bash
# Django: setting a key that is there anew, in a full cache, throws a third away.
#
# Expected: a cache at MAX_ENTRIES makes room when a new key comes, first from
# what has expired; a key that is there already needs no room.
#
# Instead: the memory and the file cache cull before every set() at the limit,
# also of a key that is there: a third of the entries goes (and the one that is
# set may be among them, to come back alone). The memory cache does not look at
# expiry: those used longest ago go, live ones before expired ones; the file cache
# takes them at random. The limit is 300 entries by default: a few busy pages that
# are refreshed each minute keep a full cache a third empty.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi Django==5.2.19
cd "$room"
observe python - <<'PY'
import time
import django
from django.conf import settings

backends = "django.core.cache.backends."
settings.configure(CACHES={
    "default": {"BACKEND": backends + "locmem.LocMemCache"},
    "file": {"BACKEND": backends + "filebased.FileBasedCache", "LOCATION": "files"},
})
django.setup()
from django.core.cache import caches

print("Django", django.__version__)
for name in ["default", "file"]:
    cache = caches[name]
    for key in range(300):
        cache.set(key, "old")
    full = sum(cache.get(key) is not None for key in range(300))
    cache.set(299, "new")
    left = sum(cache.get(key) is not None for key in range(300))
    print(f"{cache.__class__.__name__}: {full} entries; one of them set anew:",
          "a third is gone" if left in (200, 201) else f"{left} left")
cache = caches["default"]
cache.clear()
for key in range(100):
    cache.set(key, "live", timeout=300)
for key in range(200):
    cache.set(f"short-{key}", "expired", timeout=0.1)
time.sleep(0.2)
cache.set("new", 1)
print("100 live and 200 expired entries, a new one: live ones left:",
      sum(cache.get(key) is not None for key in range(100)))
PY
expect <<'END'
Django 5.2.19
LocMemCache: 300 entries; one of them set anew: a third is gone
FileBasedCache: 300 entries; one of them set anew: a third is gone
100 live and 200 expired entries, a new one: live ones left: 0
END
