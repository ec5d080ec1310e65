"""Putting things away and bringing them back: nothing is deleted outright."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from lms.core import audit
from lms.programme.errors import TooLateToRestore

RESTORE_WITHIN = dt.timedelta(days=30)


def archive(db: Session, row: Any, action: str, *, actor_id: int | None, now: dt.datetime) -> None:
    """Put a row away; a second time changes nothing."""
    if row.archived_at is None:
        row.archived_at = now
        db.flush()
        audit.record(db, action, actor_id=actor_id, subject=row, now=now)


def restore(db: Session, row: Any, action: str, *, actor_id: int | None, now: dt.datetime) -> None:
    """Bring a row back. Raises TooLateToRestore after 30 days."""
    if row.archived_at is None:
        return
    if now - row.archived_at > RESTORE_WITHIN:
        raise TooLateToRestore
    row.archived_at = None
    db.flush()
    audit.record(db, action, actor_id=actor_id, subject=row, now=now)
