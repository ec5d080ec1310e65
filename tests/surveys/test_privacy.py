"""What is held on who answers: read by them, wiped when they ask, let go after a time. Answers are nobody's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core.retention import Rule
from lms.programme.models import Enrolment
from lms.surveys import privacy, services
from lms.surveys.models import Done, FollowUp, Response, Round
from tests.surveys.conftest import answer
from tests.surveys.files import make_form
from tests.surveys.test_follow_ups import DUE, answers_to

DAY = dt.timedelta(days=1)


@pytest.fixture
def follow_up(app: Flask, db: Any, members: list[Enrolment], now: dt.datetime) -> FollowUp:
    """Chaima's, with her own answers, and her supervisor asked."""
    form = make_form(db, "follow-up-3", now=now)
    found = FollowUp(enrolment_id=members[0].id, months=3, due_on=DUE.date())
    db.add(found)
    db.flush()
    services.follow_ups.answer(db, found.id, answers_to(db, form, "once", "Fiches revues"), now=DUE)
    with app.test_request_context("/fr/"):
        services.follow_ups.ask_supervisor(db, found.id, "chef@exemple.ma", now=DUE)
    found.supervisor_answers = answers_to(db, form, "several", "Vu en réunion")
    database.commit()
    return found


def count(db: Any, model: Any) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)))


def test_a_person_reads_their_follow_up_with_the_supervisors_answers_and_which_surveys_they_answered(
    app: Flask, db: Any, opened: Round, members: list[Enrolment], follow_up: FollowUp, now: dt.datetime
) -> None:
    answer(db, opened, members[:1], now=now, words="Anonyme")

    with app.test_request_context("/fr/"):
        held = privacy.data_of(db, members[0].person_id)

    (row,) = held["follow_ups"]
    assert row["supervisor_address"] == "chef@exemple.ma"
    assert any("Fiches revues" in said["fr"] for one in row["answers"] for said in one["answers"])
    assert any("Vu en réunion" in said["fr"] for one in row["supervisor_answers"] for said in one["answers"])
    assert held["surveys_answered"][0]["survey"]["fr"] == "Avis en fin de séance"
    assert "Anonyme" not in str(held)


def test_wiping_takes_the_follow_up_and_who_answered_and_leaves_the_answers(
    db: Any, opened: Round, members: list[Enrolment], follow_up: FollowUp, now: dt.datetime
) -> None:
    answer(db, opened, members[:2], now=now)

    privacy.forget(db, members[0].person_id, now=now)
    database.commit()

    db.expire_all()
    assert list(db.scalars(sa.select(Done.enrolment_id))) == [members[1].id]
    assert (count(db, Response), count(db, FollowUp)) == (2, 0)
    from lms.core.mail import Mail

    assert count(db, Mail) == 0


def rule(key: str) -> Rule:
    return next(one for one in privacy.RULES if one.key == key)


def test_who_answered_is_kept_thirty_days_after_the_closing(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    answer(db, opened, members[:2], now=now)
    one, last = rule("surveys.done"), dt.datetime.combine(opened.closes_on, dt.time(12), dt.UTC)

    assert (one.days, one.count(db, last), one.apply(db, last)) == (30, 0, 0)
    assert (one.count(db, last + DAY), one.apply(db, last + DAY)) == (2, 2)
    assert (count(db, Done), count(db, Response)) == (0, 2)


def test_a_round_goes_with_its_answers(db: Any, opened: Round, members: list[Enrolment], now: dt.datetime) -> None:
    answer(db, opened, members[:2], now=now)
    one, last = rule("surveys.answers"), dt.datetime.combine(opened.closes_on, dt.time(12), dt.UTC)

    assert one.apply(db, last) == 0
    assert one.apply(db, last + DAY) == 1
    assert (count(db, Round), count(db, Done), count(db, Response)) == (0, 0, 0)


def test_a_follow_up_goes_by_the_day_it_was_asked(db: Any, follow_up: FollowUp) -> None:
    one = rule("surveys.follow-ups")
    assert one.apply(db, DUE) == 0
    assert one.apply(db, DUE + DAY) == 1
