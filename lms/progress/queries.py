"""Every SELECT of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.progress.models import LedgerChange, LedgerEntry, ModuleProgress, ModuleStep


def entries(db: Session, enrolment_id: int) -> dict[str, LedgerEntry]:
    """Current entries of an enrolment by activity."""
    query = sa.select(LedgerEntry).where(LedgerEntry.enrolment_id == enrolment_id)
    return {entry.activity: entry for entry in db.scalars(query)}


def modules(db: Session, enrolment_id: int) -> dict[str, ModuleProgress]:
    """Where an enrolment stands, by module."""
    query = sa.select(ModuleProgress).where(ModuleProgress.enrolment_id == enrolment_id)
    return {row.module: row for row in db.scalars(query)}


def steps(db: Session, module: str) -> set[str]:
    """Activities that a module requires."""
    return set(db.scalars(sa.select(ModuleStep.activity).where(ModuleStep.module == module)))


def changes(db: Session, enrolment_ids: Sequence[int], *, limit: int) -> Sequence[LedgerChange]:
    """The newest changes of these enrolments, newest first."""
    query = (
        sa.select(LedgerChange)
        .where(LedgerChange.enrolment_id.in_(enrolment_ids))
        .order_by(LedgerChange.recorded_at.desc(), LedgerChange.id.desc())
        .limit(limit)
    )
    return db.scalars(query).all()
