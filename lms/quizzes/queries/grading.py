"""Every SELECT about single open answers: one to mark, what was given to it, and those that are released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from lms.quizzes.models import (
    AnswerMark,
    Attempt,
    AttemptQuestion,
    CommentSnippet,
    QuestionVersion,
    Quiz,
)
from lms.quizzes.queries.pile import NOT_RELEASED, of_cohorts


def answer_or_none(db: Session, person_id: int, attempt_question_id: int) -> AttemptQuestion | None:
    """One open answer that this trainer may mark, with its question, attempt and quiz."""
    query = (
        of_cohorts(person_id)
        .options(
            contains_eager(AttemptQuestion.attempt).contains_eager(Attempt.quiz),
            contains_eager(AttemptQuestion.version),
        )
        .where(AttemptQuestion.id == attempt_question_id)
    )
    return db.scalars(query).first()


def quiz_or_none(db: Session, person_id: int, quiz_id: int) -> Quiz | None:
    """A quiz with open answers in this trainer's cohorts."""
    own = of_cohorts(person_id).with_only_columns(Attempt.quiz_id).where(Attempt.quiz_id == quiz_id)
    return db.scalars(sa.select(Quiz).where(Quiz.id.in_(own))).first()


def marks(db: Session, attempt_question_id: int) -> Sequence[AnswerMark]:
    """What was given to an answer, the first marker's first."""
    query = sa.select(AnswerMark).where(AnswerMark.attempt_question_id == attempt_question_id)
    return db.scalars(query.order_by(AnswerMark.number).execution_options(populate_existing=True)).all()


def learner_of(db: Session, attempt: Attempt) -> Bilingual:
    """Who wrote the answers: asked for only when a marker wants to know."""
    query = sa.select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    return db.scalars(query.where(Enrolment.id == attempt.enrolment_id)).one().name


def stems(db: Session, version_ids: Collection[int]) -> dict[int, Bilingual]:
    query = sa.select(QuestionVersion).where(QuestionVersion.id.in_(version_ids))
    return {version.id: version.stem for version in db.scalars(query)}


def snippets(db: Session, owner_id: int) -> Sequence[CommentSnippet]:
    """The sentences that a marker keeps, in the order they were kept."""
    query = sa.select(CommentSnippet).where(CommentSnippet.owner_id == owner_id).order_by(CommentSnippet.id)
    return db.scalars(query).all()


def locked_attempts(db: Session, person_id: int, quiz_id: int) -> Sequence[Attempt]:
    """The attempts at a quiz with marks that are not released; the acts of their learners are waited for."""
    own = of_cohorts(person_id).with_only_columns(Attempt.id).where(NOT_RELEASED, Attempt.quiz_id == quiz_id)
    learners = sa.select(Attempt.enrolment_id).where(Attempt.id.in_(own))
    # In one order, so that two who release at the same moment wait for each other, not both.
    db.execute(sa.select(Enrolment.id).where(Enrolment.id.in_(learners)).order_by(Enrolment.id).with_for_update())
    query = (
        sa.select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.id.in_(own))
        .order_by(Attempt.id)
        .execution_options(populate_existing=True)
    )
    return db.scalars(query).all()


def locked_questions(db: Session, attempt_ids: Collection[int]) -> dict[int, list[AttemptQuestion]]:
    """The questions of attempts by attempt, as they stand now: a mark that is being given is waited for."""
    query = (
        sa.select(AttemptQuestion)
        .options(joinedload(AttemptQuestion.version, innerjoin=True), joinedload(AttemptQuestion.marked_with))
        .where(AttemptQuestion.attempt_id.in_(attempt_ids))
        .order_by(AttemptQuestion.attempt_id, AttemptQuestion.position)
        .with_for_update(of=AttemptQuestion)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[int, list[AttemptQuestion]] = defaultdict(list)
    for question in db.scalars(query):
        found[question.attempt_id].append(question)
    return found


def points_by_answer(db: Session, attempt_ids: Collection[int]) -> dict[int, list[dict[str, int]]]:
    """What was given to each open answer of these attempts."""
    query = (
        sa.select(AnswerMark.attempt_question_id, AnswerMark.points)
        .join(AttemptQuestion, AttemptQuestion.id == AnswerMark.attempt_question_id)
        .where(AttemptQuestion.attempt_id.in_(attempt_ids))
        .order_by(AnswerMark.number)
    )
    found: defaultdict[int, list[dict[str, int]]] = defaultdict(list)
    for row in db.execute(query):
        found[row.attempt_question_id].append(row.points)
    return found


def enrolments(db: Session, enrolment_ids: Collection[int]) -> dict[int, Enrolment]:
    """Enrolments with their people, by number."""
    query = (
        sa.select(Enrolment)
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.cohort, innerjoin=True))
        .where(Enrolment.id.in_(enrolment_ids))
    )
    return {one.id: one for one in db.scalars(query)}
