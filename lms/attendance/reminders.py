"""Reminders of this room: a half-day that nobody closed, to its trainers; the next half-day, to who takes part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from flask import url_for
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.attendance import mails, notices, queries
from lms.attendance.models import HalfDay
from lms.core.clock import WEEKEND, local_date
from lms.core.feature import Reminder

DAY = dt.timedelta(days=1)
#: A half-day that nobody closed is said a second time after so many days, and no more after a month.
AGAIN_AFTER, GIVEN_UP_AFTER = 3 * DAY, 30 * DAY
#: Before what somebody has fallen behind in; what is tomorrow comes first.
TOMORROW, UNCLOSED = 5, 15


def reminders(db: Session, *, now: dt.datetime) -> list[Reminder]:
    """What is due in this room, in a constant number of statements."""
    return [*_unclosed(db, now), *_coming(db, now)]


def next_working_day(day: dt.date) -> dt.date:
    """The first day after it that is no Saturday or Sunday."""
    day += DAY
    while day.weekday() in WEEKEND:
        day += DAY
    return day


def _by_day(half_days: Iterable[HalfDay]) -> dict[tuple[int, dt.date], list[HalfDay]]:
    """Half-days of a cohort on one day are one message."""
    found: dict[tuple[int, dt.date], list[HalfDay]] = {}
    for one in half_days:
        found.setdefault((one.meeting.cohort_id, one.day), []).append(one)
    return found


def _unclosed(db: Session, now: dt.datetime) -> list[Reminder]:
    """To those who lead it: the next working day, again three days after; what is closed is found no more."""
    today = local_date(now)
    unclosed = queries.warnings.unclosed(db, since=today - GIVEN_UP_AFTER, before=today)
    led: dict[int, tuple[Person, set[int]]] = {}
    for person, half_day_id in queries.meeting_trainers.leaders(db, [one.id for one in unclosed]):
        led.setdefault(person.id, (person, set()))[1].add(half_day_id)
    found = []
    for person, ids in led.values():
        for (cohort_id, day), half_days in _by_day(one for one in unclosed if one.id in ids).items():
            if today >= next_working_day(day):
                which = "again" if today >= day + AGAIN_AFTER else "first"
                occasion = f"{notices.UNCLOSED}:{cohort_id}:{day}:{which}"
                places = notices.places_of(person, half_days[0].meeting.cohort.name, half_days)
                address = url_for("attendance.show_half_day", half_day_id=half_days[0].id, lang=person.lang)
                places["link"] = accounts.public_address(address)
                found.append(Reminder(person.id, notices.UNCLOSED, occasion, places, (), UNCLOSED))
    return found


def _coming(db: Session, now: dt.datetime) -> list[Reminder]:
    """The working day before: on a Friday what is on Monday."""
    today = local_date(now)
    days = _by_day(queries.warnings.coming(db, after=today, until=next_working_day(today)))
    found = []
    for cohort_id, group_id, person in queries.warnings.participants(db, {key[0] for key in days}):
        for (of, _day), half_days in days.items():
            own = [one for one in half_days if one.meeting.group_id in (None, group_id)]
            if of == cohort_id and own:
                found.append(_next(person, cohort_id, own, now))
    return found


def _next(person: Person, cohort_id: int, half_days: Sequence[HalfDay], now: dt.datetime) -> Reminder:
    meetings = {one.meeting_id: one.meeting for one in half_days}.values()
    places = notices.places_of(person, half_days[0].meeting.cohort.name, half_days)
    places["place"] = "\n".join(dict.fromkeys(part for one in meetings for part in (one.place, one.link) if part))
    return Reminder(
        person.id, notices.TOMORROW, notices.occasion_of(cohort_id, half_days[0].day), places,
        [
            mails.attached(one, person.lang, now)
            for one in half_days
        ],
        TOMORROW,
    )  # fmt: skip
