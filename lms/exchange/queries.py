"""Every SELECT of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from lms.accounts.models import Person
from lms.accounts.queries import matching
from lms.core.paging import PAGE_SIZE
from lms.core.text import fold
from lms.exchange.models import Message, Publication, Thread
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.programme.queries import taught_now
from lms.quizzes.models import Attempt, AttemptState


@dataclass(frozen=True)
class Place:
    """Where something is asked: under a lesson (its key), or under a quiz."""

    lesson: str | None = None
    quiz_id: int | None = None

    def holds(self) -> tuple[Any, ...]:
        """Conditions on the threads of this place."""
        return (Thread.lesson == self.lesson,) if self.lesson else (Thread.quiz_id == self.quiz_id,)


def threads_of_person(person_id: int) -> sa.Select[Thread]:
    """A learner's own threads. Every read of a learner starts here."""
    return sa.select(Thread).join(Thread.enrolment).where(Enrolment.person_id == person_id)


def threads_of_trainer(trainer_id: int) -> sa.Select[Thread]:
    """Threads of a trainer's cohorts that are not archived, never their own. Every read of a trainer starts here."""
    return (
        sa.select(Thread)
        .join(Thread.enrolment)
        .where(Enrolment.cohort_id.in_(taught_now(trainer_id)), Enrolment.person_id != trainer_id)
    )


def _with_messages() -> Any:
    return selectinload(Thread.messages).joinedload(Message.answered_by)


def _whole() -> tuple[Any, ...]:
    """Loads what a page shows of threads whose enrolment is joined."""
    return (
        contains_eager(Thread.enrolment).options(joinedload(Enrolment.person), joinedload(Enrolment.cohort)),
        joinedload(Thread.quiz),
        joinedload(Thread.publication),
        _with_messages(),
    )


def own_thread_or_none(db: Session, person_id: int, thread_id: int) -> Thread | None:
    """One of a learner's own threads with all that its page shows."""
    return db.scalars(threads_of_person(person_id).options(*_whole()).where(Thread.id == thread_id)).first()


def thread_or_none(db: Session, trainer_id: int, thread_id: int) -> Thread | None:
    """One thread of a trainer's cohorts with all that its page shows."""
    return db.scalars(threads_of_trainer(trainer_id).options(*_whole()).where(Thread.id == thread_id)).first()


def own_page(db: Session, person_id: int, *, page: int) -> tuple[Sequence[Thread], int]:
    """A page of a learner's threads, the newest first, and how many there are."""
    query = threads_of_person(person_id)
    total = db.scalar(query.with_only_columns(sa.func.count(Thread.id))) or 0
    rows = db.scalars(
        query.options(*_whole()).order_by(Thread.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )
    return rows.all(), total


def threads_at(db: Session, enrolment_id: int, place: Place) -> Sequence[Thread]:
    """What a learner asked in a place, the oldest first."""
    query = (
        sa.select(Thread)
        .options(_with_messages())
        .where(Thread.enrolment_id == enrolment_id, *place.holds())
        .order_by(Thread.id)
    )
    return db.scalars(query).all()


def published_at(db: Session, cohort_id: int, place: Place) -> Sequence[Publication]:
    """What is published to a cohort in a place, the oldest first."""
    query = (
        sa.select(Publication)
        .join(Publication.thread)
        .join(Thread.enrolment)
        .where(Enrolment.cohort_id == cohort_id, *place.holds())
        .order_by(Publication.published_at, Publication.id)
    )
    return db.scalars(query).all()


def published_page(db: Session, person_id: int, *, page: int) -> tuple[Sequence[Publication], int]:
    """A page of what is published to a learner's cohorts, the newest first, and how much there is.

    About a quiz it is shown once the learner sent an attempt: an answer must not give the test away.
    """
    mine = aliased(Enrolment)
    # Who left reads on what was published before.
    in_time = sa.or_(mine.ended_at.is_(None), Publication.published_at <= mine.ended_at)
    own = sa.select(mine.id).where(
        mine.cohort_id == Enrolment.cohort_id, mine.person_id == person_id, mine.merged_into_id.is_(None), in_time
    )
    sent = (
        sa.select(Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.person_id == person_id, Attempt.state == AttemptState.SUBMITTED)
    )
    query = (
        sa.select(Publication)
        .join(Publication.thread)
        .join(Thread.enrolment)
        .where(own.exists(), sa.or_(Thread.quiz_id.is_(None), Thread.quiz_id.in_(sent)))
    )
    total = db.scalar(query.with_only_columns(sa.func.count(Publication.id))) or 0
    rows = db.scalars(
        query.options(contains_eager(Publication.thread).joinedload(Thread.quiz))
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return rows.all(), total


def last_sent(db: Session, person_id: int, quiz_id: int) -> Attempt | None:
    """The last attempt at a quiz that a learner sent, with the quiz: only then the quiz can be asked about."""
    query = (
        sa.select(Attempt)
        .options(joinedload(Attempt.quiz, innerjoin=True))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.state == AttemptState.SUBMITTED,
            Enrolment.person_id == person_id,
            Enrolment.merged_into_id.is_(None),
        )
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    )
    return db.scalars(query).first()


@dataclass(frozen=True)
class Standing:
    """A learner's threads in two numbers."""

    total: int
    unread: int


def standing(db: Session, person_id: int) -> Standing:
    """How many threads a learner has, and in how many an answer is unread."""
    query = threads_of_person(person_id).with_only_columns(
        sa.func.count(Thread.id), sa.func.coalesce(sa.func.sum(sa.case((Thread.is_unread, 1), else_=0)), 0)
    )
    return Standing(*db.execute(query).one())


def oldest_unread(db: Session, person_id: int) -> Thread | None:
    """The thread whose unread answer a learner is led to first."""
    query = threads_of_person(person_id).options(joinedload(Thread.quiz)).where(Thread.is_unread)
    return db.scalars(query.order_by(Thread.id).limit(1)).first()


def written_since(db: Session, person_id: int, since: dt.datetime) -> int:
    """How many messages a learner wrote since that moment."""
    query = (
        threads_of_person(person_id)
        .join(Thread.messages)
        .where(Message.is_answer.is_(False), Message.written_at >= since)
        .with_only_columns(sa.func.count(Message.id))
    )
    return db.scalar(query) or 0


def same_waiting(
    db: Session, enrolment_id: int, place: Place, text: str, *, step: str, attempt_number: int | None
) -> Thread | None:
    """A thread that asks the same of the same step or attempt and waits: a button pressed twice."""
    query = (
        sa.select(Thread)
        .join(Thread.messages)
        .where(Thread.enrolment_id == enrolment_id, *place.holds())
        .where(Thread.step == step, Thread.attempt_number.is_not_distinct_from(attempt_number))
        .where(Thread.waiting_since.is_not(None), Message.is_answer.is_(False), Message.text == text)
    )
    return db.scalars(query).first()


# --- Trainers --------------------------------------------------------------------------------------------------------

WAITING, ANSWERED, PUBLISHED = "waiting", "answered", "published"


def _in_state(state: str) -> tuple[Any, ...]:
    if state == WAITING:
        return (Thread.waiting_since.is_not(None),)
    if state == ANSWERED:
        return (Thread.waiting_since.is_(None),)
    if state == PUBLISHED:
        return (Thread.id.in_(sa.select(Publication.thread_id)),)
    return ()


def thread_page(
    db: Session, trainer_id: int, *, state: str, cohort_id: int | None, search: str, page: int
) -> tuple[Sequence[Thread], int]:
    """A page of the threads of a trainer's cohorts, and how many there are: what waits longest first."""
    which = [*_in_state(state)]
    if cohort_id is not None:
        which.append(Enrolment.cohort_id == cohort_id)
    if search:
        words = [Thread.search_text.contains(word, autoescape=True) for word in fold(search).split()]
        which.append(sa.or_(sa.and_(sa.true(), *words), matching(search)))
    query = threads_of_trainer(trainer_id).join(Person, Person.id == Enrolment.person_id).where(*which)
    total = db.scalar(query.with_only_columns(sa.func.count(Thread.id))) or 0
    rows = db.scalars(
        query.options(*_whole())
        .order_by(Thread.waiting_since.asc().nulls_last(), Thread.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return rows.all(), total


@dataclass(frozen=True)
class Waiting:
    """What waits for a trainer: how much, since when, and where it begins."""

    count: int
    #: Number of the thread that waits longest; None where nothing waits.
    oldest_id: int | None = None
    since: dt.datetime | None = None


def waiting(db: Session, trainer_id: int) -> Waiting:
    """The questions that wait in a trainer's cohorts; test accounts ask nobody."""
    query = threads_of_trainer(trainer_id).where(Thread.waiting_since.is_not(None), Enrolment.is_test.is_(False))
    row = db.execute(
        query.with_only_columns(Thread.id, Thread.waiting_since, sa.func.count().over())
        .order_by(Thread.waiting_since, Thread.id)
        .limit(1)
    ).first()
    return Waiting(row[2], row[0], row[1]) if row else Waiting(0)


def waiting_before(db: Session, before: dt.datetime) -> Sequence[tuple[Thread, Person]]:
    """Each question that waits since before that moment with each trainer of its cohort."""
    query = (
        sa.select(Thread, Person)
        .join(Thread.enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .join(Person, Person.id == CohortTrainer.person_id)
        .options(joinedload(Thread.quiz))
        .where(
            Thread.waiting_since < before, Enrolment.is_test.is_(False), Cohort.archived_at.is_(None),
            Enrolment.person_id != Person.id,
        )
        .order_by(Thread.waiting_since, Thread.id, Person.id)
    )  # fmt: skip
    return [(thread, person) for thread, person in db.execute(query)]


def lock(db: Session, thread: Thread) -> None:
    """Wait for whoever writes into the thread now, and read it again with what was written."""
    db.refresh(thread, with_for_update=True, attribute_names=["waiting_since", "is_unread", "search_text"])
    db.expire(thread, ["messages", "publication"])
