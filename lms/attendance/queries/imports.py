"""SELECTs of files of sessions and marks, and of what they are checked against."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import Person
from lms.attendance.models import (
    AttendanceFile,
    AttendanceImport,
    CheckIn,
    HalfDay,
    Mark,
    MarkChange,
    Meeting,
    ShortReport,
    WalkIn,
)
from lms.attendance.queries.meetings import cohorts_of
from lms.programme.models import Cohort, Enrolment


def _cohorts(actor: Actor) -> sa.Select[Cohort]:
    """Cohorts that somebody may bring files into: those of ``cohorts_of`` with sessions; none that is archived."""
    query = sa.select(Cohort).where(Cohort.archived_at.is_(None), Cohort.has_sessions.is_(True))
    return query.where(Cohort.id.in_(cohorts_of(actor)))


def cohort_or_none(db: Session, cohort_id: int, *, actor: Actor) -> Cohort | None:
    return db.scalars(_cohorts(actor).where(Cohort.id == cohort_id)).first()


def import_or_none(db: Session, import_id: int, *, actor: Actor) -> AttendanceImport | None:
    """A file of a cohort that somebody may bring files into."""
    ids = _cohorts(actor).with_only_columns(Cohort.id)
    query = (
        sa.select(AttendanceImport)
        .options(joinedload(AttendanceImport.cohort))
        .where(AttendanceImport.id == import_id, AttendanceImport.cohort_id.in_(ids))
    )
    return db.scalars(query).first()


def past(db: Session, cohort_id: int, *, limit: int = 50) -> Sequence[AttendanceImport]:
    """Files of a cohort, the newest first, each with who sent it."""
    query = (
        sa.select(AttendanceImport)
        .options(joinedload(AttendanceImport.made_by))
        .where(AttendanceImport.cohort_id == cohort_id)
        .order_by(AttendanceImport.id.desc())
        .limit(limit)
    )
    return db.scalars(query).all()


def people(db: Session, cohort_id: int) -> Sequence[Enrolment]:
    """Everybody of a cohort by French name, those who left too; never test accounts."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person), joinedload(Enrolment.organisation))
        .where(Enrolment.cohort_id == cohort_id, Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False))
        .order_by(Person.sort_fr, Enrolment.id)
    )
    return db.scalars(query).all()


def marks(db: Session, half_day_ids: Sequence[int]) -> dict[tuple[int, int], Mark]:
    """Marks of half-days by (half-day, enrolment)."""
    query = sa.select(Mark).options(joinedload(Mark.organisation)).where(Mark.half_day_id.in_(half_day_ids))
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def meetings_of(db: Session, import_id: int) -> Sequence[Meeting]:
    return db.scalars(sa.select(Meeting).where(Meeting.import_id == import_id).order_by(Meeting.id)).all()


def changes_of(db: Session, import_id: int) -> Sequence[MarkChange]:
    return db.scalars(sa.select(MarkChange).where(MarkChange.import_id == import_id).order_by(MarkChange.id)).all()


def last_changes(db: Session, half_day_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """The newest change of each mark of half-days, by (half-day, enrolment)."""
    query = (
        sa.select(MarkChange.half_day_id, MarkChange.enrolment_id, sa.func.max(MarkChange.id))
        .where(MarkChange.half_day_id.in_(half_day_ids))
        .group_by(MarkChange.half_day_id, MarkChange.enrolment_id)
    )
    return {(row[0], row[1]): row[2] for row in db.execute(query)}


def half_days(db: Session, ids: Sequence[int]) -> dict[int, HalfDay]:
    return {one.id: one for one in db.scalars(sa.select(HalfDay).where(HalfDay.id.in_(ids)))}


def is_used(db: Session, meeting: Meeting) -> bool:
    """Whether something hangs on the meeting that would go with it: a file, somebody noted by name, its report."""
    ids = [one.id for one in meeting.half_days]
    query = sa.or_(
        sa.exists().where(AttendanceFile.half_day_id.in_(ids)),
        sa.exists().where(WalkIn.half_day_id.in_(ids)),
        sa.exists().where(ShortReport.meeting_id == meeting.id),
    )
    return db.scalar(sa.select(query)) or False


def checked_in(db: Session, half_day_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(half-day, enrolment) of those who checked in by themselves and were not struck out."""
    query = sa.select(CheckIn.half_day_id, CheckIn.enrolment_id).where(
        CheckIn.half_day_id.in_(half_day_ids), CheckIn.struck_at.is_(None)
    )
    return {(row[0], row[1]) for row in db.execute(query)}
