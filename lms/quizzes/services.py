"""Attempts from start to mark. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.programme.models import Enrolment
from lms.programme.queries import get_enrolment_or_none
from lms.progress import activities
from lms.progress import queries as ledger
from lms.progress import services as progress
from lms.quizzes import drawing, events, queries, wire
from lms.quizzes.errors import (
    AlreadySubmitted,
    NoAttemptLeft,
    NotForYou,
    NothingDrawn,
    NotOpenYet,
    OutsideWindow,
    PauseNeeded,
    TooLate,
    UnreadableAnswer,
)
from lms.quizzes.models import (
    AnswerArrival,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Counts,
    Purpose,
    Quiz,
)
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import BadAnswer

#: An answer on its way when time ran out still counts (domain notes, 9).
GRACE = dt.timedelta(seconds=30)
#: The device name of forms sent without script.
PAGE_DEVICE = "page"


def lessons_missing(db: Session, enrolment_id: int, module: str) -> int:
    """How many required lessons of the module are not read yet."""
    entries = ledger.entries(db, enrolment_id)
    required = [activity for activity in ledger.steps(db, module) if activities.is_lesson(activity)]
    return sum(1 for activity in required if activity not in entries or entries[activity].share < 1)


def start_attempt(db: Session, quiz: Quiz, enrolment: Enrolment, *, now: dt.datetime) -> Attempt:
    """The open attempt, or a new one with its questions, order and deadline drawn once.

    Raises NotOpenYet, NoAttemptLeft or PauseNeeded. Of two starts at the same moment one makes the attempt, the other
    waits for it and gets the same one.
    """
    progress.queue_acts(db, enrolment.id)
    made = queries.attempts(db, quiz.id, enrolment.id)
    if made and made[-1].state == AttemptState.OPEN:
        if not _is_over(made[-1].deadline_at, now):
            return made[-1]
        submit(db, made[-1], by="deadline", now=now)
    check_may_start(db, quiz, enrolment, made, now=now)
    rng = random.Random(secrets.randbits(64))  # noqa: S311 - shuffling; the seed is random
    drawn = drawing.draw(db, quiz, rng)
    if not drawn:
        raise NothingDrawn
    attempt = Attempt(
        quiz_id=quiz.id,
        enrolment_id=enrolment.id,
        number=len(made) + 1,
        state=AttemptState.OPEN,
        started_at=now,
        deadline_at=_deadline(quiz, now),
    )
    db.add(attempt)
    db.flush()
    _store_questions(db, quiz, attempt, drawn, rng)
    audit.record(db, "quizzes.start", actor_id=enrolment.person_id, subject=attempt, now=now)
    return attempt


def check_may_start(
    db: Session, quiz: Quiz, enrolment: Enrolment, made: Sequence[Attempt], *, now: dt.datetime
) -> None:
    """Raise what stands against a new attempt; nothing when it may start."""
    if not queries.is_for(quiz, enrolment):
        raise NotForYou
    if quiz.opens_at is not None and now < quiz.opens_at:
        raise OutsideWindow(opens_at=quiz.opens_at)
    if quiz.closes_at is not None and now >= quiz.closes_at:
        raise OutsideWindow
    if quiz.purpose == Purpose.TEST and lessons_missing(db, enrolment.id, quiz.module):
        raise NotOpenYet
    if quiz.attempts_allowed is not None and len(made) >= quiz.attempts_allowed:
        raise NoAttemptLeft
    until = next_start(quiz, made)
    if until is not None and now < until:
        raise PauseNeeded(until)


def next_start(quiz: Quiz, made: Sequence[Attempt]) -> dt.datetime | None:
    """When the pause after the last attempt ends; None without one."""
    if not made or not quiz.pause_hours or made[-1].submitted_at is None:
        return None
    return made[-1].submitted_at + dt.timedelta(hours=quiz.pause_hours)


def _deadline(quiz: Quiz, now: dt.datetime) -> dt.datetime | None:
    """The end of the time allowed, or the closing of the quiz when that comes first."""
    own = now + dt.timedelta(minutes=quiz.minutes) if quiz.minutes else None
    return min(end for end in (own, quiz.closes_at) if end) if own or quiz.closes_at else None


def _store_questions(
    db: Session, quiz: Quiz, attempt: Attempt, drawn: Sequence[drawing.Drawn], rng: random.Random
) -> None:
    for position, one in enumerate(drawn, 1):
        version = one.version
        order = get(version.type).draw_order(version.settings, rng, shuffle=quiz.shuffle and version.shuffle)
        db.add(
            AttemptQuestion(
                attempt_id=attempt.id,
                position=position,
                version_id=version.id,
                points=one.points,
                section=one.section,
                order=order,
            )
        )
    db.flush()


@dataclass(frozen=True)
class Saved:
    """The acknowledgement of one arrival."""

    counter: int
    saved_at: dt.datetime


def save_answer(
    db: Session,
    person_id: int,
    quiz_id: int,
    number: int,
    position: int,
    *,
    device: str,
    counter: int,
    values: Sequence[str],
    now: dt.datetime,
) -> Saved | None:
    """Keep one answer; the same device and counter again change nothing and are acknowledged again.

    Within a device the highest counter wins, between devices the order of arrival. None: no such question of
    this person. Raises AlreadySubmitted, UnreadableAnswer, or TooLate once the answer is kept as late.
    """
    found = queries.saving(db, person_id, quiz_id, number, position, today=local_date(now))
    if found is None:
        return None
    try:
        own, certainty = wire.without_certainty(values)
        answer = get(found.type).parse(found.settings, found.order, own)
    except BadAnswer as error:
        raise UnreadableAnswer from error
    is_late = found.state == AttemptState.OPEN and _is_past_grace(found.deadline_at, now)
    arrived = _note_arrival(db, found, device, counter, answer, is_late=is_late, now=now)
    if found.state != AttemptState.OPEN:
        raise AlreadySubmitted
    if arrived and not is_late:
        _take_answer(db, found.attempt_question_id, device, counter, answer, certainty, now=now)
    if is_late:
        raise TooLate
    return Saved(counter, now)


def _note_arrival(
    db: Session,
    found: queries.Saving,
    device: str,
    counter: int,
    answer: Any,
    *,
    is_late: bool,
    now: dt.datetime,
) -> bool:
    """Write the arrival; False when this device sent this counter before."""
    return insert_if_absent(
        db,
        AnswerArrival,
        attempt_question_id=found.attempt_question_id,
        device=device,
        counter=counter,
        answer=answer,
        arrived_at=now,
        is_late=is_late or found.state != AttemptState.OPEN,
    )


_NEWER = sa.exists().where(
    AnswerArrival.attempt_question_id == sa.bindparam("question_id"),
    AnswerArrival.device == sa.bindparam("by"),
    AnswerArrival.counter > sa.bindparam("after"),
)
_TAKE = (
    sa.update(AttemptQuestion)
    .where(AttemptQuestion.id == sa.bindparam("question_id"), ~_NEWER)
    .values(answer=sa.bindparam("given"), certainty=sa.bindparam("sure"), answered_at=sa.bindparam("at"))
    .execution_options(synchronize_session=False)
)


def _take_answer(
    db: Session,
    attempt_question_id: int,
    device: str,
    counter: int,
    answer: Any,
    certainty: int | None,
    *,
    now: dt.datetime,
) -> None:
    """Make the arrival the answer, unless the same device sent a newer one that overtook it."""
    asked = {"question_id": attempt_question_id, "by": device, "after": counter, "given": answer, "at": now}
    asked["sure"] = certainty
    db.execute(_TAKE, asked)


def set_flag(db: Session, attempt: Attempt, position: int, *, flagged: bool) -> None:
    """Mark a question to come back to, or take the mark away."""
    db.execute(
        sa.update(AttemptQuestion)
        .where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.position == position)
        .values(flagged=flagged)
    )


def submit(db: Session, attempt: Attempt, *, by: str, now: dt.datetime) -> None:
    """Close an attempt and grade what was acknowledged; a second time changes nothing. ``by``: person, deadline."""
    closed = db.execute(
        sa.update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
        .values(state=AttemptState.SUBMITTED, submitted_at=min(now, _end(attempt, now)), submitted_by=by)
    )
    db.refresh(attempt)
    if closed.rowcount:  # type: ignore[attr-defined]
        grade(db, attempt, now=now)


def _end(attempt: Attempt, now: dt.datetime) -> dt.datetime:
    return attempt.deadline_at + GRACE if attempt.deadline_at else now


def _is_over(deadline: dt.datetime | None, now: dt.datetime) -> bool:
    return deadline is not None and now >= deadline


def _is_past_grace(deadline: dt.datetime | None, now: dt.datetime) -> bool:
    return deadline is not None and now > deadline + GRACE


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether the time of an open attempt has run out."""
    return attempt.state == AttemptState.OPEN and _is_over(attempt.deadline_at, now)


def grade(db: Session, attempt: Attempt, *, now: dt.datetime) -> None:
    """Mark every question, sum up, and write the best result of a module's test into the ledger.

    An attempt with an answer that a person has to read stays without a mark until then; one where nothing is right
    or wrong, a survey, has none.
    """
    questions = queries.questions(db, attempt.id)
    for question in questions:
        kind = get(question.version.type)
        question.fraction = kind.grade(question.version.settings, question.answer).fraction
    enrolment = get_enrolment_or_none(db, attempt.enrolment_id)
    if enrolment is None:
        raise LookupError(f"attempt {attempt.id} has no enrolment")
    attempt.pass_percent = attempt.quiz.pass_percent or enrolment.cohort.pass_percent
    counted = [question for question in questions if get(question.version.type).marked_by != "nobody"]
    possible = sum(question.points for question in counted)
    if not possible or any(question.fraction is None for question in counted):
        db.flush()
        return
    earned = sum((_earned(question, attempt.quiz) for question in counted), Decimal(0))
    attempt.score = max(Decimal(0), earned / possible).quantize(Decimal("0.000001"))
    db.flush()
    test = queries.test_of(db, attempt.quiz.module)
    if test is not None and test.id == attempt.quiz_id:
        _record_best(db, attempt, enrolment, now=now)
    events.attempt_graded.send(attempt, db=db, now=now)


#: Share of the points for a right and for a wrong answer, by how sure the person was: who is sure and wrong loses most,
#: so that saying what one believes pays best (Gardner-Medwin's scale, divided by three).
CERTAINTY = {1: (Decimal(1) / 3, Decimal(0)), 2: (Decimal(2) / 3, Decimal(-2) / 3), 3: (Decimal(1), Decimal(-2))}


def _earned(question: AttemptQuestion, quiz: Quiz) -> Decimal:
    """Points of one question; with certainty asked they may be below zero, the whole attempt never is."""
    fraction = question.fraction or Decimal(0)
    if not quiz.asks_certainty or question.answer is None or get(question.version.type).marked_by != "computer":
        return fraction * question.points
    right, wrong = CERTAINTY[question.certainty or 1]
    return (fraction * right + (1 - fraction) * wrong) * question.points


def has_passed(attempt: Attempt) -> bool:
    """Whether the mark reaches the pass mark that was in force when it was graded."""
    return attempt.score is not None and attempt.score * 100 >= (attempt.pass_percent or 100)


@dataclass(frozen=True)
class Outcome:
    """What a quiz says of a person: the score that counts, and the attempt it is shown with."""

    score: Decimal
    pass_percent: int
    attempt: Attempt

    @property
    def has_passed(self) -> bool:
        return self.score * 100 >= self.pass_percent


def counted_of(quiz: Quiz, made: Sequence[Attempt]) -> Outcome | None:
    """What counts of the attempts made, by the rule of the quiz; None before the first mark."""
    graded = [one for one in made if one.score is not None]
    if not graded:
        return None
    scores = [one.score or Decimal(0) for one in graded]
    best = graded[-1] if quiz.counts == Counts.LAST else max(graded, key=lambda one: (one.score or 0, -one.number))
    score = sum(scores, Decimal(0)) / len(scores) if quiz.counts == Counts.AVERAGE else best.score or Decimal(0)
    return Outcome(score, best.pass_percent or 100, best)


def _record_best(db: Session, attempt: Attempt, enrolment: Enrolment, *, now: dt.datetime) -> None:
    """What counts of the attempts so far; usually the best one, so that a later worse one changes nothing."""
    quiz = attempt.quiz
    outcome = counted_of(quiz, queries.attempts(db, quiz.id, enrolment.id))
    if outcome is None:
        return
    best = outcome.attempt
    progress.record(
        db,
        enrolment,
        activities.test(quiz.module),
        module=quiz.module,
        share=1 if outcome.has_passed else 0,
        score=outcome.score,
        happened_on=local_date(best.submitted_at or now),
        evidence={"attempt": best.id, "number": best.number, "pass_percent": best.pass_percent},
        now=now,
    )


def close_overdue(db: Session) -> None:
    """Job: send the attempts whose time is over; what was acknowledged is the submission."""
    now = clock.now()
    for attempt in queries.overdue(db, before=now - GRACE):
        submit(db, attempt, by="deadline", now=now)


def ask_review(db: Session, attempt: Attempt, person_id: int, *, now: dt.datetime) -> None:
    """Write that the person asks for a human look at their mark (law 09-08, art. 11)."""
    audit.record(db, "quizzes.ask-review", actor_id=person_id, subject=attempt, now=now)
