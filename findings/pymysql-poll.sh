#!/usr/bin/env bash
# PyMySQL: a loop that polls a table sees the state of its first SELECT for ever.
#
# Expected: each SELECT outside of a transaction sees what is committed. The loop
# that looks for changed rows, to invalidate a cache, never began one.
#
# Instead: autocommit is off by default (as the DB API has it), so the first
# SELECT begins a transaction that nothing ends, and in REPEATABLE READ, the
# server's default, its snapshot stays. No error, no change, ever; and the server
# keeps all old row versions meanwhile. autocommit=True or a commit() after each
# round mends it. With psycopg, under READ COMMITTED, the same loop sees changes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi PyMySQL==1.2.4
mariadb "${port:=$(free_port)}"
observe python - "$port" <<'PY'
import sys
import pymysql

connect = lambda **options: pymysql.connect(
    host="127.0.0.1", port=int(sys.argv[1]), user="root", database="test", **options)
writer = connect(autocommit=True)
print("PyMySQL", pymysql.VERSION_STRING, "- MariaDB", writer.get_server_info().removeprefix("5.5.5-").split("-")[0])
writer.cursor().execute("CREATE TABLE prices (id int PRIMARY KEY, price int) ENGINE = InnoDB")
for name, options, ends in [("by default", {}, False), ("with a commit() after each", {}, True),
                            ("autocommit=True", {"autocommit": True}, False)]:
    writer.cursor().execute("REPLACE INTO prices VALUES (1, 1)")
    reader = connect(**options)
    seen = []
    for price in [2, 3, 4]:
        cursor = reader.cursor()
        cursor.execute("SELECT price FROM prices")
        seen.append(str(cursor.fetchone()[0]))
        if ends:
            reader.commit()
        writer.cursor().execute("UPDATE prices SET price = %s", (price,))
    print(f"{name}: the prices 1, 2, 3 were there in turn; read: {', '.join(seen)}")
PY
expect <<'END'
PyMySQL 1.2.4 - MariaDB 10.11.19
by default: the prices 1, 2, 3 were there in turn; read: 1, 1, 1
with a commit() after each: the prices 1, 2, 3 were there in turn; read: 1, 2, 3
autocommit=True: the prices 1, 2, 3 were there in turn; read: 1, 2, 3
END
