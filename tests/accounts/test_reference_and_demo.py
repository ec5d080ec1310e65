"""Organisations and regions come in once; the demo is the same at every run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import start
from lms.accounts import queries, reference
from lms.accounts.models import Organisation, Person
from lms.certificates.models import Certificate
from lms.core import db as database
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.models import Attempt


def test_nine_organisations_and_twelve_regions(db: Any) -> None:
    reference.seed(db)
    assert [row.key for row in queries.organisations(db)] == [
        "dfp", "ofppt", "agriculture", "peche", "artisanat", "tourisme", "jeunesse", "entraide_nationale", "anlca",
    ]  # fmt: skip
    assert len(queries.regions(db)) == 12
    for row in [*queries.organisations(db), *queries.regions(db)]:
        assert row.name.ar
        assert row.name.fr


def test_seeding_again_keeps_what_was_changed(db: Any) -> None:
    reference.seed(db)
    changed = queries.organisation_by_key(db, "ofppt")
    assert changed is not None
    changed.position = 99
    db.flush()
    reference.seed(db)
    assert len(queries.organisations(db)) == 9
    assert db.scalars(sa.select(Organisation.position).where(Organisation.key == "ofppt")).one() == 99


@pytest.fixture
def demo(app: Flask, db: Any, on_monday: dt.datetime) -> list[str]:
    return start.prepare(app, is_demo=True)


def picture(db: Any) -> list[Any]:
    """What the demo shows, without ids, secrets and hashes."""
    people = sa.select(Person.email, Person.sort_fr, Person.sort_ar, Person.level, Person.sex).order_by(Person.id)
    attempts = sa.select(Attempt.score, Attempt.submitted_at).order_by(Attempt.id)
    certificates = sa.select(Certificate.serial, Certificate.issued_at).order_by(Certificate.id)
    return [tuple(row) for query in (people, attempts, certificates) for row in db.execute(query)]


def test_the_demo_shows_a_programme_at_work(db: Any, demo: list[str], on_monday: dt.datetime) -> None:
    assert demo[-1].startswith("Password: ")
    learners = db.scalar(sa.select(sa.func.count(sa.distinct(Enrolment.person_id))))
    assert learners >= 60
    today = on_monday.date()
    ends = db.scalars(sa.select(Cohort.ends_on).order_by(Cohort.ends_on)).all()
    assert ends[0] < today < ends[-1]
    regions = set(db.scalars(sa.select(Enrolment.region_id)))
    assert len(regions - {None}) == 12
    assert len(set(db.scalars(sa.select(Enrolment.organisation_id)))) == 9
    assert db.scalar(sa.select(sa.func.count(Certificate.id))) >= 20
    assert all(person.name.ar and person.name.fr for person in db.scalars(sa.select(Person)))


def test_a_second_start_adds_nothing(app: Flask, db: Any, demo: list[str]) -> None:
    before = picture(db)
    start.prepare(app, is_demo=True)
    assert picture(db) == before


def test_the_demo_is_the_same_at_every_run(app: Flask, db: Any, demo: list[str], on_monday: dt.datetime) -> None:
    from tests.conftest import empty

    before = picture(db)
    database.rollback()
    empty(app)
    database.use_mode(database.WRITE)
    start.prepare(app, is_demo=True)
    assert picture(db) == before


def test_a_demo_never_becomes_a_real_database(app: Flask, db: Any, demo: list[str]) -> None:
    with pytest.raises(start.Refused, match="holds the demo"):
        start.prepare(app, is_demo=False)


def test_a_real_database_never_becomes_a_demo(app: Flask, db: Any, on_monday: dt.datetime) -> None:
    start.prepare(app, is_demo=False)
    with pytest.raises(start.Refused, match="real programme"):
        start.prepare(app, is_demo=True)
