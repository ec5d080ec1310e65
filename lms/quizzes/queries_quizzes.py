"""Every SELECT of the quizzes that trainers build."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lms.core.bilingual import Bilingual
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.quizzes.models import (
    Attempt,
    AttemptState,
    Purpose,
    Question,
    QuestionDraft,
    QuestionTag,
    QuestionVersion,
    Quiz,
    QuizItem,
)
from lms.quizzes.queries import CURRENT, IS_TEST
from lms.quizzes.queries_bank import NEWEST, open_to

_WHOLE = (selectinload(Quiz.items), selectinload(Quiz.sections), selectinload(Quiz.blueprint))


def open_to_trainer(person_id: int) -> Any:
    """Condition: the quizzes that a trainer may change, their own. Others' may rest on others' private questions."""
    return sa.and_(Quiz.owner_id == person_id, Quiz.content_key.is_(None))


def quizzes(db: Session, person_id: int, *, is_archived: bool = False) -> Sequence[Quiz]:
    """A trainer's quizzes and those of the curriculum's files, newest first."""
    is_there = Quiz.archived_at.is_not(None) if is_archived else Quiz.archived_at.is_(None)
    query = sa.select(Quiz).options(selectinload(Quiz.items))
    which = sa.or_(open_to_trainer(person_id), Quiz.content_key.is_not(None))
    return db.scalars(query.where(is_there, which).order_by(Quiz.id.desc())).all()


def quiz_or_none(db: Session, person_id: int, quiz_id: int) -> Quiz | None:
    query = sa.select(Quiz).options(*_WHOLE).where(Quiz.id == quiz_id, open_to_trainer(person_id))
    return db.scalars(query).first()


def open_to_learner(enrolment: Enrolment) -> list[Any]:
    """Conditions: the quizzes that a learner of this enrolment may see."""
    return [
        Quiz.archived_at.is_(None),
        Quiz.published_at.is_not(None),
        sa.or_(Quiz.cohort_id.is_(None), Quiz.cohort_id == enrolment.cohort_id),
    ]


def of_module(db: Session, enrolment: Enrolment, module: str, *, but: str) -> Sequence[Quiz]:
    """The published quizzes of a module, those of one purpose left out."""
    query = (
        sa.select(Quiz)
        .options(selectinload(Quiz.items))
        .where(*open_to_learner(enrolment), Quiz.module == module, Quiz.purpose != but)
        .order_by(Quiz.id)
    )
    return db.scalars(query).all()


def attempt_counts(db: Session, quiz_ids: Sequence[int]) -> dict[int, int]:
    query = sa.select(Attempt.quiz_id, sa.func.count()).where(Attempt.quiz_id.in_(quiz_ids)).group_by(Attempt.quiz_id)
    return {row[0]: row[1] for row in db.execute(query)}


def _drawn_from(item: QuizItem, quiz: Quiz) -> list[Any]:
    """Conditions: the questions that a draw may take, published and open to the author of the quiz.

    What stands in the test of a module is drawn nowhere else: practice would show its key (security notes, T24).
    """
    found = [
        Question.archived_at.is_(None),
        Question.current_number > 0,
        Question.is_shared if quiz.owner_id is None else open_to(quiz.owner_id),
    ]
    if quiz.purpose != Purpose.TEST:
        of_tests = sa.select(QuizItem.question_id).join(Quiz, Quiz.id == QuizItem.quiz_id)
        of_tests = of_tests.where(Quiz.purpose == Purpose.TEST, QuizItem.question_id.is_not(None))
        found.append(Question.id.not_in(of_tests))
    if item.draw_objective:
        found.append(QuestionVersion.objective_key == item.draw_objective)
    if item.draw_level:
        found.append(QuestionVersion.level == item.draw_level)
    if item.draw_tag:
        found.append(Question.tags.any(QuestionTag.tag == item.draw_tag))
    return found


def _current() -> sa.Select[QuestionVersion]:
    return sa.select(QuestionVersion).join(Question, CURRENT)


def offered(db: Session, item: QuizItem, quiz: Quiz) -> Sequence[QuestionVersion]:
    """The versions that a draw may take, in a fixed order."""
    return db.scalars(_current().where(*_drawn_from(item, quiz)).order_by(QuestionVersion.question_id)).all()


def offered_ids(db: Session, item: QuizItem, quiz: Quiz) -> set[int]:
    query = _current().where(*_drawn_from(item, quiz)).with_only_columns(QuestionVersion.question_id)
    return set(db.scalars(query))


def fixed(db: Session, quiz: Quiz) -> dict[int, tuple[Question, Bilingual]]:
    """The questions that stand in a quiz, by number, with the stems of their newest drafts."""
    ids = [item.question_id for item in quiz.items if item.question_id is not None]
    query = sa.select(Question, QuestionDraft.content["stem"]).join(QuestionDraft, NEWEST).where(Question.id.in_(ids))
    return {row[0].id: (row[0], Bilingual(row[1]["ar"], row[1]["fr"])) for row in db.execute(query)}


def versions_of(db: Session, quiz: Quiz) -> Sequence[QuestionVersion]:
    """The published versions of the fixed questions."""
    ids = [item.question_id for item in quiz.items if item.question_id is not None]
    return db.scalars(_current().where(Question.id.in_(ids))).all()


def in_use(db: Session, person_id: int) -> Sequence[Quiz]:
    """A trainer's quizzes that questions may be put into."""
    query = sa.select(Quiz).where(Quiz.archived_at.is_(None), open_to_trainer(person_id))
    return db.scalars(query.order_by(Quiz.id.desc())).all()


def cohorts(db: Session, trainer_id: int) -> Sequence[Cohort]:
    """The cohorts that a trainer holds and that are not archived."""
    query = (
        sa.select(Cohort)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(CohortTrainer.person_id == trainer_id, Cohort.archived_at.is_(None))
        .order_by(Cohort.starts_on.desc())
    )
    return db.scalars(query).all()


def has_test(db: Session, module: str, *, but: int) -> bool:
    """Whether another published quiz is the test of the module."""
    query = sa.select(Quiz.id).where(Quiz.module == module, Quiz.id != but, *IS_TEST)
    return db.scalar(query.limit(1)) is not None


def points_of(db: Session, questions: Sequence[Question]) -> dict[int, int]:
    """Points that the authors give for each question."""
    query = (
        sa.select(Question.id, QuestionDraft.content["points"])
        .join(QuestionDraft, NEWEST)
        .where(Question.id.in_([question.id for question in questions]))
    )
    return {row[0]: int(row[1] or 1) for row in db.execute(query)}


def sent_by(db: Session, enrolment_id: int) -> set[int]:
    """The quizzes that an enrolment has sent an attempt at."""
    query = sa.select(Attempt.quiz_id).where(
        Attempt.enrolment_id == enrolment_id, Attempt.state == AttemptState.SUBMITTED
    )
    return set(db.scalars(query))


def partners(db: Session, ids: Sequence[int | None]) -> Sequence[Quiz]:
    """The quizzes whose parallel form is one of these."""
    return db.scalars(sa.select(Quiz).where(Quiz.other_form_id.in_([one for one in ids if one is not None]))).all()
