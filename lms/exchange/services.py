"""Asking, answering, publishing. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.clock import local, local_date
from lms.core.text import fold
from lms.exchange import mails, queries
from lms.exchange.errors import EnoughForToday, PublishedMeanwhile, TrainingOver, WrittenMeanwhile
from lms.exchange.models import Message, Publication, Thread
from lms.exchange.queries import Place
from lms.programme.models import Enrolment
from lms.progress import services as progress

#: Messages that a learner may write on one day.
A_DAY = 20


def may_write(enrolment: Enrolment, *, now: dt.datetime) -> bool:
    """Whether somebody may still ask: the enrolment was not ended and its cohort is not over."""
    cohort = enrolment.cohort
    is_left = enrolment.ended_at is not None or enrolment.merged_into_id is not None
    return not is_left and cohort.archived_at is None and local_date(now) <= cohort.ends_on


def ask(
    db: Session,
    enrolment: Enrolment,
    place: Place,
    text: str,
    *,
    step: str = "",
    attempt_number: int | None = None,
    now: dt.datetime,
) -> Thread:
    """Open a thread. The same words in the same place that wait already are that thread, however often they come.

    Raises TrainingOver and EnoughForToday.
    """
    _check(db, enrolment, now=now)
    same = queries.same_waiting(db, enrolment.id, place, text, step=step, attempt_number=attempt_number)
    if same is not None:
        return same
    thread = Thread(
        enrolment=enrolment, lesson=place.lesson, quiz_id=place.quiz_id, step=step, attempt_number=attempt_number,
        asked_at=now, search_text="",
    )  # fmt: skip
    db.add(thread)
    _say(thread, text, now=now)
    db.flush()
    return thread


def write_again(db: Session, thread: Thread, text: str, *, now: dt.datetime) -> None:
    """Add a learner's message: the thread waits (again), its answers count as read.

    Raises TrainingOver and EnoughForToday.
    """
    _check(db, thread.enrolment, now=now)
    queries.lock(db, thread)
    if thread.waiting_since is not None and thread.messages[-1].text == text:
        return
    _say(thread, text, now=now)
    db.flush()


def _check(db: Session, enrolment: Enrolment, *, now: dt.datetime) -> None:
    progress.queue_acts(db, enrolment.id)
    if not may_write(enrolment, now=now):
        raise TrainingOver
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if queries.written_since(db, enrolment.person_id, midnight) >= A_DAY:
        raise EnoughForToday


def _say(thread: Thread, text: str, *, now: dt.datetime) -> None:
    _add(thread, Message(text=text, written_at=now))
    thread.waiting_since = thread.waiting_since or now
    thread.is_unread = False


def _add(thread: Thread, message: Message) -> None:
    thread.messages.append(message)
    thread.search_text = f"{thread.search_text} {fold(message.text)}".strip()


def mark_read(thread: Thread, *, seen: int) -> None:
    """The learner has read what was answered, up to the message of that number: a newer one stays unread."""
    if thread.messages[-1].id == seen:
        thread.is_unread = False


def answer(db: Session, thread: Thread, text: str, *, seen: int | None, actor_id: int, now: dt.datetime) -> None:
    """Answer a learner and tell them by message; ``seen``: number of the last message that the trainer has read.

    Raises WrittenMeanwhile when there is a newer one.
    """
    queries.lock(db, thread)
    if thread.messages[-1].id != seen:
        raise WrittenMeanwhile
    _add(thread, Message(text=text, written_at=now, is_answer=True, answered_by_id=actor_id))
    thread.waiting_since, thread.is_unread = None, True
    db.flush()
    mails.tell_of_answer(db, thread, now=now)


def publish(
    db: Session,
    thread: Thread,
    question: Bilingual,
    answer: Bilingual,
    *,
    version: int | None,
    actor_id: int,
    now: dt.datetime,
) -> Publication:
    """Show a question and its answer to the cohort, in these words; what was published of the thread is replaced.

    ``version``: of the entry that the trainer has read, 0 for none. Raises PublishedMeanwhile when it is another one.
    """
    queries.lock(db, thread)
    entry = thread.publication
    if version != thread.published_version:
        raise PublishedMeanwhile
    before = _told(entry) if entry else None
    if entry is None:
        entry = Publication(thread=thread, question=question, answer=answer)
        db.add(entry)
    entry.question, entry.answer = question, answer
    entry.published_at, entry.published_by_id = now, actor_id
    db.flush()
    audit.record(db, "exchange.publish", actor_id=actor_id, subject=entry, now=now, before=before, after=_told(entry))
    return entry


def take_back(db: Session, thread: Thread, *, actor_id: int, now: dt.datetime) -> None:
    """Show the entry to nobody any more; where it is gone already nothing happens."""
    queries.lock(db, thread)
    entry = thread.publication
    if entry is None:
        return
    audit.record(db, "exchange.take-back", actor_id=actor_id, subject=entry, now=now)
    db.delete(entry)
    db.flush()
    db.expire(thread, ["publication"])


def _told(entry: Publication) -> dict[str, Any]:
    """Which languages are written, as the audit keeps it: the words themselves go when their author asks for it."""
    return {"ar": entry.question.has("ar"), "fr": entry.question.has("fr")}
