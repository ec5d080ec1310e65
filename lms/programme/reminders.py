"""Reminders of this room: a training session starts soon; somebody has done nothing for some time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.models import Person
from lms.core import calendar
from lms.core.clock import local_date
from lms.core.feature import Reminder
from lms.core.mail import ReminderSent
from lms.programme import mails
from lms.programme.hooks import idle_since
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import is_running
from lms.programme.queries.cohorts import is_present
from lms.programme.work import work

#: Somebody is told so many days before the first day; a weekend or another reminder may lie between.
BEFORE_START = dt.timedelta(days=5)


def reminders(db: Session, *, now: dt.datetime) -> list[Reminder]:
    """What is due in this room, in one statement each."""
    return [*_starting(db, now), *_behind(db, now)]


def _enrolled() -> sa.Select[Enrolment]:
    """Enrolments that count, each with its person and its cohort."""
    return (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.cohort), contains_eager(Enrolment.person))
        .where(is_present(), Cohort.archived_at.is_(None))
    )


def _starting(db: Session, now: dt.datetime) -> list[Reminder]:
    today = local_date(now)
    query = _enrolled().where(Cohort.starts_on > today, Cohort.starts_on <= today + BEFORE_START)
    return [
        _reminder(
            mails.STARTS_SOON, enrolment, f"programme.starts:{enrolment.cohort_id}:{enrolment.cohort.starts_on}", 20,
            attachments=[calendar.attachment("formation.ics", mails.dates_of(enrolment.cohort, enrolment.person, now))],
        )
        for enrolment in db.scalars(query)
    ]  # fmt: skip


def _behind(db: Session, now: dt.datetime) -> list[Reminder]:
    """Once in seven days at most, as long as the training session runs."""
    year, week, _day = local_date(now).isocalendar()
    lately = _was_told(since=now - dt.timedelta(days=7))
    query = _enrolled().where(is_running(local_date(now)), work().is_behind(idle_since(db, now)), ~lately)
    # The week keeps two runs at one moment apart; whoever was told on a Friday is not told again on the Monday.
    return [
        _reminder(mails.BEHIND, enrolment, f"{mails.BEHIND}:{enrolment.id}:{year}-{week:02}", 40)
        for enrolment in db.scalars(query)
    ]


def _was_told(*, since: dt.datetime) -> sa.ColumnElement[bool]:
    """Condition on enrolments: the person was told since that moment that they have fallen behind in it."""
    beginning = sa.literal(f"{mails.BEHIND}:") + sa.cast(Enrolment.id, sa.String) + ":"
    told = sa.select(ReminderSent.occasion).where(
        ReminderSent.person_id == Enrolment.person_id, ReminderSent.sent_at > since,
        ReminderSent.occasion.startswith(beginning),
    )  # fmt: skip
    return told.correlate(Enrolment).exists()


def _reminder(
    kind: str, enrolment: Enrolment, occasion: str, position: int, *, attachments: list[dict[str, str]] | None = None
) -> Reminder:
    person: Person = enrolment.person
    places = mails.places_of(enrolment.cohort, person)
    return Reminder(person.id, kind, occasion, places, attachments or (), position)
