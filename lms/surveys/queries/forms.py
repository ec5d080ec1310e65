"""SELECTs of the quizzes that are surveys, and of their questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.quizzes.models import Purpose, Question, QuestionVersion, Quiz, QuizItem

SESSION_END, COHORT_END = "assessment/session-end", "assessment/cohort-end"
SUPERVISOR = "assessment/supervisor"
#: Forms of the follow-up, by months.
FOLLOW_UPS = {3: "assessment/follow-up-3", 6: "assessment/follow-up-6"}
#: Asked of single people, never of a cohort.
_OF_ONE_PERSON = (SUPERVISOR, *FOLLOW_UPS.values())


def _published() -> tuple[Any, ...]:
    return (Quiz.purpose == Purpose.SURVEY, Quiz.published_at.is_not(None), Quiz.archived_at.is_(None))


def by_key(db: Session, key: str) -> Quiz | None:
    """A survey of the curriculum's files."""
    return db.scalars(sa.select(Quiz).where(*_published(), Quiz.content_key == key)).first()


def for_rounds(db: Session, trainer_id: int) -> Sequence[Quiz]:
    """The surveys that a trainer may ask of a cohort: the end of a session first, the own ones last."""
    of_programme = sa.and_(Quiz.content_key.is_not(None), Quiz.content_key.not_in(_OF_ONE_PERSON))
    own = sa.and_(Quiz.owner_id == trainer_id, Quiz.content_key.is_(None))
    query = sa.select(Quiz).where(*_published(), sa.or_(of_programme, own))
    first = sa.case((Quiz.content_key == SESSION_END, 0), (Quiz.content_key.is_not(None), 1), else_=2)
    return db.scalars(query.order_by(first, Quiz.id)).all()


def versions_of(db: Session, quiz_id: int, seen: Collection[int] = ()) -> list[QuestionVersion]:
    """The questions that stand in a survey, in their order: of each the version ``seen`` in a form, else the newest."""
    query = (
        sa.select(QuestionVersion)
        .join(QuizItem, QuizItem.question_id == QuestionVersion.question_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuizItem.quiz_id == quiz_id, Question.archived_at.is_(None))
        .where(sa.or_(QuestionVersion.number == Question.current_number, QuestionVersion.id.in_(seen)))
        .order_by(QuizItem.position, QuestionVersion.id.in_(seen).desc(), QuestionVersion.number)
    )
    found: dict[int, QuestionVersion] = {}
    for version in db.scalars(query):
        found.setdefault(version.question_id, version)
    return list(found.values())


def versions(db: Session, ids: Collection[int]) -> dict[int, QuestionVersion]:
    """Versions by their numbers; no statement for none."""
    if not ids:
        return {}
    query = sa.select(QuestionVersion).where(QuestionVersion.id.in_(ids))
    return {version.id: version for version in db.scalars(query)}


def places(db: Session, quiz_id: int) -> dict[int, int]:
    """Where each question stands in a survey now."""
    query = sa.select(QuizItem.question_id, QuizItem.position).where(QuizItem.quiz_id == quiz_id)
    return {row[0]: row[1] for row in db.execute(query) if row[0] is not None}


def has_draws(db: Session, quiz_id: int) -> bool:
    """Whether the survey draws questions at random."""
    query = sa.select(QuizItem.position).where(QuizItem.quiz_id == quiz_id, QuizItem.question_id.is_(None))
    return db.scalar(query.limit(1)) is not None


def keyed(db: Session, key: str) -> set[int]:
    """Numbers of all versions of a question of the curriculum's files."""
    query = sa.select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
    return set(db.scalars(query.where(Question.content_key == key)))
