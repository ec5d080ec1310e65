"""SELECTs of what people reported about their attendance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.attendance.models import ErrorReport, HalfDay, Meeting
from lms.attendance.queries.meetings import cohorts_of
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment

#: Condition: nobody has answered it.
WAITS = ErrorReport.answered_at.is_(None)


def own_enrolment(db: Session, person_id: int, half_day_id: int, *, lock: bool = False) -> Enrolment | None:
    """Somebody's enrolment in the cohort of a half-day that was held; ``lock``: holds the half-day until the commit."""
    query = (
        sa.select(Enrolment, HalfDay)
        .join(Meeting, Meeting.cohort_id == Enrolment.cohort_id)
        .join(HalfDay, HalfDay.meeting_id == Meeting.id)
        .where(
            HalfDay.id == half_day_id, HalfDay.first_closed_at.is_not(None), HalfDay.cancelled_at.is_(None),
            Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False),
        )
    )  # fmt: skip
    row = db.execute(query.with_for_update(of=HalfDay) if lock else query).first()
    return row[0] if row is not None else None


def open_of(db: Session, half_day_id: int, enrolment_id: int) -> ErrorReport | None:
    """The report that waits for one person at one half-day."""
    query = sa.select(ErrorReport).where(
        ErrorReport.half_day_id == half_day_id,
        ErrorReport.enrolment_id == enrolment_id,
        WAITS,
    )
    return db.scalars(query).first()


def waiting_at(db: Session, half_day_id: int) -> Sequence[ErrorReport]:
    """All that wait at one half-day, the oldest first."""
    query = (
        sa.select(ErrorReport)
        .join(ErrorReport.enrolment)
        .where(
            ErrorReport.half_day_id == half_day_id, WAITS, Enrolment.merged_into_id.is_(None)
        )
        .order_by(ErrorReport.id)
    )  # fmt: skip
    return db.scalars(query).all()


def beside(db: Session, report: ErrorReport) -> Sequence[ErrorReport]:
    """What the same person said of the same half-day from another account, before the two became one; it waits too."""
    query = (
        sa.select(ErrorReport)
        .join(ErrorReport.enrolment)
        .where(
            ErrorReport.half_day_id == report.half_day_id, WAITS,
            Enrolment.merged_into_id == report.enrolment_id,
        )
        .order_by(ErrorReport.id)
    )  # fmt: skip
    return db.scalars(query).all()


def last_of(db: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], ErrorReport]:
    """The newest report of each (half-day, enrolment)."""
    query = sa.select(ErrorReport).where(ErrorReport.enrolment_id.in_(enrolment_ids)).order_by(ErrorReport.id)
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def visible_to(actor: Actor) -> sa.Select[ErrorReport]:
    """Reports that somebody may decide on: monitoring all, trainers those of their cohorts, nobody their own."""
    return (
        sa.select(ErrorReport)
        .join(ErrorReport.half_day)
        .join(HalfDay.meeting)
        .join(ErrorReport.enrolment)
        .options(
            contains_eager(ErrorReport.half_day).contains_eager(HalfDay.meeting).joinedload(Meeting.cohort),
            contains_eager(ErrorReport.enrolment).joinedload(Enrolment.person),
        )
        .where(Meeting.cohort_id.in_(cohorts_of(actor)), Enrolment.person_id != actor.person_id)
        .where(Enrolment.merged_into_id.is_(None))
    )


def page(db: Session, actor: Actor, *, is_open: bool, page: int) -> tuple[Sequence[ErrorReport], int]:
    """Those that wait, the oldest first, or those that were answered, the newest first; and how many there are."""
    query = visible_to(actor).where(WAITS if is_open else ~WAITS)
    total = db.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(ErrorReport.id).subquery())) or 0
    order = [ErrorReport.id] if is_open else [ErrorReport.answered_at.desc(), ErrorReport.id.desc()]
    found = query.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return db.scalars(found).all(), total


def one_or_none(db: Session, report_id: int, *, actor: Actor) -> ErrorReport | None:
    """A report, for somebody who may decide on it."""
    query = visible_to(actor).options(joinedload(ErrorReport.answered_by)).where(ErrorReport.id == report_id)
    return db.scalars(query).first()


def waiting(db: Session, actor: Actor, *, closed_before: dt.datetime) -> tuple[int, int]:
    """How many reports wait for the trainer, and how many for monitoring because they are later than a trainer may.

    Of a trainer those of cohorts held now; monitoring counts all.
    """
    is_late = HalfDay.first_closed_at < closed_before
    query = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((is_late, 1), else_=0)), 0))
        .select_from(ErrorReport)
        .join(ErrorReport.half_day)
        .join(HalfDay.meeting)
        .join(ErrorReport.enrolment)
        .where(WAITS, Enrolment.merged_into_id.is_(None))
        .where(Enrolment.person_id != actor.person_id)
    )
    total, late = db.execute(query.where(Meeting.cohort_id.in_(cohorts_of(actor)))).one()
    return total - late, late


def data_of(db: Session, person_id: int) -> Sequence[tuple[ErrorReport, dt.date]]:
    """Every report of a person with the day of the half-day, the oldest first."""
    query = (
        sa.select(ErrorReport, HalfDay.day)
        .join(HalfDay, HalfDay.id == ErrorReport.half_day_id)
        .join(Enrolment, Enrolment.id == ErrorReport.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(ErrorReport.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]
