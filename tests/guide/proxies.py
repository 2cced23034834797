# Rows that stand between an HTTP client and an origin, and HTTP clients that cache. The origin is
# the database: each cache has a path of its own, and what it asks for is a load.
import glob
import hashlib
import http.client
import itertools
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ask import Cache, closing, row

# where run.sh has unpacked Debian's packages
DEBIAN = os.environ.get("GUIDE_DEBIAN")
LIBRARIES = f"{DEBIAN}/usr/lib/{os.uname().machine}-linux-gnu"
# what follows the path in the message: its database, and for how long a page may be old
pages = {}


class Origin(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        db, control = pages[self.path]
        try:
            status, text = 200, db.load()
        except LookupError as error:
            status, text = 500, str(error)
        if text is None:
            status, text = 404, ""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Content-Type", "text/plain")
        if status != 500:
            self.send_header("Cache-Control", control)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 1_000


def origin():
    server = Server(("127.0.0.1", 0), Origin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def page(db, name, nth, grace):
    """A page's path at the origin."""
    path = f"/{name}/{nth}"
    pages[path] = db, f"max-age={db.ttl}" + (f", stale-while-revalidate={grace}" if grace else "")
    return path


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def fetch(port, path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        text = reply.read().decode()
    finally:
        connection.close()
    if method == "GET" and reply.status >= 500:
        raise RuntimeError(reply.status)
    return text if reply.status == 200 else None


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def start(port, command, folder, unprivileged=False, **environment):
    if unprivileged and os.getuid() == 0:
        command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
        os.chmod(folder, 0o777)
    log = open(f"{folder}/log", "wb")
    environment = {**os.environ, "LD_LIBRARY_PATH": LIBRARIES, **environment}
    server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    running.append(server)
    while server.poll() is None:
        if listens(port):
            return
        time.sleep(0.05)
    raise RuntimeError(pathlib.Path(f"{folder}/log").read_text()[-300:])


running = []


def stop():
    for server in running:
        server.terminate()
    for server in running:
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()


closing.append(stop)


def proxied(launch, purge):
    """A row of two proxies: `launch(port, origin, folder)` starts one, `purge(port, path, folder)`
    has it forget a page."""
    proxies = []

    def both():
        if not proxies:
            for _ in range(2):
                folder, port = tempfile.mkdtemp(), free_port()
                launch(port, origin(), folder)
                proxies.append((port, folder))
        return proxies

    def open(name):
        nth = itertools.count()

        def make(db, grace=None):
            which = next(nth)
            port, folder = both()[which % 2]
            path = page(db, name, which, grace)
            return Cache(lambda: fetch(port, path), lambda: purge(port, path, folder))
        return make
    return open


def nginx(how):
    def launch(port, origin, folder):
        pathlib.Path(f"{folder}/nginx.conf").write_text(f"""
daemon off;
master_process off;
pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port} backlog=1000;
    location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_cache pages; proxy_cache_key $uri; {how} }}
  }}
}}
""")
        start(port, [f"{DEBIAN}/usr/sbin/nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"], folder)

    def purge(port, path, folder):
        # there is no other way: its file
        pathlib.Path(f"{folder}/cache/{hashlib.md5(path.encode()).hexdigest()}").unlink(missing_ok=True)
    return proxied(launch, purge)


def purge(port, path, folder):
    fetch(port, path, "PURGE")


def varnish(port, origin, folder):
    pathlib.Path(f"{folder}/vcl").write_text(f"""
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{origin}"; .first_byte_timeout = 60s; }}
sub vcl_recv {{ if (req.method == "PURGE") {{ return (purge); }} }}
""")
    start(port, [f"{DEBIAN}/usr/sbin/varnishd", "-F", "-j", "none", "-f", f"{folder}/vcl", "-a", f"127.0.0.1:{port}",
                 "-n", f"{folder}/work", "-s", "malloc,16m"], folder,
          LD_LIBRARY_PATH=f"{LIBRARIES}:{LIBRARIES}/varnish")


def squid(how):
    def launch(port, origin, folder):
        share = f"{DEBIAN}/usr/share/squid"
        pathlib.Path(f"{folder}/conf").write_text(f"""
http_port 127.0.0.1:{port} accel defaultsite=127.0.0.1 no-vhost
cache_peer 127.0.0.1 parent {origin} 0 no-query no-digest originserver name=origin
acl purge method PURGE
http_access allow all
cache_mem 16 MB
memory_cache_shared off
pid_filename {folder}/pid
access_log none
cache_store_log none
cache_log {folder}/cache.log
coredump_dir {folder}
mime_table {share}/mime.conf
icon_directory {share}/icons
error_directory {glob.glob(f"{DEBIAN}/usr/share/squid*/errors/templates")[0]}
pinger_enable off
unlinkd_program {DEBIAN}/usr/lib/squid/unlinkd
shutdown_lifetime 0 seconds
refresh_pattern . 0 20% 4320
visible_hostname guide
{how}
""")
        start(port, [f"{DEBIAN}/usr/sbin/squid", "-N", "-f", f"{folder}/conf"], folder, unprivileged=True)
    return proxied(launch, purge)


def apache(how):
    def launch(port, origin, folder):
        modules = ["mpm_event", "authz_core", "proxy", "proxy_http", "cache", "cache_disk"]
        loads = "\n".join(f"LoadModule {name}_module {DEBIAN}/usr/lib/apache2/modules/mod_{name}.so" for name in modules)
        os.mkdir(f"{folder}/cache")
        pathlib.Path(f"{folder}/conf").write_text(f"""
ServerRoot {folder}
ServerName guide
PidFile {folder}/pid
Listen 127.0.0.1:{port}
{loads}
ErrorLog {folder}/error.log
ServerLimit 1
ThreadLimit 400
ThreadsPerChild 400
MaxRequestWorkers 400
CacheRoot {folder}/cache
CacheEnable disk /
ProxyPass / http://127.0.0.1:{origin}/
{how(folder)}
""")
        start(port, [f"{DEBIAN}/usr/sbin/apache2", "-X", "-f", f"{folder}/conf"], folder)

    # an unsafe request invalidates the page (RFC 9111, section 4.4)
    return proxied(launch, lambda port, path, folder: fetch(port, path, "POST"))


if DEBIAN:
    row("nginx")(nginx(""))
    row("nginx-updating", stale=True)(
        nginx("proxy_cache_lock on; proxy_cache_use_stale updating; proxy_cache_background_update on;"))
    row("varnish", stale=True)(proxied(varnish, purge))
    row("squid", stale=True)(squid(""))
    row("squid-collapsed", stale=True)(squid("collapsed_forwarding on"))
    row("apache", stale=True)(apache(lambda folder: ""))
    row("apache-lock", stale=True)(apache(lambda folder: f"CacheLock on\nCacheLockPath {folder}/lock"))


@row("requests-cache", stale=True)
def requests_cache(name):
    import requests_cache

    port, folder, nth = origin(), tempfile.mkdtemp(), itertools.count()

    def make(db, grace=None):
        which = next(nth)
        url = f"http://127.0.0.1:{port}{page(db, name, which, None)}"
        session = requests_cache.CachedSession(f"{folder}/{which}", expire_after=db.ttl, stale_while_revalidate=bool(grace))

        def get():
            reply = session.get(url)
            reply.raise_for_status()
            return reply.text
        return Cache(get, lambda: session.cache.delete(urls=[url]))
    return make
