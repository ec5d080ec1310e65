"""Learners of a trainer's cohort and a quiz of one question, for tests of the trainers' desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import db as database
from lms.programme.models import CohortTrainer, Enrolment
from lms.quizzes import queries, services
from lms.quizzes.models import Attempt, Quiz
from tests.factories import by_marks, make_cohort, make_enrolment, make_person, right_ids, take
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def taught_cohort(db: Any, *trainers: Any, **fields: Any) -> Any:
    cohort = make_cohort(db, **fields)
    db.add_all(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id) for trainer in trainers)
    database.commit()
    return cohort


def learner(db: Any, cohort: Any, name: str = "chaima", **fields: Any) -> Enrolment:
    return make_enrolment(db, make_person(db, name, **fields), cohort)


def short_quiz(
    db: Any, trainer: Any, now: dt.datetime, *, kinds: tuple[str, ...] = ("single_choice",), **rules: Any
) -> Quiz:
    """A published quiz of a trainer, 20 minutes unless told, with one question of each kind."""
    quiz = make_quiz(db, trainer.id, **{"minutes": 20, "attempts_allowed": 1, "shuffle": False, **rules})
    services.quizzes.add_questions(db, quiz, [write(db, trainer.id, now, kind=kind) for kind in kinds], {})
    database.commit()
    return quiz


def begin(db: Any, quiz: Quiz, enrolment: Enrolment, now: dt.datetime) -> Attempt:
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=now)
    database.commit()
    return attempt


def save(db: Any, attempt: Attempt, values: list[str] | None = None, *, position: int = 1, now: dt.datetime) -> None:
    """Answer one question, rightly unless told. Committed also where it comes too late."""
    question = queries.attempts.question_at(db, attempt.id, position)
    assert question is not None
    person_id = db.get_one(Enrolment, attempt.enrolment_id).person_id
    try:
        services.attempts.save_answer(
            db, person_id, attempt.quiz_id, attempt.number, position, device="tab", counter=int(now.timestamp()),
            values=right_ids(question) if values is None else values, lang="fr", now=now,
        )  # fmt: skip
    finally:
        database.commit()


def sent(db: Any, quiz: Quiz, enrolment: Enrolment, now: dt.datetime, *, right: bool = True) -> Attempt:
    """An attempt begun, its first question answered or not, and sent a minute later."""
    return take(db, quiz, enrolment, by_marks("1" if right else ""), lasts=MINUTE, now=now)
