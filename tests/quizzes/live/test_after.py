"""What it does not do, and how long it stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.core import retention
from lms.progress.models import LedgerEntry
from lms.quizzes.models import (
    Attempt,
    LiveAnswer,
    LiveQuestion,
    LiveRun,
    Quiz,
)
from lms.quizzes.privacy import RULES
from tests.pages import CheckingClient
from tests.quizzes.live.room import act, answer, begin, stored, tick


def test_it_counts_for_nothing(db: Any, phone: CheckingClient, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)
    tick(phone, db, run, "c")
    act(db, run, "close", "show", "end", now=now)

    for model in (Attempt, LedgerEntry):
        assert db.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_ended_runs_go_after_ninety_days_with_their_answers(
    db: Any, bilal: Person, run: LiveRun, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    answer(db, run, "p", "a")
    act(db, run, "end", now=now)
    other = begin(db, bilal, cohort, quiz, now)
    rule = [one for one in RULES if one.key == "quizzes.live"]
    day = dt.timedelta(days=1)

    early = retention.run(db, rule, actor_id=None, is_dry=False, now=now + 90 * day)
    late = retention.run(db, rule, actor_id=None, is_dry=False, now=now + 91 * day)
    database.commit()

    assert (retention.went(early, rule), retention.went(late, rule)) == ([0], [1])
    db.expire_all()
    assert db.scalars(sa.select(LiveRun.id)).all() == [other.id]
    assert db.scalars(sa.select(LiveAnswer)).all() == []
    assert {one.run_id for one in db.scalars(sa.select(LiveQuestion))} == {other.id}


def test_once_over_no_answer_leads_to_another_of_the_same_person(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)
    answer(db, run, "one", "a")
    act(db, run, "close", "next", "open", now=now)
    answer(db, run, "one", "a", position=2)
    act(db, run, "end", now=now)

    keys = db.scalars(sa.select(LiveAnswer.participant)).all()
    assert len(set(keys)) == 2
    assert "one" not in keys
    assert [len(stored(db, run, place)) for place in (1, 2)] == [1, 1]
