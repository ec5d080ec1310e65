"""Every SELECT of corrected keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from lms.programme.queries import looked_after_by
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    AttemptState,
    Question,
    QuestionVersion,
    Regrade,
)


def versions_answered(db: Session, question_id: int) -> Sequence[QuestionVersion]:
    """The versions of a question that stand in an attempt that was sent, oldest first."""
    sent = (
        sa.select(AttemptQuestion.id)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .where(AttemptQuestion.version_id == QuestionVersion.id, Attempt.state == AttemptState.SUBMITTED)
    )
    query = sa.select(QuestionVersion).where(QuestionVersion.question_id == question_id, sent.exists())
    return db.scalars(query.order_by(QuestionVersion.number)).all()


def attempts_with(db: Session, question_id: int) -> Sequence[int]:
    """Ids of the attempts sent with any version of a question, in the order in which they were sent."""
    query = (
        sa.select(Attempt.id)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(QuestionVersion.question_id == question_id, Attempt.state == AttemptState.SUBMITTED)
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    return db.scalars(query).all()


def with_questions(db: Session, ids: Collection[int]) -> list[tuple[Attempt, list[AttemptQuestion]]]:
    """These attempts with their questions and versions; two statements."""
    attempts = {
        one.id: one
        for one in db.scalars(sa.select(Attempt).options(joinedload(Attempt.quiz)).where(Attempt.id.in_(ids)))
    }
    query = (
        sa.select(AttemptQuestion)
        .options(joinedload(AttemptQuestion.version), joinedload(AttemptQuestion.marked_with))
        .where(AttemptQuestion.attempt_id.in_(ids))
        .order_by(AttemptQuestion.attempt_id, AttemptQuestion.position)
    )
    rows = {key: list(group) for key, group in groupby(db.scalars(query), key=lambda row: row.attempt_id)}
    return [(attempts[one], rows.get(one, [])) for one in ids]


def regrades_of(db: Session, question_ids: Collection[int]) -> list[tuple[Regrade, QuestionVersion]]:
    """The corrections of these questions with the version that marks, oldest first."""
    marks = sa.and_(QuestionVersion.question_id == Regrade.question_id, QuestionVersion.number == Regrade.number)
    query = (
        sa.select(Regrade, QuestionVersion).join(QuestionVersion, marks).where(Regrade.question_id.in_(question_ids))
    )
    return [(row[0], row[1]) for row in db.execute(query.order_by(Regrade.id))]


def last_regrade(db: Session, question: Question) -> Regrade | None:
    """The newest correction of a question."""
    query = sa.select(Regrade).where(Regrade.question_id == question.id).order_by(Regrade.id.desc()).limit(1)
    return db.scalars(query).first()


def people_of(db: Session, question_id: int, trainer_id: int) -> dict[int, Bilingual]:
    """Names by enrolment, of those a trainer looks after and who met a question."""
    met = (
        sa.select(Attempt.enrolment_id)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(QuestionVersion.question_id == question_id)
    )
    query = (
        sa.select(Enrolment.id, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.id.in_(met), *looked_after_by(trainer_id))
    )
    return {row[0]: row[1] for row in db.execute(query)}
