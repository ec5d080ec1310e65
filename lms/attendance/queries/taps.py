"""SELECTs of what came from devices, and of what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.attendance.models import LastTap, MarkChange


def last_of(db: Session, half_day_id: int, device: str) -> dict[int, LastTap]:
    """How far a device got at a half-day, by enrolment."""
    query = sa.select(LastTap).where(LastTap.half_day_id == half_day_id, LastTap.device == device)
    return {one.enrolment_id: one for one in db.scalars(query)}


def last_changes(db: Session, half_day_id: int, *, after: int) -> Sequence[MarkChange]:
    """The last change of each mark of a half-day among those younger than ``after``, each with who did it."""
    newest = (
        sa.select(sa.func.max(MarkChange.id))
        .where(MarkChange.half_day_id == half_day_id, MarkChange.id > after)
        .group_by(MarkChange.enrolment_id)
    )
    query = (
        sa.select(MarkChange)
        .options(joinedload(MarkChange.changed_by))
        .where(MarkChange.id.in_(newest))
        .order_by(MarkChange.id)
    )
    return db.scalars(query).all()


def cursor(db: Session, half_day_id: int) -> int:
    """Number of the youngest change of a half-day's marks; 0: there is none."""
    return db.scalar(sa.select(sa.func.max(MarkChange.id)).where(MarkChange.half_day_id == half_day_id)) or 0
