"""What trainers do for single people: more time, attempts, a later closing, an answer about a mark.

Knows no HTTP; flushes, never commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.core import audit
from lms.programme.models import Enrolment
from lms.progress import services as progress
from lms.quizzes import mails, queries
from lms.quizzes.errors import AnsweredMeanwhile
from lms.quizzes.models import Arrangement, Attempt, ReviewRequest
from lms.quizzes.terms import terms


@dataclass(frozen=True)
class Given:
    """What is arranged; as it stands here: nothing more than usual."""

    #: Share of the time allowed, 100 to 400.
    time_percent: int = 100
    extra_minutes: int = 0
    extra_attempts: int = 0
    #: Instead of the closing of the quiz, when it is later.
    closes_at: dt.datetime | None = None

    @classmethod
    def of(cls, stored: Arrangement) -> Given:
        return cls(stored.time_percent, stored.extra_minutes, stored.extra_attempts, stored.closes_at)


def arrange(
    db: Session,
    enrolments: Sequence[Enrolment],
    quiz_id: int | None,
    given: Given,
    *,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Arrange the same for some people, in one quiz or (None) in all; running attempts have it at once.

    What was arranged for the same person and quiz is replaced. Of two trainers at the same moment the later one's
    stands, and the audit has both. Why is asked for and written nowhere.
    """
    _queue(db, [enrolment.id for enrolment in enrolments])
    stored = queries.desk.arrangements_of(db, [enrolment.id for enrolment in enrolments])
    for enrolment in enrolments:
        found = next((one for one in stored[enrolment.id] if one.quiz_id == quiz_id), None)
        before = _told(Given.of(found)) if found else None
        if found is None:
            found = Arrangement(enrolment_id=enrolment.id, quiz_id=quiz_id)
            db.add(found)
        for name, value in asdict(given).items():
            setattr(found, name, value)
        found.changed_at, found.changed_by_id = now, actor_id
        audit.record(
            db, "quizzes.arrange", actor_id=actor_id, subject=enrolment, now=now, quiz_id=quiz_id,
            before=before, after=_told(given),
        )  # fmt: skip
    _follow(db, [enrolment.id for enrolment in enrolments])


def end(db: Session, enrolment: Enrolment, arrangement_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """Take away what was arranged for a person; a running attempt keeps its time. Gone already: nothing to do."""
    _queue(db, [enrolment.id])
    found = queries.desk.arrangement_or_none(db, enrolment.id, arrangement_id)
    if found is None:
        return
    audit.record(
        db, "quizzes.arrange-end", actor_id=actor_id, subject=enrolment, now=now, quiz_id=found.quiz_id,
        before=_told(Given.of(found)), after=None,
    )  # fmt: skip
    db.delete(found)
    _follow(db, [enrolment.id])


def _told(given: Given) -> dict[str, Any]:
    """The values as the audit keeps them."""
    return {**asdict(given), "closes_at": given.closes_at.isoformat() if given.closes_at else None}


def _queue(db: Session, enrolment_ids: Sequence[int]) -> None:
    """Let this act follow every other one of these people.

    Attempts are locked before enrolments and in one order, as sending one does: the two never wait for each other.
    """
    queries.attempts.lock_open_attempts(db, enrolment_ids)
    for enrolment_id in sorted(enrolment_ids):
        progress.queue_acts(db, enrolment_id)


def _follow(db: Session, enrolment_ids: Sequence[int]) -> None:
    """Give running attempts the time that is arranged now, also where it had run out; no attempt loses any."""
    db.flush()
    arranged = queries.desk.arrangements_of(db, enrolment_ids)
    for attempt in queries.attempts.lock_open_attempts(db, enrolment_ids):
        allowed = terms(attempt.quiz, arranged[attempt.enrolment_id])
        attempt.deadline_at = _later(attempt, allowed.deadline(attempt.started_at))
    db.flush()


def _later(attempt: Attempt, deadline: dt.datetime | None) -> dt.datetime | None:
    """Of the deadline of an attempt and a new one the later; None is no limit, the latest of all."""
    if attempt.deadline_at is None or deadline is None:
        return None
    return max(attempt.deadline_at, deadline)


def answer_review(db: Session, review: ReviewRequest, text: str, *, actor_id: int, now: dt.datetime) -> None:
    """Answer what a learner asks about a mark, and tell them. Raises AnsweredMeanwhile: the first answer stands."""
    queries.desk.lock_review(db, review)
    if review.answered_at is not None:
        raise AnsweredMeanwhile
    review.answer, review.answered_at, review.answered_by_id = text, now, actor_id
    db.flush()
    audit.record(db, "quizzes.answer-review", actor_id=actor_id, subject=review.attempt, now=now)
    mails.tell_of_answer(db, review.attempt, now=now)
