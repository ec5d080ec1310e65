"""Every SELECT of quizzes and attempts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from lms.curriculum.check import MODULES
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import first_choice
from lms.quizzes.models import (
    Arrangement,
    Attempt,
    AttemptQuestion,
    AttemptState,
    MarkChange,
    Purpose,
    Question,
    QuestionVersion,
    Quiz,
    ReviewRequest,
)

#: Joins a question with the version that new attempts pin.
CURRENT = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.current_number)
#: What makes a quiz the test of its module: it counts for everybody, so it is of no single cohort.
IS_TEST = (
    Quiz.purpose == Purpose.TEST,
    Quiz.archived_at.is_(None),
    Quiz.published_at.is_not(None),
    Quiz.cohort_id.is_(None),
)


def quiz_or_none(db: Session, quiz_id: int) -> Quiz | None:
    """A quiz that is not archived, with its items."""
    query = (
        sa.select(Quiz)
        .options(selectinload(Quiz.items), selectinload(Quiz.sections))
        .where(Quiz.id == quiz_id, Quiz.archived_at.is_(None))
    )
    return db.scalars(query).first()


def is_for(quiz: Quiz, enrolment: Enrolment) -> bool:
    """Whether learners of the enrolment may begin the quiz: published, for their cohort, and the form of their half.

    A survey is no quiz to begin: it is answered without a name, in a room of its own.
    """
    if quiz.published_at is None or quiz.cohort_id not in (None, enrolment.cohort_id):
        return False
    if quiz.purpose == Purpose.SURVEY or not _takes(enrolment, quiz.module):
        return False
    partner = quiz.other_form
    if partner is None or partner.published_at is None or partner.archived_at is not None:
        return True
    return is_form_of(quiz, enrolment.id)


def _takes(enrolment: Enrolment, module: str) -> bool:
    """Whether the cohort takes all that a quiz is about; one of a module is reached through its module's page."""
    return bool(module) or {row.module for row in enrolment.cohort.modules} >= set(MODULES)


def is_form_of(quiz: Quiz, enrolment_id: int) -> bool:
    """Of two parallel forms, whether this one is the enrolment's.

    Even enrolments take the older form before the training and the newer one after it, odd ones the other way round:
    each person meets both forms once, and each form is met before and after.
    """
    is_older = quiz.id < (quiz.other_form_id or 0)
    takes_older = (enrolment_id % 2 == 0) != (quiz.purpose == Purpose.POST_TEST)
    return is_older == takes_older


def test_of(db: Session, module: str) -> Quiz | None:
    """The test of a module."""
    query = (
        sa.select(Quiz)
        .options(selectinload(Quiz.items))
        .where(Quiz.module == module, *IS_TEST)
        .order_by(Quiz.id)
        .limit(1)
    )
    return db.scalars(query).first()


def by_content_key(db: Session, key: str) -> Quiz | None:
    return db.scalars(sa.select(Quiz).where(Quiz.content_key == key)).first()


def attempts(db: Session, quiz_id: int, enrolment_id: int) -> Sequence[Attempt]:
    """An enrolment's attempts at a quiz, in order."""
    query = (
        sa.select(Attempt)
        .where(Attempt.quiz_id == quiz_id, Attempt.enrolment_id == enrolment_id)
        .order_by(Attempt.number)
    )
    return db.scalars(query).all()


def arrangements(db: Session, enrolment_id: int) -> Sequence[Arrangement]:
    """What is arranged for a person in this cohort: one row for all quizzes, one for each that differs."""
    return db.scalars(sa.select(Arrangement).where(Arrangement.enrolment_id == enrolment_id)).all()


def attempts_of_person(person_id: int) -> sa.Select[Attempt]:
    """The attempts that a learner may open: their own. Every read of an attempt starts here."""
    return (
        sa.select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Enrolment.person_id == person_id)
    )


def lock_open_attempts(db: Session, enrolment_ids: Collection[int]) -> Sequence[Attempt]:
    """The running attempts of these people with their quizzes, as they stand now; who sends one waits."""
    query = (
        sa.select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .where(Attempt.enrolment_id.in_(enrolment_ids), Attempt.state == AttemptState.OPEN)
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    return db.scalars(query).all()


def changes_of_person(db: Session, person_id: int) -> list[tuple[MarkChange, Attempt]]:
    """The corrected marks of a person with their attempts, oldest first."""
    query = (
        sa.select(MarkChange, Attempt)
        .join(Attempt, Attempt.id == MarkChange.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .options(joinedload(Attempt.quiz))
        .where(Enrolment.person_id == person_id)
        .order_by(MarkChange.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def changes_of(db: Session, attempt_id: int) -> Sequence[MarkChange]:
    """The corrections of one attempt's mark, oldest first."""
    return db.scalars(sa.select(MarkChange).where(MarkChange.attempt_id == attempt_id).order_by(MarkChange.id)).all()


def reviews_of(db: Session, attempt_id: int) -> Sequence[ReviewRequest]:
    """What was asked about the mark of one attempt, oldest first."""
    query = sa.select(ReviewRequest).where(ReviewRequest.attempt_id == attempt_id)
    return db.scalars(query.order_by(ReviewRequest.id)).all()


def reviews_of_person(db: Session, person_id: int) -> Sequence[ReviewRequest]:
    """What a person asked about marks, oldest first."""
    own = attempts_of_person(person_id).with_only_columns(Attempt.id)
    return db.scalars(
        sa.select(ReviewRequest).where(ReviewRequest.attempt_id.in_(own)).order_by(ReviewRequest.id)
    ).all()


def arrangements_of_person(db: Session, person_id: int) -> Sequence[Arrangement]:
    query = sa.select(Arrangement).join(Enrolment, Enrolment.id == Arrangement.enrolment_id)
    return db.scalars(query.where(Enrolment.person_id == person_id).order_by(Arrangement.id)).all()


def own_attempt(db: Session, person_id: int, quiz_id: int, number: int, *, today: dt.date) -> Attempt | None:
    """One attempt of the person with its quiz; of two enrolments' attempts, that of the one that counts today."""
    query = (
        attempts_of_person(person_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .options(contains_eager(Attempt.quiz))
        .where(Attempt.quiz_id == quiz_id, Attempt.number == number)
        .order_by(*first_choice(today))
        .limit(1)
    )
    return db.scalars(query).first()


def open_attempt(db: Session, enrolment_id: int) -> Attempt | None:
    """The newest attempt of an enrolment that is still open; practice to a lesson waits at its lesson."""
    query = (
        sa.select(Attempt)
        .join(Attempt.quiz)
        .options(contains_eager(Attempt.quiz))
        .where(Attempt.enrolment_id == enrolment_id, Attempt.state == AttemptState.OPEN, Quiz.lesson == "")
        .order_by(Attempt.started_at.desc())
        .limit(1)
    )
    return db.scalars(query).first()


def last_results(db: Session, enrolment_id: int, *, limit: int = 1) -> Sequence[Attempt]:
    """Attempts sent by an enrolment, newest first; of practice to a lesson nothing is counted."""
    query = (
        sa.select(Attempt)
        .join(Attempt.quiz)
        .options(contains_eager(Attempt.quiz))
        .where(Attempt.enrolment_id == enrolment_id, Attempt.state == AttemptState.SUBMITTED, Quiz.lesson == "")
        .order_by(Attempt.submitted_at.desc())
        .limit(limit)
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Place:
    """One square of the number grid."""

    position: int
    is_answered: bool
    is_flagged: bool


def places(db: Session, attempt_id: int) -> list[Place]:
    """The questions of an attempt in their order, without their content."""
    query = (
        sa.select(
            AttemptQuestion.position,
            AttemptQuestion.answered_at,
            AttemptQuestion.answer,
            AttemptQuestion.flagged,
        )
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return [Place(row.position, row.answer is not None, row.flagged) for row in db.execute(query)]


def question_at(db: Session, attempt_id: int, position: int) -> AttemptQuestion | None:
    """One question of an attempt with its pinned version."""
    query = (
        sa.select(AttemptQuestion)
        .options(joinedload(AttemptQuestion.version))
        .where(AttemptQuestion.attempt_id == attempt_id, AttemptQuestion.position == position)
    )
    return db.scalars(query).first()


def questions(db: Session, attempt_id: int) -> Sequence[AttemptQuestion]:
    """All questions of an attempt with their versions, in order."""
    query = (
        sa.select(AttemptQuestion)
        .options(joinedload(AttemptQuestion.version), joinedload(AttemptQuestion.marked_with))
        .where(AttemptQuestion.attempt_id == attempt_id)
        .order_by(AttemptQuestion.position)
    )
    return db.scalars(query).all()


def questions_met(db: Session, attempt_ids: Collection[int]) -> set[int]:
    """The questions that these attempts asked, whatever their version."""
    if not attempt_ids:
        return set()
    query = sa.select(QuestionVersion.question_id).join(
        AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id
    )
    return set(db.scalars(query.where(AttemptQuestion.attempt_id.in_(attempt_ids))))


def overdue(db: Session, *, before: dt.datetime, limit: int = 200) -> Sequence[Attempt]:
    """Open attempts whose deadline passed before that moment."""
    query = (
        sa.select(Attempt)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline_at < before)
        .order_by(Attempt.deadline_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Saving:
    """What saving an answer needs to know, read in one statement."""

    attempt_question_id: int
    attempt_id: int
    state: str
    deadline_at: dt.datetime | None
    order: list[Any]
    type: str
    settings: dict[str, Any]


#: Of the enrolments with such an attempt, the one that counts. As values found one by one, the attempt and its question
#: are reached by their keys, however many people take the same quiz and whatever the database supposes about them:
#: joined, PostgreSQL may walk over all attempts of a quiz that is newer than its statistics.
_OF_ENROLMENT = (
    sa.select(Attempt.id)
    .where(
        Attempt.quiz_id == sa.bindparam("quiz_id"), Attempt.enrolment_id == Enrolment.id,
        Attempt.number == sa.bindparam("number"),
    )
    .correlate(Enrolment)
    .scalar_subquery()
)  # fmt: skip
_CHOSEN = (
    sa.select(_OF_ENROLMENT)
    .select_from(Enrolment)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .where(Enrolment.person_id == sa.bindparam("person_id"), _OF_ENROLMENT.is_not(None))
    .order_by(*first_choice(sa.bindparam("today")))
    .limit(1)
    .scalar_subquery()
)
_SAVING = (
    sa.select(
        AttemptQuestion.id, Attempt.id, Attempt.state, Attempt.deadline_at, AttemptQuestion.order,
        QuestionVersion.type, QuestionVersion.settings,
    )
    .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
    .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
    .where(Attempt.id == _CHOSEN, AttemptQuestion.position == sa.bindparam("position"))
    # Whoever submits at this moment waits, or is waited for and seen.
    .with_for_update(of=Attempt)
)  # fmt: skip


def saving(db: Session, person_id: int, quiz_id: int, number: int, position: int, *, today: dt.date) -> Saving | None:
    """One question of one's own attempt, as far as saving needs it; no objects, it runs at every tap."""
    asked = {"person_id": person_id, "quiz_id": quiz_id, "number": number, "position": position, "today": today}
    row = db.connection().execute(_SAVING, asked).first()
    return Saving(*row) if row else None


def last_closing(db: Session, quiz: Quiz) -> dt.datetime | None:
    """When the last person who may take the quiz is through with it; None for a quiz that never closes.

    The latest of its own closing, of those arranged for single people, and of the attempts that still run: neither a
    closing that is put earlier nor an arrangement that is taken away shortens them.
    """
    if quiz.closes_at is None:
        return None
    named = aliased(Arrangement)
    has_own = sa.exists().where(named.enrolment_id == Arrangement.enrolment_id, named.quiz_id == quiz.id)
    arranged = (
        sa.select(sa.func.max(Arrangement.closes_at))
        .join(Enrolment, Enrolment.id == Arrangement.enrolment_id)
        .where(
            sa.or_(Arrangement.quiz_id == quiz.id, sa.and_(Arrangement.quiz_id.is_(None), ~has_own)),
            Enrolment.ended_at.is_(None),
            Enrolment.cohort_id == quiz.cohort_id if quiz.cohort_id is not None else sa.true(),
        )
    )
    running = sa.select(sa.func.max(Attempt.deadline_at)).where(
        Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.OPEN
    )
    ends: list[dt.datetime | None] = [quiz.closes_at, db.scalar(arranged), db.scalar(running)]
    return max(one for one in ends if one is not None)
