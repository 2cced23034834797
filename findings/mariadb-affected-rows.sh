#!/usr/bin/env bash
# MariaDB: an UPDATE that finds its row and changes nothing affects 0 rows, and an
# upsert affects 0, 1 or 2.
#
# Expected: "UPDATE … SET value = 'new' WHERE id = 1 AND version = 7" affects one
# row where the version is 7, and none where somebody was quicker: in PostgreSQL
# and SQLite it does.
#
# Instead: rows that have the new values already do not count, unless the client
# asked for found rows when it connected (many do, PyMySQL and the mysql client do
# not). A write that is tried again after a lost reply, or one of the same value,
# looks like a conflict, or like a missing row that is then inserted.
#
# Source: MariaDB's pages on UPDATE and INSERT ON DUPLICATE KEY UPDATE.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi PyMySQL==1.2.4
mariadb "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import pymysql
from pymysql.constants import CLIENT

connect = lambda **options: pymysql.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="root", database="test", autocommit=True, **options)
plain, found = connect(), connect(client_flag=CLIENT.FOUND_ROWS)
print("MariaDB", plain.get_server_info().removeprefix("5.5.5-").split("-")[0])
plain.cursor().execute("CREATE TABLE pages (id int PRIMARY KEY, value text, version int) ENGINE = InnoDB")
statements = {
    "UPDATE to the same value": "UPDATE pages SET value = 'old' WHERE id = 1 AND version = 7",
    "UPDATE to another value": "UPDATE pages SET value = 'new' WHERE id = 1 AND version = 7",
    "UPDATE with an outdated version": "UPDATE pages SET value = 'new' WHERE id = 1 AND version = 6",
    "upsert of the same value": "INSERT INTO pages VALUES (1, 'old', 7) ON DUPLICATE KEY UPDATE value = 'old'",
    "upsert of another value": "INSERT INTO pages VALUES (1, 'new', 7) ON DUPLICATE KEY UPDATE value = 'new'",
    "upsert of a new row": "INSERT INTO pages VALUES (2, 'new', 1) ON DUPLICATE KEY UPDATE value = 'new'",
}
for name, statement in statements.items():
    counts = []
    for connection in [plain, found]:
        cursor = connection.cursor()
        cursor.execute("DELETE FROM pages")
        cursor.execute("INSERT INTO pages VALUES (1, 'old', 7)")
        counts.append(cursor.execute(statement))
    print(f"{name}: affected rows {counts[0]}; with CLIENT.FOUND_ROWS {counts[1]}")
PY
expect <<'END'
MariaDB 10.11.19
UPDATE to the same value: affected rows 0; with CLIENT.FOUND_ROWS 1
UPDATE to another value: affected rows 1; with CLIENT.FOUND_ROWS 1
UPDATE with an outdated version: affected rows 0; with CLIENT.FOUND_ROWS 0
upsert of the same value: affected rows 0; with CLIENT.FOUND_ROWS 1
upsert of another value: affected rows 2; with CLIENT.FOUND_ROWS 2
upsert of a new row: affected rows 1; with CLIENT.FOUND_ROWS 1
END
