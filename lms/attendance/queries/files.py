"""SELECTs of signed sheets and justifications. What is removed is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, undefer

from lms.accounts.actor import Actor
from lms.attendance.models import AttendanceFile, HalfDay, Meeting
from lms.attendance.queries.meeting_trainers import leads
from lms.attendance.queries.meetings import cohorts_of, visible_to
from lms.attendance.statuses import Mode
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import taught_now

_THERE = AttendanceFile.removed_at.is_(None)
_SCAN = AttendanceFile.enrolment_id.is_(None)


def scans_of(db: Session, half_day: HalfDay) -> Sequence[AttendanceFile]:
    """Signed sheets of the half-day's meeting and day, the oldest first, each with who added it."""
    query = (
        sa.select(AttendanceFile)
        .join(AttendanceFile.half_day)
        .options(joinedload(AttendanceFile.added_by))
        .where(_THERE, _SCAN, HalfDay.meeting_id == half_day.meeting_id, HalfDay.day == half_day.day)
        .order_by(AttendanceFile.id)
    )
    return db.scalars(query).all()


def justifications_of(db: Session, half_day_id: int, enrolment_id: int) -> Sequence[AttendanceFile]:
    """Justifications of one absence, the oldest first, each with who added it."""
    query = (
        sa.select(AttendanceFile)
        .options(joinedload(AttendanceFile.added_by))
        .where(_THERE, AttendanceFile.half_day_id == half_day_id, AttendanceFile.enrolment_id == enrolment_id)
        .order_by(AttendanceFile.id)
    )
    return db.scalars(query).all()


def justified(db: Session, half_day_id: int) -> set[int]:
    """Enrolments with a justification at a half-day."""
    query = sa.select(AttendanceFile.enrolment_id).where(_THERE, ~_SCAN, AttendanceFile.half_day_id == half_day_id)
    return {one for one in db.scalars(query) if one is not None}


def own_justifications(db: Session, enrolment_ids: Collection[int]) -> dict[tuple[int, int], list[AttendanceFile]]:
    """Justifications of enrolments by (half-day, enrolment), the oldest first."""
    query = (
        sa.select(AttendanceFile)
        .where(_THERE, AttendanceFile.enrolment_id.in_(enrolment_ids))
        .order_by(AttendanceFile.id)
    )
    found: dict[tuple[int, int], list[AttendanceFile]] = {}
    for one in db.scalars(query):
        if one.enrolment_id is not None:
            found.setdefault((one.half_day_id, one.enrolment_id), []).append(one)
    return found


def file_or_none(
    db: Session, file_id: int, *, actor: Actor, with_body: bool = False, fresh: bool = False
) -> AttendanceFile | None:
    """A file for monitoring, for a trainer of the cohort, and for the person whose absence it justifies.

    ``fresh``: as it is stored now, also where it was read before.
    """
    query = (
        sa.select(AttendanceFile)
        .join(AttendanceFile.half_day)
        .join(HalfDay.meeting)
        .outerjoin(AttendanceFile.enrolment)
        .options(contains_eager(AttendanceFile.half_day).contains_eager(HalfDay.meeting).joinedload(Meeting.cohort))
        .options(contains_eager(AttendanceFile.enrolment))
        .where(AttendanceFile.id == file_id, _THERE)
    )
    query = query.where(sa.or_(Enrolment.person_id == actor.person_id, Meeting.cohort_id.in_(cohorts_of(actor))))
    if with_body:
        query = query.options(undefer(AttendanceFile.body))
    if fresh:
        query = query.execution_options(populate_existing=True)
    return db.scalars(query).first()


def same_or_none(db: Session, half_day: HalfDay, enrolment_id: int | None, sha256: str) -> AttendanceFile | None:
    """The file with these bytes that is attached already."""
    beside = scans_of(db, half_day) if enrolment_id is None else justifications_of(db, half_day.id, enrolment_id)
    return next((one for one in beside if one.sha256 == sha256), None)


def _lacks_scan() -> sa.ColumnElement[bool]:
    """Condition on half-days with their meetings: closed, held in a room, no signed sheet of their day attached."""
    beside = aliased(HalfDay)
    return sa.and_(
        HalfDay.closed_at.is_not(None),
        Meeting.mode != Mode.ONLINE.value,
        ~sa.exists().where(
            AttendanceFile.half_day_id == beside.id, _THERE, _SCAN, beside.meeting_id == HalfDay.meeting_id,
            beside.day == HalfDay.day,
        ),
    )  # fmt: skip


def lacking_scan(db: Session, half_days: Sequence[HalfDay]) -> set[int]:
    """Those of them that are closed and whose signed sheet is not attached."""
    query = (
        sa.select(HalfDay.id).join(HalfDay.meeting).where(HalfDay.id.in_([one.id for one in half_days]), _lacks_scan())
    )
    return set(db.scalars(query))


def count_lacking(db: Session, actor: Actor, *, since: dt.date) -> int:
    """Days of meetings that somebody may open, closed from ``since`` on, whose signed sheet is not attached."""
    days = visible_to(actor).where(_lacks_scan(), HalfDay.day >= since).with_only_columns(
        HalfDay.meeting_id, HalfDay.day
    )  # fmt: skip
    return db.scalar(sa.select(sa.func.count()).select_from(days.distinct().subquery())) or 0


def days_lacking(db: Session, trainer_id: int, *, since: dt.date) -> list[HalfDay]:
    """A half-day of each day, closed from ``since`` on, whose signed sheet a trainer still has to attach."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .where(Meeting.cohort_id.in_(taught_now(trainer_id)), leads(trainer_id), HalfDay.day >= since, _lacks_scan())
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return list({(one.meeting_id, one.day): one for one in reversed(db.scalars(query).all())}.values())[::-1]


def data_of(db: Session, person_id: int) -> Sequence[tuple[AttendanceFile, dt.date]]:
    """Justifications of a person with the day of the half-day, the oldest first; removed ones too."""
    query = (
        sa.select(AttendanceFile, HalfDay.day)
        .join(HalfDay, HalfDay.id == AttendanceFile.half_day_id)
        .join(Enrolment, Enrolment.id == AttendanceFile.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(AttendanceFile.id)
    )
    return list(db.execute(query))
