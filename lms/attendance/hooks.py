"""What this room adds to home pages and to the page of a module."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.attendance import arriving, own, queries
from lms.attendance.arriving import Window
from lms.attendance.models import HalfDay
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import Card, Panel, Task
from lms.core.i18n import bdi, current_language, day_and_date
from lms.curriculum.catalogue import Module
from lms.programme.models import Enrolment

#: The next session stands before surveys and certificates, the check-in of now before it; the roll call of now before
#: all else.
NEXT, CHECK_IN, ROLL_CALL = 5, 4, 1
#: From that long before it begins a half-day's roll call is the first thing on the trainer's home page.
BEFORE = dt.timedelta(minutes=30)


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """The next half-day of a participant: when, where, how."""
    if Role.LEARNER not in actor.roles:
        return []
    found = queries.meetings.next_of_person(db, actor.person_id, now=now, today=local_date(now))
    if found is None:
        return []
    cards = [Card("attendance/_card.html", found, position=NEXT)]
    if arriving.window(found, now) is Window.OPEN:
        known = queries.check_ins.of_person(db, found.id, actor.person_id)
        cards.insert(0, Card("attendance/_check_in_card.html", known, position=CHECK_IN))
    return cards


def module_panels(db: Session, enrolment: Enrolment, module: Module, *, now: dt.datetime) -> list[Panel]:
    """Attended, held, planned half-days of the module, against the threshold."""
    rate = own.rate_of(db, enrolment, module.slug)
    if not rate.planned:
        return []
    return [
        Panel(
            title=_("Attendance"),
            value_text=_("%(done)s of %(total)s", done=rate.attended, total=rate.planned),
            detail=own.outlook(rate),
            icon="calendar",
            is_met=rate.is_met,
            share=rate.share,
            threshold=rate.threshold / 100,
            url=url_for("attendance.show_own"),
            position=20,
        )
    ]


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """The roll calls of today, one tap away, and the half-days that wait for their closing."""
    if Role.TRAINER not in actor.roles:
        return []
    found = queries.meetings.open_until(db, actor.person_id, today=local_date(now))
    today = [one for one in found if one.day == local_date(now)]
    late = [one for one in found if one.ends_at < now and one not in today]
    tasks = [_roll_call(one, now) for one in today]
    tasks += [_screen(one) for one in today if arriving.window(one, now) in (Window.EARLY, Window.OPEN)]
    if late:
        title = ngettext("%(num)s half-day to close", "%(num)s half-days to close", len(late))
        url = url_for("attendance.show_half_day", half_day_id=late[0].id)
        tasks.append(Task(title, _places(late[:3]), url, "calendar", "warn", 15, len(late)))
    return tasks


def _what(one: HalfDay) -> Markup:
    times = Markup('<bdi dir="ltr">{}–{}</bdi>').format(f"{one.starts:%H:%M}", f"{one.ends:%H:%M}")
    return Markup("{} · {}").format(times, bdi(one.meeting.cohort.name[current_language()]))


def _screen(one: HalfDay) -> Task:
    url = url_for("attendance.show_screen", half_day_id=one.id)
    return Task(_("Project the QR code"), _what(one), url, "qr", "info", ROLL_CALL)


def _roll_call(one: HalfDay, now: dt.datetime) -> Task:
    is_now = one.starts_at - BEFORE <= now <= one.ends_at
    return Task(
        _("Roll call"),
        _what(one),
        url_for("attendance.show_half_day", half_day_id=one.id),
        "list-checks",
        "warn" if is_now else "info",
        ROLL_CALL,
    )


def _places(half_days: list[HalfDay]) -> Markup:
    return Markup(" · ").join(bdi(day_and_date(one.day)) for one in half_days)
