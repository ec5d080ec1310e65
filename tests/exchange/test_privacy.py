"""What is held on who asks: read by them, wiped when they ask, let go some years after the cohort."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.exchange import privacy, services
from lms.exchange.models import Message, Publication, Thread
from lms.programme.models import Enrolment
from tests.exchange.conftest import answered, asked
from tests.factories import make_enrolment, make_person


@pytest.fixture
def both(app: Flask, db: Any, cohort: Any, thread: Thread, bilal: Person, now: dt.datetime) -> Thread:
    """Chaima's thread, answered and published, beside one of Hiba's, which is given."""
    answered(app, db, thread, now, by=bilal.id)
    entry = Bilingual("", "Une part")
    services.publish(db, thread, entry, entry, version=0, actor_id=bilal.id, now=now)
    database.commit()
    return asked(db, make_enrolment(db, make_person(db, "hiba"), cohort), "De Hiba", now)


def left(db: Any) -> tuple[list[str], int]:
    db.expire_all()
    texts = db.scalars(sa.select(Message.text).order_by(Message.id))
    return list(texts), db.scalar(sa.select(sa.func.count(Publication.id)))


def test_a_person_reads_what_they_asked_and_what_was_answered(
    app: Flask, db: Any, enrolment: Enrolment, both: Thread
) -> None:
    with app.test_request_context("/fr/"):
        (row,) = privacy.threads_of(db, enrolment.person_id)["team_questions"]

    assert row["questions"] == ["Que veut dire une part ?"]
    assert row["answers"] == ["Une part de tous."]
    assert row["published"] == [{"ar": "", "fr": "Une part"}] * 2


def test_wiping_takes_questions_answers_and_entries_of_that_person_alone(
    db: Any, enrolment: Enrolment, both: Thread, now: dt.datetime
) -> None:
    privacy.forget_threads(db, enrolment.person_id, now=now)
    database.commit()

    assert left(db) == (["De Hiba"], 0)


def test_the_rule_counts_and_drops_what_an_old_cohort_left(db: Any, both: Thread) -> None:
    (rule,) = privacy.RULES
    # The cohort ends on 18 December 2026.
    same_day = dt.datetime(2026, 12, 18, 12, tzinfo=dt.UTC)
    assert (rule.count(db, same_day), rule.apply(db, same_day)) == (0, 0)
    assert len(left(db)[0]) == 3

    next_day = same_day + dt.timedelta(days=1)
    assert (rule.count(db, next_day), rule.apply(db, next_day)) == (2, 2)
    assert left(db) == ([], 0)


def test_the_answer_stays_when_the_trainer_is_gone(
    app: Flask, db: Any, both: Thread, thread: Thread, bilal: Person, chaima: Any, now: dt.datetime
) -> None:
    db.get_one(Person, bilal.id).anonymised_at = now
    database.commit()

    page = chaima.get(f"/fr/ask/{thread.id}/").text

    assert "Une part de tous." in page
    assert "Bilal" not in page
