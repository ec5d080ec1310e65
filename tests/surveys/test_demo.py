"""The demo: a closed survey with answers, an open one, a follow-up that its learner may answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.accounts import demo as people
from lms.accounts.models import Person
from lms.core import db as database
from lms.core.clock import local_date
from lms.programme import demo as programme
from lms.surveys import demo, queries
from lms.surveys.models import Response, Round
from tests.surveys.files import NAMES, make_form


def test_a_closed_survey_an_open_one_and_a_follow_up_that_is_due(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    people.make_people(db, now=now, password_hash="x")
    programme.make_cohorts(db, now=now)
    demo.make_demo(db, now=now)
    assert db.scalar(sa.select(sa.func.count(Round.id))) == 0
    for name in NAMES:
        make_form(db, name, now=now)

    demo.make_demo(db, now=now)
    database.commit()

    today = local_date(now)
    closed, opened = db.scalars(sa.select(Round).order_by(Round.id))
    assert (closed.is_over(today), opened.is_open(today)) == (True, True)
    answered = db.scalar(sa.select(sa.func.count()).where(Response.round_id == closed.id))
    assert answered >= queries.rounds.FEWEST
    learner = db.scalars(sa.select(Person).where(Person.email == "learner@example.org")).one()
    assert queries.rounds.waiting_for(db, learner.id, today=today) == [opened]
    (waits,) = queries.follow_ups.waiting_for(db, learner.id, today=today)
    assert waits.due_on <= today
