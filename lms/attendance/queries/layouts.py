"""SELECTs of the layouts of sheets."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.attendance.models import CohortSheet, CohortSheetLogo


def sheet_or_none(db: Session, cohort_id: int) -> CohortSheet | None:
    """The layout of a cohort's own."""
    return db.get(CohortSheet, cohort_id)


def logos(db: Session, cohort_id: int) -> Sequence[CohortSheetLogo]:
    """Logos of a cohort's sheets with their pictures, in their order."""
    query = (
        sa.select(CohortSheetLogo)
        .options(joinedload(CohortSheetLogo.image))
        .where(CohortSheetLogo.cohort_id == cohort_id)
        .order_by(CohortSheetLogo.id)
    )
    return db.scalars(query).all()
