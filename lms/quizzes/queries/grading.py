"""Every SELECT of the grading of open answers, and what their marks amount to."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from lms.programme.queries import looked_after_by
from lms.quizzes.models import (
    AnswerMark,
    Attempt,
    AttemptQuestion,
    AttemptState,
    CommentSnippet,
    QuestionVersion,
    Quiz,
)
from lms.quizzes.queries.attempts import attempts_of_person
from lms.quizzes.question_types import TYPES

#: Two markers agree when their marks differ by at most this part of the points of the rubric.
AGREEMENT = Decimal(1) / 4


@dataclass(frozen=True)
class Criterion:
    """A line of a rubric and the points it can bring."""

    key: str
    text: Bilingual
    points: int


def criteria(version: QuestionVersion) -> list[Criterion]:
    """The rubric of an open question, as it stood when the attempt was made."""
    return [Criterion(row["key"], Bilingual.of(row["text"]), row["points"]) for row in version.settings["criteria"]]


def possible_of(settings: Mapping[str, Any]) -> int:
    """Points that a rubric brings at most."""
    return sum(row["points"] for row in settings["criteria"])


def agree(first: Mapping[str, int], second: Mapping[str, int], possible: int) -> bool:
    return abs(sum(first.values()) - sum(second.values())) <= AGREEMENT * possible


def fraction_of(marks: Sequence[Mapping[str, int]], possible: int) -> Decimal:
    """The mark of one answer, 0-1: the mean of what its markers gave."""
    given = sum(sum(points.values()) for points in marks)
    return (Decimal(given) / len(marks) / possible).quantize(Decimal("0.000001"))


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
    attempt_id: int
    quiz_id: int
    question_id: int
    version_id: int
    state: MarkState
    #: Whether one of its marks is this trainer's.
    is_own: bool
    sent_at: dt.datetime
    #: 1, 2, … within its question.
    number: int = 0

    @property
    def is_apart(self) -> bool:
        """Whether this trainer is one of two whose marks are too far apart."""
        return self.state == MarkState.TO_AGREE and self.is_own


def _of_cohorts(person_id: int) -> sa.Select[AttemptQuestion]:
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
_NOT_RELEASED = AttemptQuestion.fraction.is_(None)


def _copies(db: Session, person_id: int, *which: Any) -> list[Copy]:
    """The answers meant, in no order; two statements, however many."""
    query = (
        _of_cohorts(person_id)
        .with_only_columns(
            AttemptQuestion.id, AttemptQuestion.attempt_id, Attempt.quiz_id, Attempt.submitted_at,
            QuestionVersion.question_id, AttemptQuestion.version_id, AttemptQuestion.fraction, Quiz.second_marker,
            _FIRST.marker_id.label("first_id"), _FIRST.points.label("first"),
            _SECOND.marker_id.label("second_id"), _SECOND.points.label("second"),
        )
        .outerjoin(_FIRST, _IS_FIRST)
        .outerjoin(_SECOND, _IS_SECOND)
        .where(*which)
    )  # fmt: skip
    rows = db.execute(query).all()
    possible = _possible(db, {row.version_id for row in rows if row.second is not None and row.fraction is None})
    return [
        Copy(
            row.id, row.attempt_id, row.quiz_id, row.question_id, row.version_id,
            _state(row, person_id, possible), person_id in (row.first_id, row.second_id), row.submitted_at,
        )
        for row in rows
    ]  # fmt: skip


def _possible(db: Session, version_ids: Collection[int]) -> dict[int, int]:
    if not version_ids:
        return {}
    query = sa.select(QuestionVersion.id, QuestionVersion.settings).where(QuestionVersion.id.in_(version_ids))
    return {row.id: possible_of(row.settings) for row in db.execute(query)}


def _state(row: Any, person_id: int, possible: Mapping[int, int]) -> MarkState:
    if row.fraction is not None:
        return MarkState.RELEASED
    if row.first is None:
        return MarkState.WAITING
    if row.second is not None:
        return MarkState.FINAL if agree(row.first, row.second, possible[row.version_id]) else MarkState.TO_AGREE
    if not row.second_marker:
        return MarkState.FINAL
    return MarkState.HALF if row.first_id == person_id else MarkState.WAITING


def unreleased(db: Session, person_id: int, quiz_id: int | None = None) -> list[Copy]:
    """The answers whose mark learners do not see yet, of one quiz or of all."""
    return _copies(db, person_id, _NOT_RELEASED, *([] if quiz_id is None else [Attempt.quiz_id == quiz_id]))


def copies(db: Session, person_id: int, quiz_id: int) -> list[Copy]:
    """All open answers of a quiz with their numbers: by question, then shuffled, the same way each time.

    Neither names nor the order of sending can be read from the place of a copy.
    """
    found = _copies(db, person_id, Attempt.quiz_id == quiz_id)
    ordered = sorted(found, key=lambda copy: (copy.question_id, _shuffled(copy.id)))
    numbers: defaultdict[int, int] = defaultdict(int)
    numbered = []
    for copy in ordered:
        numbers[copy.question_id] += 1
        numbered.append(replace(copy, number=numbers[copy.question_id]))
    return numbered


def _shuffled(copy_id: int) -> str:
    return hashlib.sha256(f"copy {copy_id}".encode()).hexdigest()


def next_of(found: Sequence[Copy], after: int | None = None) -> Copy | None:
    """The next copy that waits for this trainer, behind the one given and round again; then the next to agree on."""
    place = next((number for number, copy in enumerate(found) if copy.id == after), -1)
    round_again = [*found[place + 1 :], *found[: max(place, 0)]]
    waiting = [copy for copy in round_again if copy.state == MarkState.WAITING]
    return next(iter(waiting + [copy for copy in round_again if copy.is_apart]), None)


def oldest_quiz(found: Iterable[Copy]) -> int | None:
    """The quiz whose answer waits longest for this trainer; then one with marks to agree on."""
    waiting = [copy for copy in found if copy.state == MarkState.WAITING or copy.is_apart]
    first = min(waiting, key=lambda copy: (copy.is_apart, copy.sent_at, copy.id), default=None)
    return first.quiz_id if first else None


@dataclass(frozen=True)
class Counts:
    """What there is to do with some open answers."""

    waiting: int = 0
    half: int = 0
    to_agree: int = 0
    final: int = 0
    #: Attempts whose marks can be released.
    ready: frozenset[int] = field(default=frozenset())
    #: When the answer that waits longest was sent.
    oldest: dt.datetime | None = None


def counts(found: Iterable[Copy]) -> Counts:
    """Sums over answers that are not released."""
    by_state: defaultdict[MarkState, list[Copy]] = defaultdict(list)
    for copy in found:
        by_state[copy.state].append(copy)
    unready = {copy.attempt_id for state, some in by_state.items() if state != MarkState.FINAL for copy in some}
    waiting = by_state[MarkState.WAITING]
    return Counts(
        waiting=len(waiting),
        half=len(by_state[MarkState.HALF]),
        to_agree=len(by_state[MarkState.TO_AGREE]),
        final=len(by_state[MarkState.FINAL]),
        ready=frozenset({copy.attempt_id for copy in by_state[MarkState.FINAL]} - unready),
        oldest=min((copy.sent_at for copy in waiting), default=None),
    )


@dataclass(frozen=True)
class QuizWork:
    """A quiz with open answers, and how far its marks are."""

    quiz: Quiz
    counts: Counts
    released: int


def work(db: Session, person_id: int) -> list[QuizWork]:
    """The quizzes with open answers in a trainer's cohorts: those with something to do first, the oldest before."""
    by_quiz: defaultdict[int, list[Copy]] = defaultdict(list)
    for copy in unreleased(db, person_id):
        by_quiz[copy.quiz_id].append(copy)
    grouped = (
        _of_cohorts(person_id)
        .with_only_columns(Attempt.quiz_id, sa.func.count())
        .where(~_NOT_RELEASED)
        .group_by(Attempt.quiz_id)
    )
    released = {row[0]: row[1] for row in db.execute(grouped)}
    quizzes = db.scalars(sa.select(Quiz).where(Quiz.id.in_({*by_quiz, *released}))).all()
    rows = [QuizWork(quiz, counts(by_quiz[quiz.id]), released.get(quiz.id, 0)) for quiz in quizzes]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(rows, key=lambda row: (not by_quiz[row.quiz.id], row.counts.oldest or latest, -row.quiz.id))


def answer_or_none(db: Session, person_id: int, attempt_question_id: int) -> AttemptQuestion | None:
    """One open answer that this trainer may mark, with its question, attempt and quiz."""
    query = (
        _of_cohorts(person_id)
        .options(
            contains_eager(AttemptQuestion.attempt).contains_eager(Attempt.quiz),
            contains_eager(AttemptQuestion.version),
        )
        .where(AttemptQuestion.id == attempt_question_id)
    )
    return db.scalars(query).first()


def quiz_or_none(db: Session, person_id: int, quiz_id: int) -> Quiz | None:
    """A quiz with open answers in this trainer's cohorts."""
    own = _of_cohorts(person_id).with_only_columns(Attempt.quiz_id).where(Attempt.quiz_id == quiz_id)
    return db.scalars(sa.select(Quiz).where(Quiz.id.in_(own))).first()


def marks(db: Session, attempt_question_id: int) -> Sequence[AnswerMark]:
    """What was given to an answer, the first marker's first."""
    query = sa.select(AnswerMark).where(AnswerMark.attempt_question_id == attempt_question_id)
    return db.scalars(query.order_by(AnswerMark.number).execution_options(populate_existing=True)).all()


def may_mark(marks: Sequence[AnswerMark], person_id: int, *, needs_second: bool, possible: int) -> bool:
    """Whether this person can give or change a mark: their own, one that is missing, or a third where two are apart."""
    if any(mark.marker_id == person_id for mark in marks) or len(marks) < (2 if needs_second else 1):
        return True
    return len(marks) > 1 and not agree(marks[0].points, marks[1].points, possible)


def shown_to(marks: Sequence[AnswerMark], person_id: int, *, needs_second: bool, possible: int) -> Sequence[AnswerMark]:
    """The marks that this person may see: nobody reads another's before giving their own."""
    is_own = any(mark.marker_id == person_id for mark in marks)
    return marks if is_own or not may_mark(marks, person_id, needs_second=needs_second, possible=possible) else []


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
    own = _of_cohorts(person_id).with_only_columns(Attempt.id).where(_NOT_RELEASED, Attempt.quiz_id == quiz_id)
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
        .where(which, ~_NOT_RELEASED, AttemptQuestion.is_given_up.is_(False))
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
