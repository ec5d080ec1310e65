"""Reminders to trainers of questions that wait for more than two working days."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.core.clock import WEEKEND, local
from lms.core.feature import Reminder
from lms.core.i18n import long_date
from lms.exchange import mails, places, queries
from lms.exchange.models import Thread

WORKING_DAYS = 2


def late_before(now: dt.datetime) -> dt.datetime:
    """What waits since before this moment has waited for two working days."""
    moment, left = now, WORKING_DAYS
    while left:
        moment -= dt.timedelta(days=1)
        left -= local(moment).weekday() not in WEEKEND
    return moment


def reminders(db: Session, *, now: dt.datetime) -> list[Reminder]:
    """Each question that waits too long, to each trainer of its cohort, once. One statement."""
    return [_reminder(db, thread, person) for thread, person in queries.waiting_before(db, late_before(now))]


def _reminder(db: Session, thread: Thread, person: Person) -> Reminder:
    # What waits has its moment: the question's own stands in for the type alone.
    since, lang = thread.waiting_since or thread.asked_at, person.lang
    words = {
        "name": person.name[lang],
        "place": places.title_of(db, thread, lang),
        "day": long_date(since, lang),
        "link": accounts.public_address(url_for("answers.show_thread", lang=lang, thread_id=thread.id)),
    }
    return Reminder(person.id, mails.WAITS, f"exchange.waits:{thread.id}:{since.isoformat()}", words, position=20)
