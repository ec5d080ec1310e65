"""Follow-ups that are due, to the members they are about: once, and once more after two weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.core.feature import Reminder
from lms.core.mail import ReminderSent
from lms.surveys import mails, queries
from lms.surveys.models import FollowUp

AGAIN_AFTER = dt.timedelta(days=14)


def reminders(db: Session, *, now: dt.datetime) -> list[Reminder]:
    """What is due in this room, in two statements."""
    waiting = queries.follow_ups.waiting(db, today=local_date(now))
    told = _told(db, waiting)
    found = []
    for one in waiting:
        found.append(_reminder(one, mails.FOLLOW_UP))
        told_at = told.get(_occasion(one, mails.FOLLOW_UP))
        if told_at is not None and told_at <= now - AGAIN_AFTER:
            found.append(_reminder(one, mails.FOLLOW_UP_AGAIN))
    return found


def _told(db: Session, waiting: Sequence[FollowUp]) -> dict[str, dt.datetime]:
    """When each was told for the first time."""
    occasions = [_occasion(one, mails.FOLLOW_UP) for one in waiting]
    query = sa.select(ReminderSent.occasion, ReminderSent.sent_at).where(ReminderSent.occasion.in_(occasions))
    return {row[0]: row[1] for row in db.execute(query)}


def _occasion(found: FollowUp, kind: str) -> str:
    return f"{kind}:{found.id}"


def _reminder(found: FollowUp, kind: str) -> Reminder:
    return Reminder(found.enrolment.person_id, kind, _occasion(found, kind), mails.places_of(found), position=30)
