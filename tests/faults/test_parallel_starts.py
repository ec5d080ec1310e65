"""Fifty at the same moment, 20 rounds on each database (``FAULTS_ROUNDS`` when set): one of them makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core.audit import AuditEntry
from lms.programme.models import Enrolment
from lms.progress import queries as ledger
from lms.quizzes import queries, services
from lms.quizzes.errors import NoAttemptLeft
from lms.quizzes.events import attempt_graded
from lms.quizzes.models import Attempt, AttemptQuestion, AttemptState, Quiz
from tests.factories import answer_all, make_cohort, make_enrolment, make_person, read_lessons
from tests.faults.chance import rounds
from tests.parallel import at_once

ROUNDS = 20
AT_ONCE = 50


@pytest.fixture
def learners(db: Any, curriculum: Any, now: dt.datetime) -> list[int]:
    """An enrolment a round, each with one of two attempts at the module's test used up."""
    quiz = the_quiz(db)
    quiz.attempts_allowed, quiz.pause_hours = 2, 0
    cohort = make_cohort(db)
    enrolments = [make_enrolment(db, make_person(db, f"learner{number}"), cohort) for number in range(rounds(ROUNDS))]
    for enrolment in enrolments:
        read_lessons(db, enrolment, curriculum, now=now)
        services.attempts.submit(
            db, services.attempts.start_attempt(db, quiz, enrolment, now=now), by="person", now=now
        )
    database.commit()
    return [enrolment.id for enrolment in enrolments]


@pytest.fixture
def graded() -> Iterator[list[int]]:
    """Ids of the attempts that were said to be graded."""
    heard: list[int] = []

    def listen(attempt: Attempt, **_: Any) -> None:
        heard.append(attempt.id)

    with attempt_graded.connected_to(listen):
        yield heard


def the_quiz(db: Any) -> Quiz:
    quiz = queries.attempts.test_of(db, "concepts")
    assert quiz is not None
    return quiz


def start(db: Any, enrolment_id: int, now: dt.datetime) -> Attempt:
    return services.attempts.start_attempt(db, the_quiz(db), db.get_one(Enrolment, enrolment_id), now=now)


def audited(db: Any, attempt_id: int) -> list[str]:
    """What the record of acts says of an attempt."""
    subject = (AuditEntry.subject_type == Attempt.__tablename__, AuditEntry.subject_id == attempt_id)
    return list(db.scalars(sa.select(AuditEntry.action).where(*subject)))


def test_of_fifty_starts_with_one_attempt_left_one_makes_it(
    app: Flask, db: Any, learners: list[int], now: dt.datetime
) -> None:
    for enrolment_id in learners:
        results = at_once(app, [lambda db, one=enrolment_id: start(db, one, now).id] * AT_ONCE)

        db.expire_all()
        made = queries.attempts.attempts(db, the_quiz(db).id, enrolment_id)
        assert [attempt.number for attempt in made] == [1, 2]
        assert set(results) == {made[-1].id}
        count = sa.select(sa.func.count()).where(AttemptQuestion.attempt_id == made[-1].id)
        assert db.scalar(count) == len(the_quiz(db).items)
        assert audited(db, made[-1].id) == ["quizzes.start"]


def test_of_fifty_who_start_and_send_the_last_attempt_nobody_gets_another(
    app: Flask, db: Any, learners: list[int], now: dt.datetime
) -> None:
    def start_and_send(enrolment_id: int) -> Any:
        def act(db: Any) -> int:
            attempt = start(db, enrolment_id, now)
            database.commit()
            services.attempts.submit(db, attempt, by="person", now=now)
            return attempt.number

        return act

    for enrolment_id in learners:
        results = at_once(app, [start_and_send(enrolment_id)] * AT_ONCE)

        assert [one for one in results if one != 2 and not isinstance(one, NoAttemptLeft)] == []
        db.expire_all()
        assert len(queries.attempts.attempts(db, the_quiz(db).id, enrolment_id)) == 2


def test_of_fifty_sendings_one_grades(
    app: Flask, db: Any, learners: list[int], graded: list[int], now: dt.datetime
) -> None:
    for enrolment_id in learners:
        attempt = start(db, enrolment_id, now)
        answer_all(db, attempt, now=now)
        attempt_id = attempt.id
        before = changes_of_test(db, enrolment_id)
        graded.clear()

        def send(db: Any, attempt_id: int = attempt_id) -> str:
            services.attempts.submit(db, db.get_one(Attempt, attempt_id), by="person", now=now)
            return "sent"

        assert at_once(app, [send] * AT_ONCE) == ["sent"] * AT_ONCE
        db.expire_all()
        assert (attempt.state, attempt.score) == (AttemptState.SUBMITTED, 1)
        assert graded == [attempt_id]
        assert changes_of_test(db, enrolment_id) == before + 1


def changes_of_test(db: Any, enrolment_id: int) -> int:
    changes = ledger.changes(db, [enrolment_id], limit=1000)
    return len([one for one in changes if one.activity == "test:concepts"])
