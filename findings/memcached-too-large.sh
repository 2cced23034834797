#!/usr/bin/env bash
# memcached: a value that is too large deletes the one that is there, and
# pymemcache says that it was stored.
#
# Expected: a set that is refused changes nothing and raises.
#
# Instead: the server removes the old value, so as not to serve what the client
# meant to replace. pymemcache sends "noreply" by default, returns True, and the
# next get misses: a list that has grown beyond 1 MB is loaded on every request.
#
# Source: pymemcache's documentation of default_noreply; memcached's source.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.6.18 memcached libevent-2.1-7
pypi pymemcache==4.0.0
start "${port:=$(free_port)}" "$room/debian/usr/bin/memcached" -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 16
observe python - "$port" <<'PY'
import sys
from pymemcache.client.base import Client

for options in [{}, {"default_noreply": False}]:
    cache = Client(("127.0.0.1", int(sys.argv[1])), **options)
    if not options:
        print("memcached", cache.version().decode())
    cache.set("list", b"small")
    before = cache.get("list")
    try:
        reply = cache.set("list", b"x" * 1_100_000)
    except Exception as error:
        reply = f"{type(error).__name__} {error.args[0].decode()}"
    print(f"pymemcache 4.0.0, Client({', '.join(f'{name}={value}' for name, value in options.items())}):"
          f" get {before}, set of 1.1 MB: {reply}, get {cache.get('list')}")
PY
expect <<'END'
memcached 1.6.18
pymemcache 4.0.0, Client(): get b'small', set of 1.1 MB: True, get None
pymemcache 4.0.0, Client(default_noreply=False): get b'small', set of 1.1 MB: MemcacheServerError object too large for cache, get None
END
