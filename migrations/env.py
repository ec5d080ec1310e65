"""How a migration runs: on an engine of its own.

SQLite: foreign keys off (a batch ALTER of a parent would delete the children by CASCADE), a real BEGIN, so that a
step that fails half-way leaves the tables as they were, and a check of all keys before the commit.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from lms import models as _tables  # noqa: F401 - fills the metadata
from lms.core.db import Base

url: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
is_sqlite = url.startswith("sqlite")
engine = sa.create_engine(url, poolclass=sa.pool.NullPool)

if is_sqlite:

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA busy_timeout=5000")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def as_plain_type(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Migrations name plain column types, so that they outlive the classes of the code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def check_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration leaves broken keys: {broken[:3]}")


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=as_plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite:
            check_keys(connection)
engine.dispose()
