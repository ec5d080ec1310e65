"""Enrolments keep the day's facts, are one per person and cohort, and are seen within a role."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.actor import Actor
from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme import queries, services
from lms.programme.models import Cohort, Enrolment
from tests.factories import CREATED, make_cohort, make_enrolment, make_person, organisation
from tests.parallel import at_once


def test_a_transfer_rewrites_no_enrolment(db: Any) -> None:
    """Architecture, decision 5."""
    enrolment = make_enrolment(db, make_person(db, sex="f", birth_year=1980))
    person, before = enrolment.person, enrolment.organisation_id
    person.organisation = organisation(db, "tourisme")
    person.sex, person.birth_year = "m", 1999
    database.commit()
    db.expire_all()
    assert (enrolment.organisation_id, enrolment.sex, enrolment.age_group) == (before, "f", "45-59")
    assert make_enrolment(db, person, make_cohort(db)).organisation_id != before


@pytest.mark.parametrize(
    ("year", "group"), [(None, None), (2008, "18-29"), (1997, "18-29"), (1996, "30-44"), (1966, "60+"), (1967, "45-59")]
)
def test_age_groups(year: int | None, group: str | None) -> None:
    assert services.age_group(year, dt.date(2026, 11, 23)) == group


def test_of_twenty_parallel_enrolments_one_is_kept(app: Flask, db: Any) -> None:
    cohort_id, person_id = make_cohort(db).id, make_person(db).id
    database.rollback()

    def enrol(db: Any) -> str:
        services.enrol(db, db.get_one(Cohort, cohort_id), db.get_one(Person, person_id), now=CREATED)
        return "enrolled"

    results = at_once(app, [enrol] * 20)
    assert results.count("enrolled") == 1
    assert sum(isinstance(result, IntegrityError) for result in results) == 19


def test_a_closed_account_is_not_enrolled(db: Any) -> None:
    person = make_person(db)
    account_services.suspend(db, person, actor_id=None, reason="left", now=CREATED)
    with pytest.raises(services.PersonHasNoAccount):
        services.enrol(db, make_cohort(db), person, now=CREATED)


def actor_of(db: Any, person: Person) -> Actor:
    token = account_services.open_sign_in(db, person, stay=False, device="", now=CREATED)
    found = accounts.load_actor(db, token, now=CREATED)
    assert found is not None
    return found[0]


def test_who_sees_which_enrolments(db: Any) -> None:
    trainer = make_person(db, "bilal", role=Role.TRAINER)
    taught, other = make_cohort(db, trainers=[trainer]), make_cohort(db)
    mine = make_enrolment(db, make_person(db, organisation_key="ofppt"), taught)
    theirs = make_enrolment(db, make_person(db, "driss", organisation_key="tourisme"), other)
    tried = make_enrolment(db, make_person(db, "test", is_test=True), taught)
    seen = {
        Role.ADMINISTRATOR: {mine.id, theirs.id},
        Role.MONITOR: {mine.id, theirs.id},
        Role.FOCAL_POINT: {theirs.id},
        Role.TRAINER: {mine.id},
        Role.LEARNER: set(),
    }
    for role, expected in seen.items():
        person = trainer if role is Role.TRAINER else make_person(db, str(role), role=role, organisation_key="tourisme")
        found = set(db.scalars(queries.enrolments_visible_to(actor_of(db, person)).with_only_columns(Enrolment.id)))
        assert found == expected, role
    assert tried.id not in set(db.scalars(sa.select(Enrolment.id).where(Enrolment.is_test.is_(False))))
    own = queries.enrolments_visible_to(actor_of(db, mine.person))
    assert [one.id for one in db.scalars(own)] == [mine.id]


def test_the_running_enrolment_is_the_chosen_else_the_newest(db: Any) -> None:
    person = make_person(db)
    first = make_enrolment(db, person, make_cohort(db))
    second = make_enrolment(db, person, make_cohort(db, starts_on=dt.date(2026, 11, 9)))
    make_enrolment(db, person, make_cohort(db, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 2, 1)))
    today = dt.date(2026, 11, 23)
    assert queries.running_enrolment(db, person.id, today=today) == second
    services.choose(first, now=CREATED)
    db.flush()
    assert queries.running_enrolment(db, person.id, today=today) == first
    assert list(queries.running_enrolments(db, person.id, today=today)) == [second, first]
    assert queries.running_enrolment(db, person.id, today=dt.date(2027, 3, 1)) == first
