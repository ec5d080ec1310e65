"""What this room holds on a person; keys stay where they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.quizzes import queries
from lms.quizzes.models import AnswerArrival, Attempt, AttemptQuestion


def attempts_of(db: Session, person_id: int) -> dict[str, Any]:
    """Attempts with the person's own answers and marks."""
    return {
        "attempts": [
            {
                "quiz": attempt.quiz_id,
                "number": attempt.number,
                "started_at": attempt.started_at.isoformat(),
                "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
                "score": None if attempt.score is None else float(attempt.score),
                "answers": [
                    {"question": row.position, "answer": row.answer} for row in queries.questions(db, attempt.id)
                ],
            }
            for attempt in db.scalars(queries.attempts_of_person(person_id))
        ]
    }


def forget_arrivals(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Drop the record of each arrival; marks stay, without a face."""
    attempts = queries.attempts_of_person(person_id).with_only_columns(Attempt.id)
    questions = sa.select(AttemptQuestion.id).where(AttemptQuestion.attempt_id.in_(attempts))
    db.execute(sa.delete(AnswerArrival).where(AnswerArrival.attempt_question_id.in_(questions)))
