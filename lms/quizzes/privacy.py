"""What this room holds on a person and how long; keys stay where they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from lms.core.clock import local_date
from lms.core.feature import Processing
from lms.core.i18n import percent
from lms.core.own_data import Words
from lms.core.retention import Rule, rows_of
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import queries, queries_bank
from lms.quizzes.models import AnswerArrival, Attempt, AttemptQuestion
from lms.quizzes.question_types import get

WORDS = {
    "attempts": Words(_l("Tests taken")),
    "attempts.module": Words(_l("Module")),
    "attempts.number": Words(_l("Attempt")),
    "attempts.started_at": Words(_l("Started")),
    "attempts.submitted_at": Words(_l("Sent")),
    "attempts.score": Words(_l("Result"), percent),
    "attempts.answers": Words(_l("Answers")),
    "questions": Words(_l("Questions written")),
    "questions.question": Words(_l("Question")),
    "questions.created_at": Words(_l("Started")),
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """What this room holds on a person: the attempts of a learner, the questions of an author."""
    return {**attempts_of(db, person_id), "questions": questions_of(db, person_id)}


def questions_of(db: Session, person_id: int) -> list[dict[str, Any]]:
    """The questions that a person began, in the words that stand there now."""
    return [
        {"question": stem, "created_at": question.created_at.isoformat()}
        for question, stem in queries_bank.questions_of(db, person_id)
    ]


def attempts_of(db: Session, person_id: int) -> dict[str, Any]:
    """Attempts with the person's own answers, in the words that were shown, and marks."""
    query = queries.attempts_of_person(person_id).options(joinedload(Attempt.quiz)).order_by(Attempt.id)
    return {
        "attempts": [
            {
                "module": attempt.quiz.module,
                "number": attempt.number,
                "started_at": attempt.started_at.isoformat(),
                "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
                "score": None if attempt.score is None else float(attempt.score),
                "answers": [_answer(row) for row in queries.questions(db, attempt.id)],
            }
            for attempt in db.scalars(query)
        ]
    }


def _answer(row: AttemptQuestion) -> dict[str, Any]:
    kind, settings = get(row.version.type), row.version.settings
    return {
        "question": row.version.stem.as_dict(),
        "answer": [dict(one.text) for one in kind.said(settings, row.answer)],
    }


def forget_answers(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Drop every answer and the record of its arrival; marks stay, without a face."""
    attempts = queries.attempts_of_person(person_id).with_only_columns(Attempt.id)
    _drop(db, AttemptQuestion.attempt_id.in_(attempts))


def _of_ended_cohorts(before: dt.datetime) -> Any:
    """Condition: a question of an attempt in a cohort that ended before that day."""
    attempts = (
        sa.select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.ends_on < local_date(before))
    )
    return AttemptQuestion.attempt_id.in_(attempts)


def _arrived(which: Any) -> Any:
    return AnswerArrival.attempt_question_id.in_(sa.select(AttemptQuestion.id).where(which))


def _count_old(db: Session, before: dt.datetime) -> int:
    which = _of_ended_cohorts(before)
    arrivals = db.scalar(sa.select(sa.func.count(AnswerArrival.id)).where(_arrived(which))) or 0
    answers = sa.select(sa.func.count(AttemptQuestion.id)).where(which, AttemptQuestion.answer.is_not(None))
    return arrivals + (db.scalar(answers) or 0)


def _drop_old(db: Session, before: dt.datetime, *, now: dt.datetime) -> int:
    return _drop(db, _of_ended_cohorts(before))


def _drop(db: Session, which: Any) -> int:
    """Delete arrivals and empty answers of these questions; gives how many of both."""
    arrivals = rows_of(db.execute(sa.delete(AnswerArrival).where(_arrived(which)).execution_options(**_LOOSE)))
    answers = (
        sa.update(AttemptQuestion)
        .where(which, AttemptQuestion.answer.is_not(None))
        .values(answer=sa.null(), certainty=sa.null())
        .execution_options(**_LOOSE)
    )
    return arrivals + rows_of(db.execute(answers))


#: Rows in memory are not looked through: nothing is read again after this.
_LOOSE: dict[str, Any] = {"synchronize_session": False}

RULES = [
    Rule(
        "quizzes.answers", _l("Answers to tests"), 3 * 365, _count_old, _drop_old,
        effect=_l(
            "Counted from the end of the training session. What was answered is deleted; marks and results stay."
        ),
    )
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Tests and results"),
        data=_l("Answers, marks, dates of attempts"),
        people=_l("Participants"),
        recipients=_l("The person, the monitoring team; trainers of the training session"),
        kept="quizzes.answers",
    )
]
