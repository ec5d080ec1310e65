"""Enrolling people, and their leaving. Nothing is deleted. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core import audit
from lms.core import db as database
from lms.core.clock import local_date
from lms.programme import events, mails
from lms.programme.errors import CohortArchived, PersonHasNoAccount
from lms.programme.models import Cohort, Enrolment

#: Lower bounds of the age groups that donors ask for.
_AGE_GROUPS = ((60, "60+"), (45, "45-59"), (30, "30-44"), (0, "18-29"))
#: People written by one round of statements.
_AT_ONCE = 500


def enrol(db: Session, cohort: Cohort, person: Person, *, now: dt.datetime) -> Enrolment:
    """Enrol a person, copying what reports group by on that day (architecture, decision 5).

    Raises PersonHasNoAccount for somebody suspended or anonymised.
    """
    if person.suspended_at or person.archived_at or person.anonymised_at:
        raise PersonHasNoAccount
    enrolment = Enrolment(cohort=cohort, person=person, enrolled_at=now, is_test=person.is_test)
    for name, value in _copied(person, now).items():
        setattr(enrolment, name, value)
    db.add(enrolment)
    db.flush()
    events.enrolled.send(enrolment, db=db, now=now)
    return enrolment


def _copied(person: Person, now: dt.datetime) -> dict[str, object]:
    """What an enrolment keeps of its person's place."""
    return {
        "organisation_id": person.organisation_id,
        "region_id": person.region_id,
        "level": person.level,
        "sex": person.sex,
        "age_group": age_group(person.birth_year, local_date(now)),
    }


def enrol_together(
    db: Session, cohort: Cohort, person_ids: Sequence[int], *, actor_id: int | None, now: dt.datetime
) -> list[int]:
    """Enrol these people; ids of the enrolments that were written.

    Whoever is enrolled already stays as they are: the same list sent twice, even at the same moment, enrols once.
    Raises CohortArchived.
    """
    if cohort.archived_at is not None:
        raise CohortArchived
    # Everybody walks through the people in one order: two lists sent at once never wait for each other.
    ids = sorted(set(person_ids))
    written: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        written += _enrol_some(db, cohort, ids[start : start + _AT_ONCE], now=now)
    if written:
        events.enrolled_together.send(cohort, enrolment_ids=written, db=db, now=now)
        audit.record(db, "programme.enrol", actor_id=actor_id, subject=cohort, now=now, enrolments=written)
    return written


def _enrol_some(db: Session, cohort: Cohort, ids: Sequence[int], *, now: dt.datetime) -> list[int]:
    people = db.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    new = [
        person.id
        for person in people
        if not (person.suspended_at or person.archived_at or person.anonymised_at or person.merged_into_id)
        and database.insert_if_absent(
            db, Enrolment, cohort_id=cohort.id, person_id=person.id, enrolled_at=now, is_test=person.is_test,
            **_copied(person, now),
        )
    ]  # fmt: skip
    query = sa.select(Enrolment.id).where(Enrolment.cohort_id == cohort.id, Enrolment.person_id.in_(new))
    return list(db.scalars(query.order_by(Enrolment.id)))


def tell_enrolled(db: Session, cohort: Cohort, enrolment_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Send a mail to those of them who have an address; how many."""
    query = (
        sa.select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.id.in_(enrolment_ids), Person.email.is_not(None))
        .order_by(Person.id)
    )
    people = db.scalars(query).all()
    for person in people:
        mails.send_enrolment(db, cohort, person, now=now)
    return len(people)


def end_enrolment(db: Session, enrolment: Enrolment, *, reason: str, actor_id: int | None, now: dt.datetime) -> None:
    """The person leaves the cohort; what was done stays. A second time changes nothing."""
    if enrolment.ended_at is None:
        enrolment.ended_at = now
        db.flush()
        audit.record(
            db, "programme.end-enrolment", actor_id=actor_id, subject=enrolment, reason=reason, now=now
        )  # fmt: skip


def take_back(db: Session, enrolment: Enrolment, *, actor_id: int | None, now: dt.datetime) -> None:
    """Take an enrolment up again. Raises PersonHasNoAccount for a closed account."""
    if enrolment.ended_at is None:
        return
    person = enrolment.person
    if person.suspended_at or person.archived_at or person.anonymised_at:
        raise PersonHasNoAccount
    enrolment.ended_at = None
    db.flush()
    audit.record(db, "programme.take-back-enrolment", actor_id=actor_id, subject=enrolment, now=now)


def choose(enrolment: Enrolment, *, now: dt.datetime) -> None:
    """Make this the one that the person works in, of several that run."""
    enrolment.chosen_at = now


def age_group(birth_year: int | None, on: dt.date) -> str | None:
    """The group of somebody born in ``birth_year``; None when the year is not given."""
    if birth_year is None:
        return None
    age = on.year - birth_year
    return next(name for lowest, name in _AGE_GROUPS if age >= lowest)
