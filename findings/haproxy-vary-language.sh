#!/usr/bin/env bash
# HAProxy: with process-vary on, a page that varies by language is never stored,
# while one that varies by encoding is.
#
# Expected: "process-vary on" makes the cache keep a page for each value of the
# headers that Vary names, as nginx, Varnish and Squid do.
#
# Instead: only Accept-Encoding is kept apart. A page with another header in
# Vary goes to the origin each time, with the option as without it, and neither
# the answer nor the log says so.
#
# Source: RFC 9111, section 4.1 (Vary); HAProxy 2.6, as seen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
haproxy 2.6.12 'process-vary on'
observe python3 - "$origin" "$proxy" <<'PY'
import sys, urllib.request
from origin import Origin, serve

class Pages(Origin):
    headers_of = {
        "/language": {"Cache-Control": "max-age=60", "Vary": "Accept-Language"},
        "/encoding": {"Cache-Control": "max-age=60", "Vary": "Accept-Encoding"},
        "/referer": {"Cache-Control": "max-age=60", "Vary": "Referer"},
    }

origin, proxy = map(int, sys.argv[1:])
serve(Pages, origin)
for path, name, value in [("/language", "Accept-Language", "de"),
                          ("/encoding", "Accept-Encoding", "gzip"),
                          ("/referer", "Referer", "http://example.org/")]:
    before = Pages.served
    for _ in range(3):
        asked = urllib.request.Request(f"http://127.0.0.1:{proxy}{path}", headers={name: value})
        urllib.request.urlopen(asked).read()
    print(f"Vary: {name}: 3 requests, {Pages.served - before} at the origin")
PY
expect <<'END'
Vary: Accept-Language: 3 requests, 3 at the origin
Vary: Accept-Encoding: 3 requests, 1 at the origin
Vary: Referer: 3 requests, 3 at the origin
END
