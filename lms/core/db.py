"""The database: base of all models, types, and how a transaction starts on SQLite and PostgreSQL.

Writers on SQLite queue on a kernel lock before BEGIN IMMEDIATE, so that nobody polls; readers start a
deferred transaction and never wait. The mode is chosen before the first statement of a request.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

BUSY_TIMEOUT_MS = 5000
READ, WRITE = "DEFERRED", "IMMEDIATE"
#: A whole (1.0) as ``Fraction`` stores it.
ONE = 1_000_000
_begin_mode: ContextVar[str] = ContextVar("begin_mode", default=WRITE)
#: Whether this thread of work stands at the head of the queue of writers already.
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant, aware UTC on the way in and out. Naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Fraction(sa.types.TypeDecorator[Decimal]):
    """A share or mark, 0-1 with six decimals, stored as millionths: equal and summable on every database."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> int | None:
        return None if value is None else round(Decimal(str(value)) * ONE)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / ONE


class Base(DeclarativeBase):
    """Base of every model. Constraints get telling names, so that migrations can name them."""

    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            dt.datetime: UtcDateTime(),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)


def engine_options(url: str) -> dict[str, Any]:
    """How to connect: on PostgreSQL a lock is waited for as long as on SQLite, then the person is told."""
    if url.startswith("sqlite"):
        return {}
    return {"pool_pre_ping": True, "connect_args": {"options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"}}


def init_app(app: Flask, lock_path: Path) -> None:
    """Bind the engine of ``app``; on SQLite add PRAGMAs, transaction modes and the queue of writers."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine, lock_path)


def prepare_sqlite(engine: Engine, lock_path: Path) -> None:
    """Hook PRAGMAs, BEGIN modes and the writers' lock into one SQLite engine."""

    @event.listens_for(engine, "connect")
    def set_pragmas(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what a page called saved survives a power cut
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = _begin_mode.get()
        if mode == WRITE:
            if _is_writing.get():
                # Waiting for oneself would last for ever: end or commit the first transaction.
                raise RuntimeError("a second writing transaction inside the first")
            connection.info["writer_lock"] = _queue_for_writing(lock_path)
            _is_writing.set(True)
        connection.exec_driver_sql(f"BEGIN {mode}")

    @event.listens_for(engine, "checkin")
    def leave_queue(_dbapi_connection: Any, record: Any) -> None:
        descriptor = record.info.pop("writer_lock", None)
        if descriptor is not None:
            os.close(descriptor)
            _is_writing.set(False)


def _queue_for_writing(lock_path: Path) -> int:
    # A descriptor of its own for each acquisition: two threads that share one would both hold the lock.
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def session() -> Session:
    """The session of this request, command or job."""
    return db.session()


def use_mode(mode: str) -> None:
    """Choose how the next transaction of this context begins: ``READ`` or ``WRITE``."""
    _begin_mode.set(mode)


def begin_writing() -> None:
    """End the reading transaction of a request and make the next one a writing one.

    The guard calls it once it is known who asks; views marked ``@reads_first`` themselves, after slow work (hashing).
    Nothing may have been written before. On PostgreSQL one transaction is both: it goes on, and what was read is read
    again.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
    else:
        db.session.expire_all()
    use_mode(WRITE)


@contextlib.contextmanager
def short_write() -> Iterator[Session]:
    """A small writing transaction beside the request's own, committed on leaving."""
    before = _begin_mode.get()
    _begin_mode.set(WRITE)
    try:
        with Session(db.engine) as session, session.begin():
            yield session
    finally:
        _begin_mode.set(before)


def insert_if_absent(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one with its key is there; says whether it was written.

    Of two at the same moment one writes, the other waits for it and finds the row: no error, no second row.
    """
    dialect = session.get_bind().dialect.name
    return session.execute(_insert_if_absent(dialect, model), values).first() is not None


@lru_cache(maxsize=64)
def _insert_if_absent(dialect: str, model: type[Base]) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # What comes back, not a row count: PostgreSQL's driver gives none for this statement.
    return insert(sa.inspect(model).local_table).on_conflict_do_nothing().returning(sa.literal(1))  # type: ignore[arg-type]


def after_commit(action: Callable[[], None]) -> None:
    """Run ``action`` once the request's (or command's) transaction is committed."""
    _pending_actions().append(action)


def commit() -> None:
    """Commit the session, then run what waited for it. Errors of the commit reach the caller."""
    db.session.commit()
    actions = _pending_actions()
    while actions:
        actions.pop(0)()


def rollback() -> None:
    db.session.rollback()
    _pending_actions().clear()


def _pending_actions() -> list[Callable[[], None]]:
    holder: Any = g if has_request_context() else db.session().info
    if isinstance(holder, dict):
        actions: list[Callable[[], None]] = holder.setdefault("after_commit", [])
        return actions
    if "after_commit" not in g:
        g.after_commit = []
    pending: list[Callable[[], None]] = g.after_commit
    return pending
