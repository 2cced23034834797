# The row of Symfony: two of PHP's own web servers, each with a process for every caller.
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

from ask import CALLERS, Cache, closing, row
from proxies import DEBIAN, LIBRARIES, fetch, free_port, listens, origin, page

servers = []


def launch():
    folder, port = tempfile.mkdtemp(), free_port()
    # a host has its own: the files are what is locked
    classes = shutil.copytree(f"{DEBIAN}/usr/share/php", f"{folder}/classes")
    environment = {**os.environ, "LD_LIBRARY_PATH": LIBRARIES, "PHP_CLI_SERVER_WORKERS": str(CALLERS + 20),
                   "GUIDE_CLASSES": classes, "GUIDE_FOLDER": f"{folder}/entries"}
    script = pathlib.Path(__file__).with_name("symfony.php")
    command = [f"{DEBIAN}/usr/bin/php8.2", "-n", "-S", f"127.0.0.1:{port}", str(script)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
                              start_new_session=True)
    closing.append(lambda: os.killpg(server.pid, signal.SIGKILL))
    while not listens(port):
        assert server.poll() is None, "php does not listen"
        time.sleep(0.05)
    return port, origin()


def symfony(name):
    nth = itertools.count()

    def make(db, grace=None):
        which = next(nth)
        while len(servers) < 2:
            servers.append(launch())
        port, behind = servers[which % 2]
        load = f"http://127.0.0.1:{behind}{page(db, name, which, grace)}"

        def call(what, value=""):
            asked = {"call": what, "key": f"{name}-{which}", "ttl": db.ttl, "page": load, "value": value}
            return fetch(port, f"/?{urllib.parse.urlencode(asked)}")
        return Cache(lambda: call("get"), lambda: call("delete"), lambda value: call("set", value))
    return make


if DEBIAN:
    # one slow key can hold up another: they share some twenty locks; 100 who wait for a load that
    # fails keep each other, and this machine, busy for a minute
    row("symfony", alone=True, skip={"failure"})(symfony)
