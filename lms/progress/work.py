"""What cohorts ask of the ledger (``programme.work``): steps, shares, who is behind, where anything was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.programme.models import Cohort, Enrolment
from lms.programme.work import CohortWork, Steps
from lms.progress.models import LedgerEntry, ModuleProgress


def steps(db: Session, enrolment_ids: Sequence[int]) -> dict[int, Steps]:
    """Steps done and required of each enrolment, and its last act."""
    query = (
        sa.select(
            ModuleProgress.enrolment_id,
            sa.func.sum(ModuleProgress.done),
            sa.func.sum(ModuleProgress.required),
            sa.func.max(ModuleProgress.last_activity_at),
        )
        .where(ModuleProgress.enrolment_id.in_(enrolment_ids))
        .group_by(ModuleProgress.enrolment_id)
    )
    return {row[0]: Steps(int(row[1]), int(row[2]), row[3]) for row in db.execute(query)}


def is_behind(idle_since: dt.datetime) -> sa.ColumnElement[bool]:
    """Condition on enrolments: steps are missing, nothing was done since that moment, and both the enrolment and the
    first day of its cohort are older."""
    mine = ModuleProgress.enrolment_id == Enrolment.id
    last = sa.select(sa.func.max(ModuleProgress.last_activity_at)).where(mine).correlate(Enrolment).scalar_subquery()
    # A module without any step yet, being written, is never missing.
    is_open = ModuleProgress.done < ModuleProgress.required
    missing = sa.select(ModuleProgress.module).where(mine, is_open).correlate(Enrolment)
    starts_on = sa.select(Cohort.starts_on).where(Cohort.id == Enrolment.cohort_id).correlate(Enrolment)
    return sa.and_(
        Enrolment.ended_at.is_(None), missing.exists(), sa.func.coalesce(last, Enrolment.enrolled_at) < idle_since,
        starts_on.scalar_subquery() <= local_date(idle_since),
    )  # fmt: skip


def of_cohorts(db: Session, cohort_ids: Collection[int], *, idle_since: dt.datetime) -> dict[int, CohortWork]:
    """People who count in each cohort, the average of their shares, and how many are behind."""
    done = (
        sa.select(
            ModuleProgress.enrolment_id,
            (sa.func.sum(ModuleProgress.done) * 1.0 / sa.func.nullif(sa.func.sum(ModuleProgress.required), 0)).label(
                "share"
            ),
        )
        .join(Enrolment, Enrolment.id == ModuleProgress.enrolment_id)
        .where(Enrolment.cohort_id.in_(cohort_ids))
        .group_by(ModuleProgress.enrolment_id)
        .subquery()
    )
    query = (
        sa.select(
            Enrolment.cohort_id,
            sa.func.count(Enrolment.id),
            sa.func.avg(sa.func.coalesce(done.c.share, 0.0)),
            sa.func.sum(sa.case((is_behind(idle_since), 1), else_=0)),
        )
        .outerjoin(done, done.c.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id.in_(cohort_ids),
            Enrolment.ended_at.is_(None),
            Enrolment.merged_into_id.is_(None),
            Enrolment.is_test.is_(False),
        )
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: CohortWork(int(row[1]), float(row[2]), int(row[3])) for row in db.execute(query)}


def modules_with_entries(db: Session, cohort_id: int) -> set[str]:
    """Modules in which somebody of the cohort has done anything."""
    query = (
        sa.select(LedgerEntry.module)
        .join(Enrolment, Enrolment.id == LedgerEntry.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id)
        .distinct()
    )
    return set(db.scalars(query))


def with_entries(db: Session, enrolment_ids: Sequence[int]) -> set[int]:
    """Those of the enrolments that have done anything."""
    query = sa.select(LedgerEntry.enrolment_id).where(LedgerEntry.enrolment_id.in_(enrolment_ids)).distinct()
    return set(db.scalars(query))
