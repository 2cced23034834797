#!/usr/bin/env bash
# Apache mod_cache: a response with nothing but an ETag is served for an hour
# without asking the origin.
#
# Expected: an ETag is there to ask with; without max-age or Expires the cache
# asks each time, or does not store it at all, as nginx does.
#
# Instead: where a response says nothing about its life, CacheDefaultExpire holds,
# one hour by default; an ETag or Last-Modified is all it takes to be stored. (One
# with neither is not stored.) With a Last-Modified it is a tenth of its age, at
# most a day.
#
# Source: mod_cache's documentation of CacheDefaultExpire.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
apache 2.4.71
observe python - "$origin" "$proxy" <<'PY'
import email.utils, sys, time, urllib.request
from origin import Origin, serve

class Pages(Origin):
    headers_of = {
        "/nothing": {},
        "/etag": {"ETag": '"a"'},
        "/modified": {"Last-Modified": email.utils.formatdate(time.time() - 20, usegmt=True)},
        "/max-age-0": {"ETag": '"a"', "Cache-Control": "max-age=0"},
    }

serve(Pages, int(sys.argv[1]))

def asked(path):
    before = Pages.served
    with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[2]}{path}") as reply:
        reply.read()
        server = reply.headers["Server"]
    return Pages.served > before

for path in Pages.headers_of:
    asked(path)
time.sleep(4)
for path, headers in Pages.headers_of.items():
    names = ", ".join(headers) or "no such header"
    print(f"{path} ({names}): 4 s later", "the origin is asked" if asked(path) else "served without asking")
PY
expect <<'END'
/nothing (no such header): 4 s later the origin is asked
/etag (ETag): 4 s later served without asking
/modified (Last-Modified): 4 s later the origin is asked
/max-age-0 (ETag, Cache-Control): 4 s later the origin is asked
END
