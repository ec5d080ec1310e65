"""Every SELECT of a quiz's statistics. Test accounts and enrolments that stand aside are never counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import taught_by
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    AttemptState,
    Purpose,
    QuestionVersion,
    Quiz,
    QuizAnalysis,
    QuizItem,
)
from lms.quizzes.queries.quizzes import open_to_trainer

#: Raised with each new shape of a report, so that none of an older shape is read.
REPORT_SHAPE = "3"
#: Only first attempts tell how hard a question is: whoever comes back has read the answers.
_FIRST = (
    Attempt.state == AttemptState.SUBMITTED,
    Attempt.number == 1,
    Enrolment.is_test.is_(False),
    Enrolment.merged_into_id.is_(None),
)

#: The version whose key marks an answer, after a correction a later one than the learner met.
_MARKED_BY = sa.func.coalesce(AttemptQuestion.marked_with_id, AttemptQuestion.version_id)


def readable(person_id: int, *, reads_all: bool) -> Any:
    """Condition: the quizzes whose statistics somebody reads; surveys have pages of their own.

    The monitoring team reads all; trainers their own, those of the curriculum, and those of cohorts they hold.
    """
    is_marked = Quiz.purpose != Purpose.SURVEY
    if reads_all:
        return is_marked
    own = sa.or_(open_to_trainer(person_id), Quiz.content_key.is_not(None), Quiz.cohort_id.in_(taught_by(person_id)))
    return sa.and_(is_marked, own)


def quiz_or_none(db: Session, quiz_id: int, condition: Any) -> Quiz | None:
    return db.scalars(sa.select(Quiz).where(Quiz.id == quiz_id, condition)).first()


@dataclass(frozen=True)
class Taken:
    """A quiz with the first attempts at it."""

    quiz: Quiz
    n: int
    #: Millionths, as stored.
    mean: float | None
    last_at: dt.datetime | None


def taken(db: Session, condition: Any) -> list[Taken]:
    """The quizzes that somebody took, newest attempt first."""
    firsts = (
        sa.select(
            Attempt.quiz_id,
            sa.func.count().label("n"),
            sa.func.avg(sa.type_coerce(Attempt.score, sa.Integer)).label("mean"),
            sa.func.max(Attempt.submitted_at).label("last_at"),
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(*_FIRST)
        .group_by(Attempt.quiz_id)
        .subquery()
    )
    query = sa.select(Quiz, firsts.c.n, firsts.c.mean, firsts.c.last_at).join(firsts, firsts.c.quiz_id == Quiz.id)
    rows = db.execute(query.where(condition).order_by(firsts.c.last_at.desc(), Quiz.id))
    return [Taken(row[0], row[1], None if row[2] is None else float(row[2]) / 1_000_000, row[3]) for row in rows]


class Answer(NamedTuple):
    """One question of one first attempt; there may be a million of them."""

    attempt_id: int
    started_at: dt.datetime
    submitted_at: dt.datetime
    pass_percent: int | None
    #: Millionths.
    score: int
    version_id: int
    points: int
    #: Millionths.
    fraction: int
    answer: Any
    lang: str | None
    answered_at: dt.datetime | None


def answers(db: Session, quiz_id: int, cohort_id: int | None) -> Iterator[Answer]:
    """The marked questions of all first attempts, attempt by attempt; one statement, read in portions.

    A question that was given up is left out: its mark says nothing.
    """
    query = (
        sa.select(
            Attempt.id,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.pass_percent,
            sa.type_coerce(Attempt.score, sa.Integer),
            _MARKED_BY.label("version_id"),
            AttemptQuestion.points,
            sa.type_coerce(AttemptQuestion.fraction, sa.Integer),
            AttemptQuestion.answer,
            AttemptQuestion.lang,
            AttemptQuestion.answered_at,
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.quiz_id == quiz_id,
            *_FIRST,
            Attempt.score.is_not(None),
            AttemptQuestion.fraction.is_not(None),
            AttemptQuestion.is_given_up.is_(False),
        )
        .order_by(Attempt.id)
    )
    if cohort_id is not None:
        query = query.where(Enrolment.cohort_id == cohort_id)
    yield from (Answer(*row) for row in db.execute(query.execution_options(yield_per=5000)))


def stamp(db: Session, quiz_id: int) -> str:
    """Changes whenever a mark of the quiz does: how many answers have one, their sum, how many keys were corrected."""
    marks = (
        sa.select(
            sa.func.count(AttemptQuestion.fraction),
            sa.func.sum(sa.type_coerce(AttemptQuestion.fraction, sa.Integer)),
            sa.func.count(AttemptQuestion.marked_with_id),
            sa.func.count(sa.case((AttemptQuestion.is_given_up, 1))),
        )
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == AttemptState.SUBMITTED)
    )
    scores = sa.select(sa.func.count(Attempt.score), sa.func.sum(sa.type_coerce(Attempt.score, sa.Integer)))
    found = [*db.execute(marks).one(), *db.execute(scores.where(Attempt.quiz_id == quiz_id)).one()]
    return ":".join([REPORT_SHAPE, *(str(one or 0) for one in found)])


def count_first(db: Session, quiz_id: int) -> int:
    """How many first attempts were sent."""
    query = sa.select(sa.func.count()).select_from(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    return db.scalar(query.where(Attempt.quiz_id == quiz_id, *_FIRST)) or 0


def versions_in(db: Session, quiz_id: int) -> dict[int, QuestionVersion]:
    """The versions that stand in a quiz's attempts."""
    met = sa.select(_MARKED_BY).join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
    return versions(db, set(db.scalars(met.where(Attempt.quiz_id == quiz_id).distinct())))


def versions(db: Session, ids: Collection[int]) -> dict[int, QuestionVersion]:
    query = sa.select(QuestionVersion).where(QuestionVersion.id.in_(ids))
    return {version.id: version for version in db.scalars(query)}


def positions(db: Session, quiz_id: int) -> dict[int, int]:
    """Place of each fixed question in a quiz."""
    query = sa.select(QuizItem.question_id, QuizItem.position).where(
        QuizItem.quiz_id == quiz_id, QuizItem.question_id.is_not(None)
    )
    return {row[0]: row[1] for row in db.execute(query) if row[0] is not None}


def cohorts(db: Session, quiz_id: int, person_id: int, *, reads_all: bool) -> Sequence[Cohort]:
    """The cohorts that took the quiz and that somebody may look at by themselves, newest first."""
    took = sa.select(Enrolment.cohort_id).join(Attempt, Attempt.enrolment_id == Enrolment.id)
    query = sa.select(Cohort).where(Cohort.id.in_(took.where(Attempt.quiz_id == quiz_id)))
    if not reads_all:
        query = query.where(Cohort.id.in_(taught_by(person_id)))
    return db.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def stored(db: Session, quiz_id: int) -> QuizAnalysis | None:
    return db.get(QuizAnalysis, quiz_id)


def with_alerts(db: Session, condition: Any) -> list[tuple[Quiz, int]]:
    """The quizzes with questions to look at, by the last count, most of them first."""
    query = (
        sa.select(Quiz, QuizAnalysis.alerts)
        .join(QuizAnalysis, QuizAnalysis.quiz_id == Quiz.id)
        .where(condition, QuizAnalysis.alerts > 0, Quiz.archived_at.is_(None))
        .order_by(QuizAnalysis.alerts.desc(), Quiz.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def quizzes_taken(db: Session) -> Sequence[int]:
    """Every quiz with an attempt that was sent, surveys left out."""
    query = sa.select(Quiz.id).where(
        Quiz.purpose != Purpose.SURVEY,
        sa.exists().where(Attempt.quiz_id == Quiz.id, Attempt.state == AttemptState.SUBMITTED),
    )
    return db.scalars(query.order_by(Quiz.id)).all()
