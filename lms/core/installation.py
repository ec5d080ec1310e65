"""What this database is: a demo, which never becomes a real one, or the real programme's."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base


class Installation(Base):
    """One row, written when the database is first used."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_demo: Mapped[bool]
    created_at: Mapped[dt.datetime]


def of(db: Session) -> Installation | None:
    """The row, or None on a database that was never used."""
    return db.get(Installation, 1)


def mark(db: Session, *, is_demo: bool, now: dt.datetime) -> None:
    """Say once what this database is."""
    db.add(Installation(id=1, is_demo=is_demo, created_at=now))
    db.flush()
