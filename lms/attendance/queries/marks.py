"""SELECTs of the people of a half-day, their marks, and what changed in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Organisation, Person
from lms.attendance.models import HalfDay, Mark, MarkChange, Meeting
from lms.programme import queries as programme
from lms.programme.models import Cohort, Enrolment


@dataclass(frozen=True)
class Row:
    """One person of a half-day's list."""

    #: Place in the list by French name, the same on paper whatever the language.
    number: int
    enrolment: Enrolment
    mark: Mark | None

    @property
    def organisation(self) -> Organisation | None:
        """That of the day once somebody is marked, else that of the enrolment."""
        return self.mark.organisation if self.mark is not None else self.enrolment.organisation


def _on_the_list(half_day: HalfDay, cohort_id: int) -> sa.ColumnElement[bool]:
    """Condition on enrolments, joined with their marks of the half-day: who belongs on its list.

    Those of the cohort who had not left before its end, and whoever was marked before leaving; never test accounts.
    """
    ends = half_day.ends_at
    return sa.and_(
        Enrolment.cohort_id == cohort_id,
        Enrolment.merged_into_id.is_(None),
        Enrolment.is_test.is_(False),
        sa.or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > ends, Mark.enrolment_id.is_not(None)),
    )


def is_on_the_list(enrolment: Enrolment, half_day: HalfDay, mark: Mark | None) -> bool:
    """The same of somebody of the cohort who is read already, neither a test account nor merged."""
    return enrolment.ended_at is None or enrolment.ended_at > half_day.ends_at or mark is not None


def rows(db: Session, half_day: HalfDay) -> list[Row]:
    """The people of a half-day by name, each with the mark, in one statement."""
    query = (
        sa.select(Enrolment, Mark)
        .join(Enrolment.person)
        .outerjoin(Mark, sa.and_(Mark.enrolment_id == Enrolment.id, Mark.half_day_id == half_day.id))
        .options(contains_eager(Enrolment.person), joinedload(Enrolment.organisation), joinedload(Mark.organisation))
        .where(_on_the_list(half_day, half_day.meeting.cohort_id))
        .order_by(Person.sort_fr, Enrolment.id)
    )
    return [Row(number, *found) for number, found in enumerate(db.execute(query), 1)]


def enrolled(db: Session, cohort_id: int) -> Sequence[Enrolment]:
    """Who takes part in a cohort, each with the person."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.cohort_id == cohort_id, programme.is_present())
        .order_by(Enrolment.id)
    )
    return db.scalars(query).all()


def row_or_none(db: Session, half_day: HalfDay, enrolment_id: int) -> Row | None:
    """One person of the list."""
    return next((one for one in rows(db, half_day) if one.enrolment.id == enrolment_id), None)


def changes(db: Session, half_day_id: int, *, enrolment_id: int | None = None) -> Sequence[MarkChange]:
    """What was changed on a half-day, the newest first, each with who did it."""
    query = (
        sa.select(MarkChange)
        .options(joinedload(MarkChange.changed_by))
        .where(
            MarkChange.half_day_id == half_day_id,
            *([MarkChange.enrolment_id == enrolment_id] if enrolment_id is not None else []),
        )
        .order_by(MarkChange.id.desc())
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Count:
    """How far a half-day's list is."""

    people: int = 0
    marked: int = 0
    attended: int = 0


def counts(db: Session, half_days: Sequence[HalfDay]) -> dict[int, Count]:
    """People of each half-day's cohort and how many are marked, in two statements."""
    people = programme.people_counts(db, {one.meeting.cohort_id for one in half_days})
    by_id = {one.id: one for one in half_days}
    marks = db.scalars(sa.select(Mark).where(Mark.half_day_id.in_(by_id))).all()
    found = {}
    for one in half_days:
        own = [mark for mark in marks if mark.half_day_id == one.id]
        attended = sum(mark.is_attended for mark in own)
        found[one.id] = Count(max(people.get(one.meeting.cohort_id, 0), len(own)), len(own), attended)
    return found


def has_marks(db: Session, half_day_id: int) -> bool:
    return db.scalar(sa.select(sa.exists().where(Mark.half_day_id == half_day_id))) or False


def of_person(db: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], Mark]:
    """Marks of enrolments by (half-day, enrolment)."""
    query = sa.select(Mark).where(Mark.enrolment_id.in_(enrolment_ids))
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def corrections_of(db: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], MarkChange]:
    """The last correction of each mark by (half-day, enrolment)."""
    query = (
        sa.select(MarkChange)
        .where(MarkChange.enrolment_id.in_(enrolment_ids), MarkChange.reason != "")
        .order_by(MarkChange.id)
    )
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def enrolments_of(db: Session, person_id: int) -> Sequence[Enrolment]:
    """Enrolments of a person in cohorts with half-days, the newest first."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort))
        .where(
            Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None),
            sa.exists().where(Meeting.cohort_id == Enrolment.cohort_id),
        )
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    )  # fmt: skip
    return db.scalars(query).all()


def data_of(db: Session, person_id: int) -> Sequence[tuple[Mark, HalfDay, Meeting]]:
    """All marks of a person, the oldest first."""
    query = (
        sa.select(Mark, HalfDay, Meeting)
        .join(HalfDay, HalfDay.id == Mark.half_day_id)
        .join(Meeting, Meeting.id == HalfDay.meeting_id)
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return list(db.execute(query))


def changes_of_person(db: Session, person_id: int) -> Sequence[tuple[MarkChange, dt.date]]:
    """Every change of a person's marks with the day of the half-day, the oldest first."""
    query = (
        sa.select(MarkChange, HalfDay.day)
        .join(HalfDay, HalfDay.id == MarkChange.half_day_id)
        .join(Enrolment, Enrolment.id == MarkChange.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(MarkChange.id)
    )
    return list(db.execute(query))
