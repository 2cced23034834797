#!/usr/bin/env bash
# HTTP caches in a Python client: one's own PUT, POST or DELETE does not always take the
# stored answer of the same address away.
#
# Expected: after a request with an unsafe method that succeeded, the stored response
# for that URI is invalid (RFC 9111, section 4.4), so that a client reads its own write.
#
# Instead: requests-cache keeps it after all four methods, with cache_control=True as
# well; CacheControl drops it after PUT, PATCH and DELETE, not after POST.
#
# Source: both packages' code; RFC 9111, section 4.4.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi requests==2.34.2 requests-cache==1.3.3 CacheControl==0.14.4
observe python - <<'PY'
import http.server
import threading
from importlib.metadata import version
import cachecontrol
import requests
import requests_cache

class Origin(http.server.BaseHTTPRequestHandler):
    count = 0

    def do_GET(self):
        Origin.count += 1
        body = str(Origin.count).encode()
        self.send_response(200)
        self.send_header("Cache-Control", "max-age=60")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(204)
        self.end_headers()

    do_POST = do_PATCH = do_DELETE = do_PUT

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/page"
for name, session in [
    ("requests-cache", lambda: requests_cache.CachedSession(backend="memory", cache_control=True)),
    ("CacheControl", lambda: cachecontrol.CacheControl(requests.Session())),
]:
    told = []
    for method in ["PUT", "PATCH", "DELETE", "POST"]:
        client = session()
        before = client.get(url).text
        assert client.get(url).text == before, "it is cached"
        client.request(method, url, data=b"new")
        told.append(f"{method} {'new' if client.get(url).text != before else 'OLD'}")
    print(name, version(name), "reads after its own:", ", ".join(told))
server.shutdown()
PY
expect <<'END'
requests-cache 1.3.3 reads after its own: PUT OLD, PATCH OLD, DELETE OLD, POST OLD
CacheControl 0.14.4 reads after its own: PUT new, PATCH new, DELETE new, POST OLD
END
