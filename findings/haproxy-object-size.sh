#!/usr/bin/env bash
# HAProxy: a cache of 4 MB, nothing else in it, does not store a page of 17 KB.
#
# Expected: what fits is stored, and something else goes when room is needed.
#
# Instead: unless max-object-size says otherwise, the largest object is 1/256 of
# total-max-size: 16 KB of 4 MB. Larger ones go to the origin each time,
# without a word in the answer or the log.
#
# Source: HAProxy 2.6, option max-object-size of a cache.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
haproxy 2.6.12
observe python3 - "$origin" "$proxy" <<'PY'
import sys, urllib.request
from origin import Origin, serve

class Pages(Origin):
    headers_of = {f"/{kilobytes}": {"Cache-Control": "max-age=60"} for kilobytes in (1, 15, 17, 100)}

    def body(self):
        return "x" * 1024 * int(self.path[1:])

origin, proxy = map(int, sys.argv[1:])
serve(Pages, origin)
for kilobytes in (1, 15, 17, 100):
    before = Pages.served
    for _ in range(3):
        urllib.request.urlopen(f"http://127.0.0.1:{proxy}/{kilobytes}").read()
    print(f"{kilobytes} KB: 3 requests, {Pages.served - before} at the origin")
PY
expect <<'END'
1 KB: 3 requests, 1 at the origin
15 KB: 3 requests, 1 at the origin
17 KB: 3 requests, 3 at the origin
100 KB: 3 requests, 3 at the origin
END
