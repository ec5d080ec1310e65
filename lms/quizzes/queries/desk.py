"""Every SELECT of the trainers' desk: the people of a quiz, what is arranged for them, what they ask about marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Person
from lms.accounts.queries import matching
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import looked_after_by, taught_by
from lms.quizzes import queries
from lms.quizzes.models import (
    AnswerArrival,
    Arrangement,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Purpose,
    Question,
    QuestionVersion,
    Quiz,
    ReviewRequest,
)
from lms.quizzes.queries.bank import open_to
from lms.quizzes.queries.quizzes import open_to_trainer
from lms.quizzes.question_types import TYPES


def enrolments(db: Session, trainer_id: int, ids: Collection[int], *, lang: str) -> Sequence[Enrolment]:
    """Those of the enrolments that a trainer may arrange something for, by name: of their cohorts, not ended."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person), joinedload(Enrolment.cohort))
        .where(Enrolment.id.in_(ids), Enrolment.ended_at.is_(None), *looked_after_by(trainer_id))
        .order_by(*_by_name(lang))
    )
    return db.scalars(query).all()


def _by_name(lang: str) -> tuple[Any, ...]:
    return (Person.sort_ar if lang == "ar" else Person.sort_fr, Enrolment.id)


def _own_or_met(trainer_id: int) -> Any:
    """Condition: the quizzes of a trainer's desk.

    Their own, those of the curriculum's files, the published ones that their cohorts may take, and whatever their
    learners have begun: what was begun stays readable when a quiz goes.
    """
    held = taught_by(trainer_id)
    begun = (
        sa.select(Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(*looked_after_by(trainer_id), Attempt.quiz_id == Quiz.id)
    )
    return sa.or_(
        open_to_trainer(trainer_id),
        Quiz.content_key.is_not(None),
        sa.and_(Quiz.published_at.is_not(None), sa.or_(Quiz.cohort_id.is_(None), Quiz.cohort_id.in_(held))),
        begun.exists(),
    )


def quiz_or_none(db: Session, trainer_id: int, quiz_id: int) -> Quiz | None:
    """A quiz whose people a trainer may see."""
    query = sa.select(Quiz).options(joinedload(Quiz.other_form)).where(Quiz.id == quiz_id, _own_or_met(trainer_id))
    return db.scalars(query).first()


def quizzes_for(db: Session, trainer_id: int, enrolment: Enrolment) -> list[Quiz]:
    """The quizzes that something can be arranged in for a person, also a trainer's own that are not published yet.

    Practice to a lesson and surveys have neither time nor attempts to give more of.
    """
    query = (
        sa.select(Quiz)
        .options(joinedload(Quiz.other_form))
        .where(
            Quiz.archived_at.is_(None),
            Quiz.lesson == "",
            Quiz.purpose != Purpose.SURVEY,
            sa.or_(Quiz.cohort_id.is_(None), Quiz.cohort_id == enrolment.cohort_id),
            sa.or_(Quiz.published_at.is_not(None), open_to_trainer(trainer_id)),
        )
        .order_by(Quiz.module, Quiz.id)
    )
    return [quiz for quiz in db.scalars(query) if quiz.published_at is None or queries.attempts.is_for(quiz, enrolment)]


def cohorts(db: Session, trainer_id: int) -> Sequence[Cohort]:
    """The cohorts of a trainer, newest first."""
    query = sa.select(Cohort).where(Cohort.id.in_(taught_by(trainer_id)))
    return db.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def may_take(quiz: Quiz) -> list[Any]:
    """Conditions: the enrolments that a quiz is meant for, of parallel forms those of its half."""
    found: list[Any] = [] if quiz.cohort_id is None else [Enrolment.cohort_id == quiz.cohort_id]
    partner = quiz.other_form
    if partner is not None and partner.published_at is not None and partner.archived_at is None:
        found.append(Enrolment.id % 2 == (0 if queries.attempts.is_form_of(quiz, 0) else 1))
    return found


@dataclass(frozen=True)
class Learner:
    """A person of a quiz with what they did in it."""

    enrolment: Enrolment
    attempts: Sequence[Attempt]
    arrangements: Sequence[Arrangement]
    #: Whether somebody has still to read an answer of theirs.
    waits: bool
    #: Whether they ask about a mark.
    asks: bool


def people(
    db: Session, trainer_id: int, quiz: Quiz, *, cohort_id: int | None, search: str, lang: str, page: int
) -> tuple[list[Learner], int]:
    """One page of the learners of a trainer's cohorts who may take a quiz, by name, and how many there are."""
    which = [*looked_after_by(trainer_id), Enrolment.ended_at.is_(None), *may_take(quiz)]
    if cohort_id is not None:
        which.append(Enrolment.cohort_id == cohort_id)
    if search:
        which.append(matching(search))
    query = sa.select(Enrolment).join(Enrolment.person).where(*which)
    total = db.scalar(query.with_only_columns(sa.func.count(Enrolment.id))) or 0
    rows = db.scalars(
        query.options(contains_eager(Enrolment.person), joinedload(Enrolment.organisation))
        .order_by(*_by_name(lang))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return _learners(db, quiz, rows), total


def _learners(db: Session, quiz: Quiz, rows: Sequence[Enrolment]) -> list[Learner]:
    ids = [row.id for row in rows]
    made = _attempts(db, quiz.id, ids)
    arranged = arrangements_of(db, ids)
    attempt_ids = [attempt.id for some in made.values() for attempt in some]
    unread, asking = _unread(db, attempt_ids), _asking(db, attempt_ids)
    return [
        Learner(
            row,
            made[row.id],
            arranged[row.id],
            waits=any(one.id in unread for one in made[row.id]),
            asks=any(one.id in asking for one in made[row.id]),
        )
        for row in rows
    ]


def _attempts(db: Session, quiz_id: int, enrolment_ids: Collection[int]) -> defaultdict[int, list[Attempt]]:
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    query = sa.select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.enrolment_id.in_(enrolment_ids))
    for attempt in db.scalars(query.order_by(Attempt.number)):
        found[attempt.enrolment_id].append(attempt)
    return found


def arrangements_of(db: Session, enrolment_ids: Collection[int]) -> defaultdict[int, list[Arrangement]]:
    """What is arranged for each of these people, as it stands now: what holds in every quiz first."""
    found: defaultdict[int, list[Arrangement]] = defaultdict(list)
    query = (
        sa.select(Arrangement)
        .options(joinedload(Arrangement.quiz))
        .where(Arrangement.enrolment_id.in_(enrolment_ids))
        .order_by(Arrangement.quiz_id.is_not(None), Arrangement.id)
        .execution_options(populate_existing=True)
    )
    for one in db.scalars(query):
        found[one.enrolment_id].append(one)
    return found


def _unread(db: Session, attempt_ids: Collection[int]) -> set[int]:
    """Those of the attempts with an answer that a person has still to read."""
    kinds = [key for key, kind in TYPES.items() if kind.marked_by == "person"]
    query = (
        sa.select(AttemptQuestion.attempt_id)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(
            Attempt.id.in_(attempt_ids),
            Attempt.state == AttemptState.SUBMITTED,
            AttemptQuestion.fraction.is_(None),
            QuestionVersion.type.in_(kinds),
        )
    )
    return set(db.scalars(query))


def _asking(db: Session, attempt_ids: Collection[int]) -> set[int]:
    query = sa.select(ReviewRequest.attempt_id).where(
        ReviewRequest.attempt_id.in_(attempt_ids), ReviewRequest.answered_at.is_(None)
    )
    return set(db.scalars(query))


def attempt_or_none(
    db: Session, trainer_id: int, quiz_id: int, enrolment_id: int, number: int
) -> tuple[Attempt, Enrolment] | None:
    """One attempt of a learner of a trainer's cohorts with its quiz, also of somebody who left."""
    query = (
        sa.select(Attempt, Enrolment)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .options(joinedload(Attempt.quiz, innerjoin=True), joinedload(Enrolment.person, innerjoin=True))
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.enrolment_id == enrolment_id,
            Attempt.number == number,
            *looked_after_by(trainer_id),
        )
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else None


def late_arrivals(db: Session, attempt_id: int) -> defaultdict[int, list[AnswerArrival]]:
    """The answers of an attempt that came too late, by number of their question, in the order of arrival."""
    query = (
        sa.select(AnswerArrival)
        .join(AttemptQuestion, AttemptQuestion.id == AnswerArrival.attempt_question_id)
        .where(AttemptQuestion.attempt_id == attempt_id, AnswerArrival.is_late)
        .order_by(AnswerArrival.arrived_at, AnswerArrival.id)
    )
    found: defaultdict[int, list[AnswerArrival]] = defaultdict(list)
    for one in db.scalars(query):
        found[one.attempt_question_id].append(one)
    return found


def mendable(db: Session, trainer_id: int, question_ids: Collection[int]) -> set[int]:
    """Those of the questions whose key a trainer may correct."""
    query = sa.select(Question.id).where(
        Question.id.in_(question_ids), Question.current_number > 0, Question.revision > 0, open_to(trainer_id)
    )
    return set(db.scalars(query))


def _waiting_reviews(trainer_id: int) -> sa.Select[ReviewRequest]:
    return (
        sa.select(ReviewRequest)
        .join(ReviewRequest.attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(ReviewRequest.answered_at.is_(None), *looked_after_by(trainer_id))
    )


def count_waiting_reviews(db: Session, trainer_id: int) -> int:
    """How many questions about marks wait in a trainer's cohorts."""
    return db.scalar(_waiting_reviews(trainer_id).with_only_columns(sa.func.count(ReviewRequest.id))) or 0


def oldest_review(db: Session, trainer_id: int) -> ReviewRequest | None:
    """The question about a mark that waits longest in a trainer's cohorts, with its attempt."""
    query = _waiting_reviews(trainer_id).options(contains_eager(ReviewRequest.attempt))
    return db.scalars(query.order_by(ReviewRequest.asked_at, ReviewRequest.id).limit(1)).first()


def lock_review(db: Session, review: ReviewRequest) -> None:
    """Wait for whoever answers this request now, and read it again."""
    db.refresh(review, with_for_update=True)


def names(db: Session, person_ids: Collection[int | None]) -> dict[int, Any]:
    """Names by number of the person."""
    ids = [one for one in person_ids if one is not None]
    return {one.id: one.name for one in db.scalars(sa.select(Person).where(Person.id.in_(ids)))} if ids else {}


def arrangement_or_none(db: Session, enrolment_id: int, arrangement_id: int) -> Arrangement | None:
    query = sa.select(Arrangement).where(Arrangement.id == arrangement_id, Arrangement.enrolment_id == enrolment_id)
    return db.scalars(query).first()
