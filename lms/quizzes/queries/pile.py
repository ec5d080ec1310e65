"""The open answers that a trainer may mark: how far each is, in which order they come, what there is to do.

The database counts and orders them: no page reads more copies than it shows.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment
from lms.programme.queries import looked_after_by
from lms.quizzes.models import (
    AnswerMark,
    Attempt,
    AttemptQuestion,
    AttemptState,
    QuestionVersion,
    Quiz,
)
from lms.quizzes.queries.json_sums import PointsGiven, PointsPossible
from lms.quizzes.question_types import TYPES
from lms.quizzes.rubric import AGREEMENT


class MarkState(enum.StrEnum):
    """How far the mark of an open answer is, for one trainer."""

    #: This trainer can give a mark.
    WAITING = "waiting"
    #: This trainer gave theirs, a second marker is missing.
    HALF = "half"
    #: Two marks, too far apart.
    TO_AGREE = "agree"
    #: The mark is final; learners do not see it yet.
    FINAL = "final"
    RELEASED = "released"


@dataclass(frozen=True)
class Copy:
    """One open answer in the list of a trainer, without anything of the person who wrote it."""

    id: int
    version_id: int
    state: MarkState
    #: Whether one of its marks is this trainer's.
    is_own: bool
    #: 1, 2, … within its question.
    number: int
    #: 1, 2, … among all copies of its quiz.
    place: int


def of_cohorts(person_id: int) -> sa.Select[AttemptQuestion]:
    """The open answers that a trainer may mark: sent, of those they look after. Every read starts here."""
    kinds = [key for key, kind in TYPES.items() if kind.marked_by == "person"]
    return (
        sa.select(AttemptQuestion)
        .select_from(AttemptQuestion)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(
            *looked_after_by(person_id),
            Attempt.state == AttemptState.SUBMITTED,
            QuestionVersion.type.in_(kinds),
            AttemptQuestion.answer.is_not(None),
        )
    )


_FIRST, _SECOND = aliased(AnswerMark), aliased(AnswerMark)
_IS_FIRST = sa.and_(_FIRST.attempt_question_id == AttemptQuestion.id, _FIRST.number == 1)
_IS_SECOND = sa.and_(_SECOND.attempt_question_id == AttemptQuestion.id, _SECOND.number == 2)
NOT_RELEASED = AttemptQuestion.fraction.is_(None)
#: ``rubric.agree``, for the database.
_AGREE = sa.func.abs(PointsGiven(_FIRST.points) - PointsGiven(_SECOND.points)) <= (
    PointsPossible(QuestionVersion.settings) * float(AGREEMENT)
)
#: An order that tells nothing: numbers in a row land far apart, the same way each time.
_SHUFFLED = sa.cast(AttemptQuestion.id, sa.BigInteger) * sa.literal(2_654_435_761, sa.BigInteger) % 4_294_967_296


def _state(person_id: int) -> sa.ColumnElement[str]:
    """``MarkState`` of an answer for this trainer."""
    return sa.case(
        (~NOT_RELEASED, MarkState.RELEASED.value),
        (_FIRST.id.is_(None), MarkState.WAITING.value),
        (sa.and_(_SECOND.id.is_not(None), _AGREE), MarkState.FINAL.value),
        (_SECOND.id.is_not(None), MarkState.TO_AGREE.value),
        (~Quiz.second_marker, MarkState.FINAL.value),
        (_FIRST.marker_id == person_id, MarkState.HALF.value),
        else_=MarkState.WAITING.value,
    )


def _pile(person_id: int, *which: Any) -> sa.Subquery:
    """The answers meant with their states, as the database counts and orders them."""
    own = sa.or_(_FIRST.marker_id == person_id, _SECOND.marker_id == person_id)
    return (
        of_cohorts(person_id)
        .with_only_columns(
            AttemptQuestion.id, AttemptQuestion.attempt_id, Attempt.quiz_id, Attempt.submitted_at,
            QuestionVersion.question_id, AttemptQuestion.version_id, _SHUFFLED.label("shuffled"),
            _state(person_id).label("state"), sa.case((own, True), else_=False).label("is_own"),
        )
        .outerjoin(_FIRST, _IS_FIRST)
        .outerjoin(_SECOND, _IS_SECOND)
        .where(*which)
        .subquery()
    )  # fmt: skip


def _numbered(person_id: int, quiz_id: int) -> sa.CTE:
    """All open answers of a quiz with their numbers: by question, then shuffled, the same way each time.

    Neither names nor the order of sending can be read from the place of a copy.
    """
    pile = _pile(person_id, Attempt.quiz_id == quiz_id)
    shuffled = (pile.c.shuffled, pile.c.id)
    number = sa.func.row_number().over(partition_by=pile.c.question_id, order_by=shuffled)
    place = sa.func.row_number().over(order_by=(pile.c.question_id, *shuffled))
    columns = (pile.c.id, pile.c.version_id, pile.c.state, pile.c.is_own)
    return sa.select(*columns, number.label("number"), place.label("place")).cte("numbered")


def _copies(db: Session, query: sa.Select[Any]) -> list[Copy]:
    return [
        Copy(row.id, row.version_id, MarkState(row.state), row.is_own, row.number, row.place)
        for row in db.execute(query)
    ]


def copies(db: Session, person_id: int, quiz_id: int, *, state: str = "", page: int | None = None) -> list[Copy]:
    """The open answers of a quiz in their order: all, those of one state, those of one page."""
    numbered = _numbered(person_id, quiz_id)
    query = sa.select(numbered).order_by(numbered.c.place)
    if state:
        query = query.where(numbered.c.state == state)
    if page is not None:
        query = query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return _copies(db, query)


def count_by_state(db: Session, person_id: int, quiz_id: int) -> dict[str, int]:
    """How many open answers of a quiz are in each state; a state that none is in is missing."""
    pile = _pile(person_id, Attempt.quiz_id == quiz_id)
    rows = db.execute(sa.select(pile.c.state, sa.func.count()).group_by(pile.c.state))
    return {row[0]: row[1] for row in rows}


def _waits(pile: sa.FromClause) -> sa.ColumnElement[bool]:
    """Condition: this trainer can do something about the answer now."""
    return sa.or_(pile.c.state == MarkState.WAITING, sa.and_(pile.c.state == MarkState.TO_AGREE, pile.c.is_own))


def next_copy(db: Session, person_id: int, quiz_id: int, after: int = 0) -> Copy | None:
    """The next copy that waits for this trainer, behind the place given and round again; then the next to agree on."""
    numbered = _numbered(person_id, quiz_id)
    query = sa.select(numbered).where(_waits(numbered), numbered.c.place != after)
    order = (numbered.c.state == MarkState.TO_AGREE, numbered.c.place < after, numbered.c.place)
    return next(iter(_copies(db, query.order_by(*order).limit(1))), None)


@dataclass(frozen=True)
class Seat:
    """Where an answer stands in the trainer's pile."""

    copy: Copy
    total: int
    previous: Copy | None
    following: Copy | None


def seat(db: Session, person_id: int, answer: AttemptQuestion) -> Seat:
    """The place of an answer that this trainer may mark, with its neighbours; of the other copies only the count."""
    quiz_id = answer.attempt.quiz_id
    numbered = _numbered(person_id, quiz_id)
    here = sa.select(numbered.c.place).where(numbered.c.id == answer.id).scalar_subquery()
    query = sa.select(numbered).where(numbered.c.place.between(here - 1, here + 1)).order_by(numbered.c.place)
    around = _copies(db, query)
    at = next(number for number, copy in enumerate(around) if copy.id == answer.id)
    copy = around[at]
    following = next_copy(db, person_id, quiz_id, copy.place) or next(iter(around[at + 1 :]), None)
    total = sum(count_by_state(db, person_id, quiz_id).values())
    return Seat(copy, total, around[at - 1] if at else None, following)


def oldest_quiz(db: Session, person_id: int) -> int | None:
    """The quiz whose answer waits longest for this trainer; then one with marks to agree on."""
    pile = _pile(person_id, NOT_RELEASED)
    order = (pile.c.state == MarkState.TO_AGREE, pile.c.submitted_at, pile.c.id)
    return db.scalars(sa.select(pile.c.quiz_id).where(_waits(pile)).order_by(*order).limit(1)).first()


@dataclass(frozen=True)
class Counts:
    """What there is to do with open answers that are not released."""

    waiting: int = 0
    half: int = 0
    to_agree: int = 0
    #: Those of them where one of the two marks is this trainer's.
    apart: int = 0
    final: int = 0
    #: Attempts whose marks can be released.
    ready: int = 0
    #: When the answer that waits longest was sent.
    oldest: dt.datetime | None = None


def counts_by_quiz(db: Session, person_id: int) -> dict[int, Counts]:
    """What there is to do in each quiz with answers that are not released; two statements, however many."""
    pile = _pile(person_id, NOT_RELEASED)
    groups = (pile.c.quiz_id, pile.c.state, pile.c.is_own)
    query = sa.select(*groups, sa.func.count().label("count"), sa.func.min(pile.c.submitted_at).label("oldest"))
    by_quiz: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.execute(query.group_by(*groups)):
        by_quiz[row.quiz_id].append(row)
    ready = _ready(person_id).subquery()
    grouped = sa.select(ready.c.quiz_id, sa.func.count()).group_by(ready.c.quiz_id)
    ready_in = {row[0]: row[1] for row in db.execute(grouped)}
    return {quiz_id: _counts(rows, ready_in.get(quiz_id, 0)) for quiz_id, rows in by_quiz.items()}


def _counts(rows: Sequence[Any], ready: int) -> Counts:
    by_state: Counter[str] = Counter()
    for row in rows:
        by_state[row.state] += row.count
    return Counts(
        waiting=by_state[MarkState.WAITING],
        half=by_state[MarkState.HALF],
        to_agree=by_state[MarkState.TO_AGREE],
        apart=sum(row.count for row in rows if row.is_own and row.state == MarkState.TO_AGREE),
        final=by_state[MarkState.FINAL],
        ready=ready,
        oldest=min((row.oldest for row in rows if row.state == MarkState.WAITING), default=None),
    )


def counts(db: Session, person_id: int) -> Counts:
    """What there is to do in all quizzes together."""
    found = counts_by_quiz(db, person_id).values()
    return Counts(
        waiting=sum(one.waiting for one in found),
        half=sum(one.half for one in found),
        to_agree=sum(one.to_agree for one in found),
        apart=sum(one.apart for one in found),
        final=sum(one.final for one in found),
        ready=sum(one.ready for one in found),
        oldest=min((one.oldest for one in found if one.oldest is not None), default=None),
    )


def _ready(person_id: int, *which: Any) -> sa.Select[tuple[int, int]]:
    """The attempts of which every mark that is not released is final, with their quizzes."""
    pile = _pile(person_id, NOT_RELEASED, *which)
    unready = sa.func.sum(sa.case((pile.c.state == MarkState.FINAL, 0), else_=1))
    columns = (pile.c.attempt_id, pile.c.quiz_id)
    return sa.select(*columns).group_by(*columns).having(unready == 0)


def ready_attempts(db: Session, person_id: int, quiz_id: int) -> set[int]:
    """The attempts at a quiz whose marks can be released."""
    return set(db.scalars(_ready(person_id, Attempt.quiz_id == quiz_id)))


@dataclass(frozen=True)
class QuizWork:
    """A quiz with open answers, and how far its marks are."""

    quiz: Quiz
    counts: Counts
    released: int


def work(db: Session, person_id: int) -> list[QuizWork]:
    """The quizzes with open answers in a trainer's cohorts: those with something to do first, the oldest before."""
    by_quiz = counts_by_quiz(db, person_id)
    grouped = (
        of_cohorts(person_id)
        .with_only_columns(Attempt.quiz_id, sa.func.count())
        .where(~NOT_RELEASED)
        .group_by(Attempt.quiz_id)
    )
    released = {row[0]: row[1] for row in db.execute(grouped)}
    quizzes = db.scalars(sa.select(Quiz).where(Quiz.id.in_({*by_quiz, *released}))).all()
    rows = [QuizWork(quiz, by_quiz.get(quiz.id, Counts()), released.get(quiz.id, 0)) for quiz in quizzes]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(rows, key=lambda row: (row.quiz.id not in by_quiz, row.counts.oldest or latest, -row.quiz.id))
