#!/usr/bin/env bash
# hishel 2 reads no Cache-Control unless told to: its default client keeps every
# 200 for ever, no-store and Vary too. hishel 1 followed RFC 9111.
#
# Expected: "an HTTP cache for httpx that implements RFC 9111" goes on doing so
# in its next major version.
#
# Instead: CacheClient() of version 2 stores each successful GET, whatever its
# headers, and serves it without end: no-store, max-age=1, "no-cache" in the
# request and Vary have no effect. The rules are there with rfc=True. (A POST then
# ends the entry of its URL, as the RFC says, which version 1 did not do; and a
# response that arrives with an Age beyond its max-age is served as fresh by all.)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi
pypi_into "$room/one" 'hishel[httpx]==1.4.0'
pypi_into "$room/two" 'hishel[httpx]==2.0.0'
cat >"$room/probe.py" <<'PY'
import sys, time
from importlib.metadata import version
import hishel.httpx
from origin import Origin, serve

class Pages(Origin):
    headers_of = {
        "/max-age": {"Cache-Control": "max-age=60"},
        "/short": {"Cache-Control": "max-age=1"},
        "/no-store": {"Cache-Control": "no-store"},
        "/vary": {"Cache-Control": "max-age=60", "Vary": "Accept-Language"},
        "/age": {"Cache-Control": "max-age=60", "Age": "100"},
    }

    def body(self):
        return self.headers.get("Accept-Language", str(self.served))

url = f"http://127.0.0.1:{serve(Pages)}"
name, options = sys.argv[1:]
client = getattr(hishel.httpx, name)(**eval(options))
print(f"hishel {version('hishel')}, {name}({options[5:-1]})")

def loads(what, *requests):
    Pages.served = 0
    replies = [client.request(method, url + path, headers=headers).text for method, path, headers in requests]
    got = f", got {', '.join(replies)}" if what.startswith("Vary") else ""
    print(f"  {what}: {Pages.served} of {len(requests)} reach the origin{got}")

get = lambda path, **headers: ("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})
loads("max-age=60", get("/max-age"), get("/max-age"))
loads("no-store", get("/no-store"), get("/no-store"))
client.get(url + "/short")
time.sleep(2.1)
loads("max-age=1, 2 s later", get("/short"))
loads("no-cache in the request", get("/max-age", Cache_Control="no-cache"))
loads("POST, GET", ("POST", "/max-age", {}), get("/max-age"))
loads("max-age=60, Age: 100", get("/age"), get("/age"))
loads("Vary: Accept-Language, en, de, en", *[get("/vary", Accept_Language=language) for language in ["en", "de", "en"]])
PY
cd "$(mktemp -d -p "$room")"
PYTHONPATH=$PYTHONPATH:$room/one observe python "$room/probe.py" SyncCacheClient "dict()"
cd "$(mktemp -d -p "$room")"
PYTHONPATH=$PYTHONPATH:$room/two observe python "$room/probe.py" CacheClient "dict()"
cd "$(mktemp -d -p "$room")"
PYTHONPATH=$PYTHONPATH:$room/two observe python "$room/probe.py" CacheClient "dict(rfc=True)"
expect <<'END'
hishel 1.4.0, SyncCacheClient()
  max-age=60: 1 of 2 reach the origin
  no-store: 2 of 2 reach the origin
  max-age=1, 2 s later: 1 of 1 reach the origin
  no-cache in the request: 1 of 1 reach the origin
  POST, GET: 1 of 2 reach the origin
  max-age=60, Age: 100: 1 of 2 reach the origin
  Vary: Accept-Language, en, de, en: 2 of 3 reach the origin, got en, de, en
hishel 2.0.0, CacheClient()
  max-age=60: 1 of 2 reach the origin
  no-store: 1 of 2 reach the origin
  max-age=1, 2 s later: 0 of 1 reach the origin
  no-cache in the request: 0 of 1 reach the origin
  POST, GET: 1 of 2 reach the origin
  max-age=60, Age: 100: 1 of 2 reach the origin
  Vary: Accept-Language, en, de, en: 1 of 3 reach the origin, got en, en, en
hishel 2.0.0, CacheClient(rfc=True)
  max-age=60: 1 of 2 reach the origin
  no-store: 2 of 2 reach the origin
  max-age=1, 2 s later: 1 of 1 reach the origin
  no-cache in the request: 1 of 1 reach the origin
  POST, GET: 2 of 2 reach the origin
  max-age=60, Age: 100: 1 of 2 reach the origin
  Vary: Accept-Language, en, de, en: 2 of 3 reach the origin, got en, de, en
END
