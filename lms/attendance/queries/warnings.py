"""SELECTs for messages about absences, and for reminders of half-days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.models import Organisation, Person, RoleGrant
from lms.attendance.models import AbsenceWarning, GroupMember, HalfDay, Mark, Meeting
from lms.attendance.statuses import Status
from lms.core.access import Role
from lms.core.mail import ReminderSent
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import is_open, is_present


@dataclass(frozen=True)
class Absent:
    """Somebody who was absent without excuse, with the organisation of that day."""

    enrolment: Enrolment
    organisation: Organisation | None


def lock(db: Session, half_day_id: int) -> HalfDay | None:
    """A half-day with its meeting, held until the commit."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .options(contains_eager(HalfDay.meeting).joinedload(Meeting.cohort))
        .where(HalfDay.id == half_day_id)
    )
    return db.scalars(query.with_for_update(of=HalfDay)).first()


def absent(db: Session, half_day_id: int) -> list[Absent]:
    """Who was absent without excuse and may be told: enrolled still, with an account that is open."""
    query = (
        sa.select(Enrolment, Organisation)
        .join(Mark, Mark.enrolment_id == Enrolment.id)
        .join(Enrolment.person)
        .outerjoin(Organisation, Organisation.id == Mark.organisation_id)
        .options(contains_eager(Enrolment.person))
        .where(Mark.half_day_id == half_day_id, Mark.status == Status.ABSENT, is_present(), *is_open())
        .order_by(Person.sort_fr, Enrolment.id)
    )
    return [Absent(row[0], row[1]) for row in db.execute(query)]


def told_at(db: Session, half_day_id: int, kinds: Collection[str]) -> Sequence[AbsenceWarning]:
    """What was said of a half-day."""
    query = sa.select(AbsenceWarning).where(AbsenceWarning.half_day_id == half_day_id, AbsenceWarning.kind.in_(kinds))
    return db.scalars(query).all()


def told_of(db: Session, enrolment_ids: Collection[int], kind: str) -> dict[int, AbsenceWarning]:
    """What was said once of enrolments, by enrolment."""
    query = sa.select(AbsenceWarning).where(AbsenceWarning.enrolment_id.in_(enrolment_ids), AbsenceWarning.kind == kind)
    return {one.enrolment_id: one for one in db.scalars(query)}


def reachable(db: Session, cohort_id: int) -> Sequence[Enrolment]:
    """Who takes part in a cohort and may be told."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.cohort_id == cohort_id, is_present(), *is_open())
        .order_by(Enrolment.id)
    )
    return db.scalars(query).all()


def focal_points(db: Session, organisation_ids: Collection[int]) -> dict[int, list[Person]]:
    """Focal points with an open account, by organisation they cover."""
    query = (
        sa.select(RoleGrant.organisation_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.FOCAL_POINT, RoleGrant.organisation_id.in_(organisation_ids), *is_open())
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = {}
    for organisation_id, person in db.execute(query):
        if organisation_id is not None:
            found.setdefault(organisation_id, []).append(person)
    return found


def _of_running_cohorts() -> sa.Select[HalfDay]:
    return (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .join(Meeting.cohort)
        .options(contains_eager(HalfDay.meeting).contains_eager(Meeting.cohort))
        .where(HalfDay.cancelled_at.is_(None), Cohort.archived_at.is_(None))
        .order_by(HalfDay.day, HalfDay.starts)
    )


def unclosed(db: Session, *, since: dt.date, before: dt.date) -> Sequence[HalfDay]:
    """Half-days between two days, the second left out, that nobody closed."""
    query = _of_running_cohorts().where(HalfDay.first_closed_at.is_(None), HalfDay.day >= since, HalfDay.day < before)
    return db.scalars(query).all()


def coming(db: Session, *, after: dt.date, until: dt.date) -> Sequence[HalfDay]:
    """Half-days after one day, until another."""
    query = _of_running_cohorts().where(HalfDay.closed_at.is_(None), HalfDay.day > after, HalfDay.day <= until)
    return db.scalars(query).all()


def reminded(db: Session, occasion: str, *, since: dt.datetime) -> set[int]:
    """Ids of the people to whom a reminder went since a moment."""
    query = sa.select(ReminderSent.person_id).where(ReminderSent.occasion == occasion, ReminderSent.sent_at >= since)
    return set(db.scalars(query))


def participants(db: Session, cohort_ids: Collection[int]) -> Sequence[tuple[int, int | None, Person]]:
    """(cohort, group, person) of everybody who takes part; asks nothing for none."""
    if not cohort_ids:
        return []
    query = (
        sa.select(Enrolment.cohort_id, GroupMember.group_id, Person)
        .join(Enrolment.person)
        .outerjoin(GroupMember, GroupMember.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id.in_(cohort_ids), is_present())
    )
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def data_of(db: Session, person_id: int) -> Sequence[tuple[AbsenceWarning, dt.date]]:
    """What was told of a person's absences, the oldest first."""
    query = (
        sa.select(AbsenceWarning, HalfDay.day)
        .join(HalfDay, HalfDay.id == AbsenceWarning.half_day_id)
        .join(Enrolment, Enrolment.id == AbsenceWarning.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(AbsenceWarning.warned_at, AbsenceWarning.half_day_id, AbsenceWarning.kind)
    )
    return [(row[0], row[1]) for row in db.execute(query)]
