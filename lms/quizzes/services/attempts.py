"""Attempts from start to mark. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core import db as database
from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.curriculum.check import MODULES
from lms.programme.models import Enrolment
from lms.progress import activities
from lms.progress import queries as ledger
from lms.progress import services as progress
from lms.quizzes import drawing, queries, services, wire
from lms.quizzes.errors import (
    AlreadySubmitted,
    NoAttemptLeft,
    NotForYou,
    NothingDrawn,
    NotOpenYet,
    OutsideWindow,
    PauseNeeded,
    TooLate,
    TooLateToCompare,
    UnderWay,
    UnreadableAnswer,
)
from lms.quizzes.models import (
    AnswerArrival,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Purpose,
    Quiz,
    ReviewRequest,
)
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import BadAnswer
from lms.quizzes.terms import Terms, terms

#: An answer on its way when time ran out still counts (domain notes, 9).
GRACE = dt.timedelta(seconds=30)
#: The device name of forms sent without script.
PAGE_DEVICE = "page"
LAST_WEEK = dt.timedelta(days=7)


def lessons_missing(db: Session, enrolment_id: int, module: str) -> int:
    """How many required lessons of the module are not read yet."""
    entries = ledger.entries(db, enrolment_id)
    required = [activity for activity in ledger.steps(db, module) if activities.is_lesson(activity)]
    return sum(1 for activity in required if activity not in entries or entries[activity].share < 1)


def fits_progress(db: Session, quiz: Quiz, enrolment: Enrolment, *, now: dt.datetime) -> bool:
    """Whether a person's reading is where the quiz belongs.

    A module's test comes after its lessons. Of the tests around the whole training one comes before the first lesson,
    the other after all lessons, or at the end of the cohort: who learns in the room may have read few of them. At that
    end the first one is over, so that nobody takes it after the second.
    """
    if quiz.purpose == Purpose.TEST:
        return not lessons_missing(db, enrolment.id, quiz.module)
    if quiz.module or quiz.purpose not in (Purpose.PRE_TEST, Purpose.POST_TEST):
        return True
    cohort = enrolment.cohort
    is_at_end = local_date(now) > cohort.ends_on - min(LAST_WEEK, (cohort.ends_on - cohort.starts_on) / 2)
    if quiz.purpose == Purpose.PRE_TEST:
        return not is_at_end and not has_read_before(db, enrolment.id, now)
    return is_at_end or has_read_all(db, enrolment.id)


def has_read_all(db: Session, enrolment_id: int) -> bool:
    """Whether every lesson of every module is read."""
    return not any(lessons_missing(db, enrolment_id, module) for module in MODULES)


def has_read_before(db: Session, enrolment_id: int, moment: dt.datetime) -> bool:
    """Whether a lesson was read to its end before that moment."""
    entries = ledger.entries(db, enrolment_id).values()
    return any(activities.is_lesson(one.activity) and one.share >= 1 and one.recorded_at < moment for one in entries)


def start_attempt(
    db: Session, quiz: Quiz, enrolment: Enrolment, *, now: dt.datetime, rng: random.Random | None = None
) -> Attempt:
    """The open attempt, or a new one with its questions, order and deadline drawn once, by ``rng`` where one is given.

    Raises NotOpenYet, NoAttemptLeft or PauseNeeded. Of two starts at the same moment one makes the attempt, the other
    waits for it and gets the same one.
    """
    made = _made(db, quiz, enrolment, now=now)
    if made and made[-1].state == AttemptState.OPEN:
        return made[-1]
    allowed = terms(quiz, queries.attempts.arrangements(db, enrolment.id))
    check_may_start(db, quiz, enrolment, made, allowed, now=now)
    drawn = draw(db, quiz, met=queries.attempts.questions_met(db, [one.id for one in made]), rng=rng)
    deadline = allowed.deadline(now)
    attempt = _store(db, quiz, enrolment, len(made) + 1, drawn, started_at=now, deadline_at=deadline)
    audit.record(db, "quizzes.start", actor_id=enrolment.person_id, subject=attempt, now=now)
    return attempt


def start_sat(
    db: Session,
    quiz: Quiz,
    enrolment: Enrolment,
    drawn: Sequence[drawing.Drawn],
    *,
    sat_at: dt.datetime,
    now: dt.datetime,
) -> Attempt:
    """An attempt with questions drawn before, as it began at ``sat_at`` away from any screen; no time runs in it.

    Opening, closing, pause, and what had to be unread before a test around the training are looked at as of that
    moment; the lessons of a module's test as of today. Raises UnderWay,
    and what ``check_may_start`` raises.
    """
    made = _made(db, quiz, enrolment, now=now)
    if made and made[-1].state == AttemptState.OPEN:
        raise UnderWay
    check_may_start(db, quiz, enrolment, made, terms(quiz, queries.attempts.arrangements(db, enrolment.id)), now=sat_at)
    return _store(db, quiz, enrolment, len(made) + 1, drawn, started_at=sat_at, deadline_at=None)


def draw(
    db: Session, quiz: Quiz, *, met: Collection[int] = (), rng: random.Random | None = None
) -> list[drawing.Drawn]:
    """Questions and orders, those ``met`` before only where it must be; nobody foresees them unless ``rng`` is given.

    Raises NothingDrawn.
    """
    rng = rng or random.Random(secrets.randbits(64))  # noqa: S311 - shuffling; the seed is random
    drawn = drawing.draw(db, quiz, rng, met=met)
    if not drawn:
        raise NothingDrawn
    return drawn


def _made(db: Session, quiz: Quiz, enrolment: Enrolment, *, now: dt.datetime) -> Sequence[Attempt]:
    """The attempts so far, and no other start or sending until the transaction ends; what is over is sent first."""
    # Attempt, then enrolment: sending takes them in this order too, and neither waits for the other for ever.
    queries.attempts.lock_open_attempts(db, [enrolment.id])
    progress.queue_acts(db, enrolment.id)
    made = queries.attempts.attempts(db, quiz.id, enrolment.id)
    if made and is_over(made[-1], now):
        submit(db, made[-1], by="deadline", now=now)
    return made


def check_may_start(
    db: Session, quiz: Quiz, enrolment: Enrolment, made: Sequence[Attempt], allowed: Terms, *, now: dt.datetime
) -> None:
    """Raise what stands against a new attempt; nothing when it may start."""
    if not queries.attempts.is_for(quiz, enrolment):
        raise NotForYou
    check_window(quiz, allowed, now=now)
    if not fits_progress(db, quiz, enrolment, now=now):
        raise TooLateToCompare if quiz.purpose == Purpose.PRE_TEST else NotOpenYet(is_for_all=not quiz.module)
    if allowed.attempts_allowed is not None and len(made) >= allowed.attempts_allowed:
        raise NoAttemptLeft
    until = next_start(quiz, [one for one in made if one.submitted_at is not None and one.submitted_at <= now])
    if until is not None and now < until:
        raise PauseNeeded(until)


def check_window(quiz: Quiz, allowed: Terms, *, now: dt.datetime) -> None:
    """Raise OutsideWindow before the opening of a quiz and from its closing on."""
    if quiz.opens_at is not None and now < quiz.opens_at:
        raise OutsideWindow(opens_at=quiz.opens_at)
    if allowed.closes_at is not None and now >= allowed.closes_at:
        raise OutsideWindow


def may_repeat_freely(quiz: Quiz, allowed: Terms) -> bool:
    """Whether another attempt may always begin, and at once."""
    return allowed.attempts_allowed is None and not quiz.pause_hours


def next_start(quiz: Quiz, made: Sequence[Attempt]) -> dt.datetime | None:
    """When the pause after the last attempt ends; None without one."""
    sent = [one.submitted_at for one in made if one.submitted_at is not None]
    return max(sent) + dt.timedelta(hours=quiz.pause_hours) if sent and quiz.pause_hours else None


def _store(
    db: Session,
    quiz: Quiz,
    enrolment: Enrolment,
    number: int,
    drawn: Sequence[drawing.Drawn],
    *,
    started_at: dt.datetime,
    deadline_at: dt.datetime | None,
) -> Attempt:
    attempt = Attempt(
        quiz_id=quiz.id,
        enrolment_id=enrolment.id,
        number=number,
        state=AttemptState.OPEN,
        started_at=started_at,
        deadline_at=deadline_at,
    )
    db.add(attempt)
    db.flush()
    for position, one in enumerate(drawn, 1):
        db.add(
            AttemptQuestion(
                attempt_id=attempt.id,
                position=position,
                version_id=one.version.id,
                points=one.points,
                section=one.section,
                order=one.order,
            )
        )
    db.flush()
    return attempt


@dataclass(frozen=True)
class Saved:
    """The acknowledgement of one arrival."""

    counter: int
    saved_at: dt.datetime
    #: As it stands now: more time may have been given since the page was opened.
    deadline_at: dt.datetime | None


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
    lang: str,
    now: dt.datetime,
) -> Saved | None:
    """Keep one answer; the same device and counter again change nothing and are acknowledged again.

    Within a device the highest counter wins, between devices the order of arrival. ``lang``: of the page on which it
    was given. None: no such question of this person. Raises AlreadySubmitted, UnreadableAnswer, or TooLate once the
    answer is kept as late.
    """
    found = queries.attempts.saving(db, person_id, quiz_id, number, position, today=local_date(now))
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
        _take_answer(db, found.attempt_question_id, device, counter, answer, certainty, lang, now=now)
    if is_late:
        raise TooLate
    return Saved(counter, now, found.deadline_at)


def _note_arrival(
    db: Session,
    found: queries.attempts.Saving,
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
    .values(
        answer=sa.bindparam("given"), certainty=sa.bindparam("sure"), lang=sa.bindparam("in_lang"),
        answered_at=sa.bindparam("at"),
    )
)  # fmt: skip


def _take_answer(
    db: Session,
    attempt_question_id: int,
    device: str,
    counter: int,
    answer: Any,
    certainty: int | None,
    lang: str,
    *,
    now: dt.datetime,
) -> None:
    """Make the arrival the answer, unless the same device sent a newer one that overtook it."""
    asked = {"question_id": attempt_question_id, "by": device, "after": counter, "given": answer, "at": now}
    asked |= {"sure": certainty, "in_lang": lang}
    db.connection().execute(_TAKE, asked)


def set_flag(db: Session, attempt: Attempt, position: int, *, flagged: bool) -> None:
    """Mark a question to come back to, or take the mark away."""
    db.execute(
        sa.update(AttemptQuestion)
        .where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.position == position)
        .values(flagged=flagged)
    )


def submit(db: Session, attempt: Attempt, *, by: str, now: dt.datetime, sent_at: dt.datetime | None = None) -> None:
    """Close an attempt and grade what was acknowledged; a second time changes nothing.

    ``by``: person, deadline, paper. ``sent_at``: when it was handed in, where that is not now.
    """
    closed = db.execute(
        sa.update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.state == AttemptState.OPEN)
        .values(state=AttemptState.SUBMITTED, submitted_at=min(sent_at or now, _end(attempt, now)), submitted_by=by)
    )
    db.refresh(attempt)
    if closed.rowcount:  # type: ignore[attr-defined]
        services.marking.grade(db, attempt, now=now)


def _end(attempt: Attempt, now: dt.datetime) -> dt.datetime:
    return attempt.deadline_at + GRACE if attempt.deadline_at else now


def _is_over(deadline: dt.datetime | None, now: dt.datetime) -> bool:
    return deadline is not None and now >= deadline


def _is_past_grace(deadline: dt.datetime | None, now: dt.datetime) -> bool:
    return deadline is not None and now > deadline + GRACE


def is_over(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether the time of an open attempt has run out."""
    return attempt.state == AttemptState.OPEN and _is_over(attempt.deadline_at, now)


def close_overdue(db: Session) -> None:
    """Job: send the attempts whose time is over; what was acknowledged is the submission."""
    now = clock.now()
    for attempt in queries.attempts.overdue(db, before=now - GRACE):
        submit(db, attempt, by="deadline", now=now)
        # One by one: together they would take the locks of many people in an order of their own.
        database.commit()


def ask_review(db: Session, attempt: Attempt, words: str, *, person_id: int, now: dt.datetime) -> bool:
    """The person asks that somebody looks at their mark (law 09-08, art. 11), in words or without.

    False when a request of this attempt waits already: it stays as it is, however often the button is pressed.
    """
    is_new = insert_if_absent(db, ReviewRequest, attempt_id=attempt.id, words=words, asked_at=now)
    if is_new:
        audit.record(db, "quizzes.ask-review", actor_id=person_id, subject=attempt, now=now)
    return is_new
