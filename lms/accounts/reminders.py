"""Reminders: asked of every room, each sent once, at hours and in numbers that people put up with.

A room says what is due, however often it is asked (``Feature.reminders``); here is decided what goes out now.
What is held back is found again an hour later, as long as its room finds it due.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.queries.privacy import OBJECTS
from lms.accounts.queries.sign_ins import IS_OPEN
from lms.core import clock, mail, profile
from lms.core import db as database
from lms.core.feature import Check, Reminder
from lms.core.i18n import long_date
from lms.core.jobs import Job, JobState
from lms.core.mail import ReminderSent

SEND = "accounts.send-reminders"
EVERY_MINUTES = 60
#: From nine to six on working days, on the clocks of the programme.
HOURS, DAYS = range(9, 18), range(5)
A_WEEK, BETWEEN_TWO = dt.timedelta(days=7), dt.timedelta(hours=20)
#: Written before others may write.
AT_ONCE = 100
SILENT_AFTER = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Due:
    """What the rooms ask for: to be sent now with its reader, to wait, or never to reach anybody."""

    now: list[tuple[Reminder, Person]]
    waiting: list[Reminder]
    unreachable: list[Reminder]


def is_civil(moment: dt.datetime) -> bool:
    """Whether a reminder may arrive at this moment."""
    there = clock.local(moment)
    return there.hour in HOURS and there.weekday() in DAYS


def due(db: Session, *, now: dt.datetime) -> Due:
    """What is due and was not sent, the most pressing first. The number of statements does not depend on it."""
    with current_app.test_request_context():  # addresses are written into the messages
        asked = [one for feature in current_app.extensions["features"] for one in feature.reminders(db, now=now)]
    ids = {one.person_id for one in asked}
    sent, lately = _sent(db, ids, since=now - A_WEEK)
    people = {person.id: person for person in db.scalars(_reachable(ids))}
    allowed = profile.known(db).reminders_a_week
    found = Due([], [], [])
    taken = {person_id for person_id, moments in lately.items() if max(moments) > now - BETWEEN_TWO}
    for one in sorted(asked, key=lambda one: (one.position, one.person_id)):
        if (one.person_id, one.occasion) in sent:
            continue
        if one.person_id not in people:
            found.unreachable.append(one)
        elif one.person_id in taken or len(lately.get(one.person_id, ())) >= allowed:
            found.waiting.append(one)
        else:
            found.now.append((one, people[one.person_id]))
            taken.add(one.person_id)
    return found


def _sent(
    db: Session, ids: Collection[int], *, since: dt.datetime
) -> tuple[set[tuple[int, str]], dict[int, list[dt.datetime]]]:
    """(person, occasion) of what went out, and when each person got something since that moment."""
    sent, lately = set(), dict[int, list[dt.datetime]]()
    for row in db.scalars(sa.select(ReminderSent).where(ReminderSent.person_id.in_(ids))):
        sent.add((row.person_id, row.occasion))
        if row.sent_at > since:
            lately.setdefault(row.person_id, []).append(row.sent_at)
    return sent, lately


def _reachable(ids: Collection[int]) -> sa.Select[Person]:
    """Those who opened their account, have an address and do not object."""
    return sa.select(Person).where(
        Person.id.in_(ids), *IS_OPEN, Person.email.is_not(None), Person.password_hash.is_not(None), ~OBJECTS
    )


def send_due(db: Session) -> None:
    """Job of every hour: send what is due, if it is an hour for it. Read before anybody has to wait for the writing."""
    now = clock.now()
    if not is_civil(now):
        return
    db.rollback()
    database.use_mode(database.READ)
    found = due(db, now=now).now
    chosen = [reminder for reminder, _person in found]
    db.rollback()
    database.use_mode(database.WRITE)
    for start in range(0, len(chosen), AT_ONCE):
        _send(db, chosen[start : start + AT_ONCE], now=now)
        database.commit()


def _send(db: Session, chosen: Sequence[Reminder], *, now: dt.datetime) -> None:
    """Write to those who may be reached still: somebody may have objected, or gone, since it was read."""
    people = {person.id: person for person in db.scalars(_reachable({one.person_id for one in chosen}))}
    for reminder in chosen:
        if person := people.get(reminder.person_id):
            _write(db, reminder, person, now=now)


def _write(db: Session, reminder: Reminder, person: Person, *, now: dt.datetime) -> None:
    # Of two runs at one moment one writes the row, and only that one writes the message.
    if database.insert_if_absent(db, ReminderSent, person_id=person.id, occasion=reminder.occasion, sent_at=now):
        mail.send_kind(
            db, reminder.kind, person_id=person.id, address=person.email, lang=person.lang, places=reminder.places,
            attachments=reminder.attachments, now=now,
        )  # fmt: skip


def health(db: Session, *, now: dt.datetime) -> list[Check]:
    """Line of the health page: when reminders were last looked for."""
    last = db.scalar(sa.select(sa.func.max(Job.changed_at)).where(Job.name == SEND, Job.state == JobState.DONE))
    value = _("%(day)s at %(time)s", day=long_date(last), time=f"{clock.local(last):%H:%M}") if last else _("None yet")
    advice = _("Every hour the process for jobs looks for them; it may have stopped.")
    return [Check(_("Reminders last looked for"), value, last is None or last > now - SILENT_AFTER, advice)]


@click.group("reminders")
def reminders() -> None:
    """What people are reminded of."""


@reminders.command("due")
@with_appcontext
def show_due() -> None:
    """Count, by kind, the reminders that would go out now, wait, or reach nobody. Sends nothing, names nobody."""
    now = clock.now()
    found = due(database.session(), now=now)
    if not is_civil(now):
        click.echo("Nothing is sent at this hour: reminders leave from 9 to 18 on working days.")
    groups = {"now": [one for one, _person in found.now], "waiting": found.waiting, "unreachable": found.unreachable}
    for name, group in groups.items():
        for kind, count in sorted(Counter(one.kind for one in group).items()):
            click.echo(f"{name}: {kind}: {count}")
    click.echo(f"in all: {sum(map(len, groups.values()))}")
