"""Every SELECT of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.progress import activities
from lms.progress.models import LedgerChange, LedgerEntry, ModuleProgress, ModuleStep


def entries(db: Session, enrolment_id: int) -> dict[str, LedgerEntry]:
    """Current entries of an enrolment by activity."""
    query = sa.select(LedgerEntry).where(LedgerEntry.enrolment_id == enrolment_id)
    return {entry.activity: entry for entry in db.scalars(query)}


def attended(db: Session, enrolment_ids: Sequence[int]) -> set[tuple[int, str]]:
    """(enrolment, activity) of the half-days that count as attended."""
    query = sa.select(LedgerEntry.enrolment_id, LedgerEntry.activity).where(
        LedgerEntry.enrolment_id.in_(enrolment_ids), LedgerEntry.activity.startswith(activities.HALF_DAYS),
        LedgerEntry.share == 1,
    )  # fmt: skip
    return {(row[0], row[1]) for row in db.execute(query)}


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
