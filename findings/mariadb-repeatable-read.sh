#!/usr/bin/env bash
# MariaDB: in REPEATABLE READ, its default, a transaction reads the old row and
# writes on the new one; INSERT IGNORE finds a row that SELECT does not.
#
# Expected: one snapshot for all, as in PostgreSQL, where the UPDATE of a row
# that changed since fails with "could not serialize access".
#
# Instead: only plain SELECTs see the snapshot. UPDATE, DELETE, INSERT and SELECT
# … FOR UPDATE work on what is committed now. The sum that is written is right and
# not the one that was read before; a "get or create" by INSERT IGNORE and SELECT
# gets 0 rows inserted and 0 rows found. The snapshot is taken at the first read,
# not at BEGIN.
#
# Source: MariaDB's page on isolation levels (and innodb_snapshot_isolation, off by
# default in this version, which makes it fail as PostgreSQL does).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi PyMySQL==1.2.4
mariadb "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import pymysql

connect = lambda **options: pymysql.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="root", database="test", **options)
mine, other = connect(), connect(autocommit=True)
print("MariaDB", mine.get_server_info().removeprefix("5.5.5-").split("-")[0])

def run(connection, statement):
    cursor = connection.cursor()
    count = cursor.execute(statement)
    rows = cursor.fetchall()
    return f"{count} rows" if cursor.description is None else " ".join(str(row[0]) for row in rows) or "no row"

run(other, "CREATE TABLE stock (id int PRIMARY KEY, number int) ENGINE = InnoDB")
run(other, "INSERT INTO stock VALUES (1, 10)")
run(mine, "BEGIN")
print("SELECT:", run(mine, "SELECT number FROM stock WHERE id = 1"))
run(other, "UPDATE stock SET number = 100 WHERE id = 1")
run(other, "INSERT INTO stock VALUES (2, 20)")
print("another commits 100, and a row 2; SELECT:", run(mine, "SELECT number FROM stock WHERE id = 1"))
print("SELECT FOR UPDATE:", run(mine, "SELECT number FROM stock WHERE id = 1 FOR UPDATE"))
run(mine, "UPDATE stock SET number = number + 1 WHERE id = 1")
print("UPDATE number + 1, SELECT:", run(mine, "SELECT number FROM stock WHERE id = 1"))
print("INSERT IGNORE of row 2:", run(mine, "INSERT IGNORE INTO stock VALUES (2, 0)"),
      "- SELECT of row 2:", run(mine, "SELECT number FROM stock WHERE id = 2"))
mine.commit()
run(mine, "BEGIN")
run(other, "UPDATE stock SET number = 7 WHERE id = 1")
print("BEGIN, another commits 7, first SELECT:", run(mine, "SELECT number FROM stock WHERE id = 1"))
PY
expect <<'END'
MariaDB 10.11.19
SELECT: 10
another commits 100, and a row 2; SELECT: 10
SELECT FOR UPDATE: 100
UPDATE number + 1, SELECT: 101
INSERT IGNORE of row 2: 0 rows - SELECT of row 2: no row
BEGIN, another commits 7, first SELECT: 7
END
