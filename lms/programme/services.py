"""Making cohorts and enrolling people. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.errors import DomainError
from lms.programme import events
from lms.programme.models import DEFAULT_PASS_PERCENT, Cohort, CohortModule, CohortTrainer, Enrolment

#: Lower bounds of the age groups that donors ask for.
_AGE_GROUPS = ((60, "60+"), (45, "45-59"), (30, "30-44"), (0, "18-29"))


class PersonHasNoAccount(DomainError):
    """Raised for people who were suspended or whose data was wiped."""


def create_cohort(
    db: Session,
    *,
    name: Bilingual,
    starts_on: dt.date,
    ends_on: dt.date,
    modules: Sequence[str],
    has_sessions: bool = True,
    pass_percent: int = DEFAULT_PASS_PERCENT,
    modules_in_order: bool = True,
    trainers: Sequence[Person] = (),
    now: dt.datetime,
    actor_id: int | None = None,
) -> Cohort:
    """A cohort that takes ``modules`` (slugs) in their order, with its trainers."""
    cohort = Cohort(
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        has_sessions=has_sessions,
        pass_percent=pass_percent,
        modules_in_order=modules_in_order,
        modules=[CohortModule(module=slug, position=place) for place, slug in enumerate(modules)],
    )
    db.add(cohort)
    db.flush()
    db.add_all(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id) for trainer in trainers)
    audit.record(db, "programme.create-cohort", actor_id=actor_id, subject=cohort, now=now)
    return cohort


def enrol(db: Session, cohort: Cohort, person: Person, *, now: dt.datetime) -> Enrolment:
    """Enrol a person, copying what reports group by on that day (architecture, decision 5).

    Raises PersonHasNoAccount for somebody suspended or anonymised.
    """
    if person.suspended_at or person.anonymised_at:
        raise PersonHasNoAccount(_l("This account is closed: nobody can be enrolled with it."))
    enrolment = Enrolment(
        cohort=cohort,
        person=person,
        enrolled_at=now,
        organisation_id=person.organisation_id,
        region_id=person.region_id,
        level=person.level,
        sex=person.sex,
        age_group=age_group(person.birth_year, local_date(now)),
        is_test=person.is_test,
    )
    db.add(enrolment)
    db.flush()
    events.enrolled.send(enrolment, db=db, now=now)
    return enrolment


def choose(enrolment: Enrolment, *, now: dt.datetime) -> None:
    """Make this the one that the person works in, of several that run."""
    enrolment.chosen_at = now


def age_group(birth_year: int | None, on: dt.date) -> str | None:
    """The group of somebody born in ``birth_year``; None when the year is not given."""
    if birth_year is None:
        return None
    age = on.year - birth_year
    return next(name for lowest, name in _AGE_GROUPS if age >= lowest)
