#!/usr/bin/env bash
# SQLAlchemy: a query sends its SELECT, finds the row by its new value, and
# returns the object with the old one.
#
# Expected: session.get() may answer from the identity map; a query that goes to
# the database returns what the database has.
#
# Instead: for a row whose object the session holds, the columns that came are
# thrown away. "WHERE name = 'new'" returns an object whose name is "old". A long
# session (a worker, a notebook) sees changes in the filter, never in the
# objects, until commit, rollback, refresh, or populate_existing.
#
# Source: the documentation of populate_existing.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
pypi SQLAlchemy==2.1.9
observe python - "$room/db" <<'PY'
import sys
import sqlalchemy
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

engine = create_engine(f"sqlite:///{sys.argv[1]}", isolation_level="AUTOCOMMIT")
Base.metadata.create_all(engine)
statements = []
event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

def show(what, names):
    print(f"{what}: {', '.join(names)}; {len(statements)} statements")
    statements.clear()

print("SQLAlchemy", sqlalchemy.__version__)
with Session(engine) as session:
    session.add(User(id=1, name="old"))
    session.commit()
with Session(engine) as session:
    users = session.scalars(select(User)).all()
    with engine.connect() as other:
        other.execute(text("UPDATE users SET name = 'new'"))
    statements.clear()
    renamed = select(User).where(User.name == "new")
    show("session.get", [session.get(User, 1).name])
    show("select(User) where name is new", [user.name for user in session.scalars(renamed)])
    show("select(User.name)", session.scalars(select(User.name)))
    fresh = renamed.execution_options(populate_existing=True)
    show("with populate_existing", [user.name for user in session.scalars(fresh)])
PY
expect <<'END'
SQLAlchemy 2.1.9
session.get: old; 0 statements
select(User) where name is new: old; 1 statements
select(User.name): new; 1 statements
with populate_existing: new; 1 statements
END
