#!/usr/bin/env bash
# MariaDB: a statement that times out on a lock is undone alone; a commit then
# commits the other half.
#
# Expected: an error in a transaction ends it, as in PostgreSQL ("current
# transaction is aborted"): what was done before is undone, and a later COMMIT
# commits nothing. After a deadlock it is so here too.
#
# Instead: after error 1205 (50 s by default) the transaction is open, with its
# earlier changes. Code that logs the error, goes on and commits (a pool that
# commits at the end of a request) moves money from one account and to none.
#
# Source: MariaDB's page on innodb_rollback_on_timeout, off by default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi PyMySQL==1.2.4
mariadb "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import pymysql

connect = lambda **options: pymysql.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="root", database="test", **options)
mine, other, admin = connect(), connect(), connect(autocommit=True)
print("MariaDB", mine.get_server_info().removeprefix("5.5.5-").split("-")[0])
admin.cursor().execute("CREATE TABLE accounts (id int PRIMARY KEY, sum int) ENGINE = InnoDB")
admin.cursor().execute("INSERT INTO accounts VALUES (1, 100), (2, 100)")
mine.cursor().execute("SET innodb_lock_wait_timeout = 1")
other.cursor().execute("UPDATE accounts SET sum = sum WHERE id = 2")
other.cursor().execute("SELECT sum FROM accounts WHERE id = 2 FOR UPDATE")
mine.begin()
mine.cursor().execute("UPDATE accounts SET sum = sum - 10 WHERE id = 1")
try:
    mine.cursor().execute("UPDATE accounts SET sum = sum + 10 WHERE id = 2")
except pymysql.OperationalError as error:
    print("the second UPDATE:", *error.args)
mine.commit()
other.rollback()
cursor = admin.cursor()
cursor.execute("SELECT sum FROM accounts ORDER BY id")
print("after COMMIT:", " ".join(str(row[0]) for row in cursor.fetchall()))
PY
expect <<'END'
MariaDB 10.11.19
the second UPDATE: 1205 Lock wait timeout exceeded; try restarting transaction
after COMMIT: 90 100
END
