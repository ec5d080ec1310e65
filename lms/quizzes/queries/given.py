"""What people gave open answers, as learners see it: nothing before the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lms.core.bilingual import Bilingual
from lms.quizzes.models import AnswerMark, Attempt, AttemptQuestion
from lms.quizzes.queries.attempts import attempts_of_person
from lms.quizzes.rubric import criteria


@dataclass(frozen=True)
class CriterionMark:
    """Points on one criterion: the mean where two people marked."""

    text: Bilingual
    earned: Decimal
    possible: int


@dataclass(frozen=True)
class GivenMarks:
    """What people said of one open answer, once their marks are released."""

    question: AttemptQuestion
    criteria: tuple[CriterionMark, ...]
    #: One or two, in the order of the markers; empty ones are left out.
    comments: tuple[str, ...]

    @property
    def earned(self) -> Decimal:
        return sum((one.earned for one in self.criteria), Decimal(0))

    @property
    def possible(self) -> int:
        return sum(one.possible for one in self.criteria)


def marks_of(db: Session, attempt_id: int) -> dict[int, GivenMarks]:
    """What people gave the open answers of an attempt, by number of its question; nothing before the release.

    Criteria are part of the key: whether they may be shown, ``release.released`` says.
    """
    return {one.question.id: one for one in _released(db, AttemptQuestion.attempt_id == attempt_id)}


def marks_of_person(db: Session, person_id: int) -> list[GivenMarks]:
    """What people gave the open answers of a learner, released only, oldest first."""
    own = attempts_of_person(person_id).with_only_columns(Attempt.id)
    return _released(db, AttemptQuestion.attempt_id.in_(own))


def _released(db: Session, which: Any) -> list[GivenMarks]:
    query = (
        sa.select(AnswerMark)
        .join(AnswerMark.question)
        .options(
            contains_eager(AnswerMark.question).joinedload(AttemptQuestion.version, innerjoin=True),
            contains_eager(AnswerMark.question).joinedload(AttemptQuestion.attempt, innerjoin=True),
        )
        .where(which, AttemptQuestion.fraction.is_not(None), AttemptQuestion.is_given_up.is_(False))
        .order_by(AttemptQuestion.attempt_id, AttemptQuestion.position, AnswerMark.number)
    )
    by_question: dict[int, list[AnswerMark]] = {}
    for mark in db.scalars(query):
        by_question.setdefault(mark.attempt_question_id, []).append(mark)
    return [_marked(found) for found in by_question.values()]


def _marked(found: Sequence[AnswerMark]) -> GivenMarks:
    question = found[0].question
    return GivenMarks(
        question,
        tuple(
            CriterionMark(
                one.text, Decimal(sum(mark.points.get(one.key, 0) for mark in found)) / len(found), one.points
            )
            for one in criteria(question.version)
        ),
        tuple(mark.comment for mark in found if mark.comment),
    )
