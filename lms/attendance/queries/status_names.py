"""SELECTs of the programme's own names of statuses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.attendance.models import StatusName


def every(db: Session) -> Sequence[StatusName]:
    """All of them in the order they were added, those that are retired too."""
    return db.scalars(sa.select(StatusName).order_by(StatusName.id)).all()


def one_or_none(db: Session, name_id: int, *, lock: bool = False) -> StatusName | None:
    query = sa.select(StatusName).where(StatusName.id == name_id).execution_options(populate_existing=True)
    return db.scalars(query.with_for_update() if lock else query).first()
