"""What happens by itself, every hour; twice without harm."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.clock import local_date
from lms.surveys import queries
from lms.surveys.errors import FormNotUsable
from lms.surveys.queries.follow_ups import LASTS, TICKET_LASTS
from lms.surveys.queries.forms import COHORT_END, FOLLOW_UPS
from lms.surveys.services import follow_ups, rounds

KEEP_UP = "surveys.keep-up"
EVERY_MINUTES = 60
#: No month is longer.
_MONTH = dt.timedelta(days=31)


def keep_up(db: Session) -> None:
    """Job: surveys at the end of cohorts, follow-ups that are due, addresses of supervisors that are no longer kept."""
    now = clock.now()
    open_at_end(db, now=now)
    make_follow_ups(db, now=now)
    forget_addresses(db, now=now)


def open_at_end(db: Session, *, now: dt.datetime) -> int:
    """On the last day of a cohort its survey opens; one that ended some days ago unseen gets it still."""
    quiz, today = queries.forms.by_key(db, COHORT_END), local_date(now)
    if quiz is None:
        return 0
    days = dt.timedelta(days=rounds.AT_COHORTS_END_DAYS)
    found = queries.rounds.cohorts_without(db, quiz.id, since=today - days, today=today)
    try:
        for cohort in found:
            rounds.open(db, quiz, cohort, opens_on=cohort.ends_on, closes_on=cohort.ends_on + days, now=now)
    except FormNotUsable:
        # Somebody made another form of it: its page says so, nothing of it is asked.
        return 0
    return len(found)


def make_follow_ups(db: Session, *, now: dt.datetime) -> int:
    """Three and six months after a cohort, those who took part are asked; for as long as they may answer."""
    today, made = local_date(now), 0
    for months in FOLLOW_UPS:
        since = today - LASTS - months * _MONTH
        for cohort in queries.follow_ups.ended_cohorts(db, since=since, until=today):
            due_on = follow_ups.months_after(cohort.ends_on, months)
            if due_on <= today <= due_on + LASTS:
                made += follow_ups.make_due(db, cohort, months)
    return made


def forget_addresses(db: Session, *, now: dt.datetime) -> int:
    """Erase the addresses of supervisors who were asked more than 30 days ago."""
    old = queries.follow_ups.asked_before(db, local_date(now) - TICKET_LASTS)
    for one in old:
        follow_ups.forget_address(db, one)
    return len(old)
