"""Every step up and down, with rows in the tables, on both databases; the models say what the steps build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from lms.attendance.models import HalfDayTrainer
from lms.core import db as database
from lms.core.access import Role
from lms.core.db import Base
from lms.programme.models import CohortTrainer
from tests.attendance.conftest import close as close_half_day
from tests.attendance.conftest import plan, taught
from tests.conftest import close
from tests.factories import make_certificate, make_enrolment, make_person


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app of its own: these tests take the tables away."""
    url = ""
    if request.param == "postgresql":
        shared = sa.make_url(request.getfixturevalue("postgresql_url"))
        name = f"{shared.database}_steps"
        engine = sa.create_engine(shared.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        url = shared.set(database=name).render_as_string(hide_password=False)
    app = make_app(url)
    yield app
    close(app)


def tables(app: Flask) -> set[str]:
    return set(sa.inspect(database.db.engine).get_table_names())


def test_the_models_are_what_the_steps_build(fresh_app: Flask) -> None:
    with fresh_app.app_context(), database.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_step_goes_down_and_up_again_with_rows(fresh_app: Flask, small_content: Any, now: dt.datetime) -> None:
    from lms.curriculum import queries, services

    with fresh_app.app_context():
        database.use_mode(database.WRITE)
        db = database.session()
        assert services.sync(db, small_content, now=now) == []
        make_certificate(db, make_enrolment(db), queries.current(db), now=now)
        full = tables(fresh_app)
        steps = [
            script.revision for script in ScriptDirectory(fresh_app.extensions["migrations_folder"]).walk_revisions()
        ]
        database.db.session.remove()
        for _ in steps:
            downgrade(revision="-1")
        assert tables(fresh_app) == {"alembic_version"}
        for _ in steps:
            upgrade(revision="+1")
        assert tables(fresh_app) == full


@pytest.mark.parametrize("picked", [True, False])
def test_what_was_held_before_is_led_by_who_leads_it_now(fresh_app: Flask, picked: bool) -> None:
    with fresh_app.app_context():
        database.use_mode(database.WRITE)
        db = database.session()
        people = [make_person(db, name, role=Role.TRAINER) for name in ("bilal", "driss")]
        cohort = taught(db, people[0])
        db.add(CohortTrainer(cohort_id=cohort.id, person_id=people[1].id))
        db.flush()
        led = plan(db, cohort, people[0], trainer_ids=frozenset({people[1].id} if picked else ()))
        close_half_day(db, led.half_days[0], people[0])
        wanted = [(led.half_days[0].id, one.id) for one in (people[1:] if picked else people)]
        database.db.session.remove()
        downgrade(revision="0022")
        upgrade()
        query = sa.select(HalfDayTrainer.half_day_id, HalfDayTrainer.person_id).order_by(HalfDayTrainer.person_id)
        assert [tuple(row) for row in database.session().execute(query)] == wanted
