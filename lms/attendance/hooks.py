"""What this room adds to home pages and to the page of a module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.accounts.models import Person
from lms.attendance import arriving, own, queries, services
from lms.attendance.arriving import Window
from lms.attendance.models import HalfDay
from lms.attendance.naming import comma, glued_hours
from lms.attendance.statuses import Mode
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.feature import Card, Panel, Task
from lms.core.i18n import bdi, current_language, day_and_date
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Module
from lms.programme.models import Enrolment

#: The next session stands before surveys and certificates, the check-in of now before it; the roll call of now before
#: all else.
NEXT, CHECK_IN, ROLL_CALL = 5, 4, 1
#: The way to one's own attendance once no half-day is to come: after what waits.
OWN = 60
#: The roll call of a meeting that colleagues lead.
STANDING_IN = 25
#: How long a home page asks for the report of a meeting.
REPORT_ASKED = dt.timedelta(days=60)
#: Signed sheets to attach: nothing waits for them. Not asked for once they would go again soon.
SCANS = 70
LONGEST_WAIT = dt.timedelta(days=4 * 365)


@dataclass(frozen=True)
class Upcoming:
    """The next half-day of somebody, as their home page tells it."""

    half_day: HalfDay
    #: Short title of its module, none of a module that is no longer taught.
    module: Bilingual | None
    #: When check-in opens, UTC; None: it is open.
    opens_at: dt.datetime | None
    #: Days from today: 0 and 1 have their own word.
    days: int

    @property
    def mode(self) -> Mode:
        return Mode(self.half_day.meeting.mode)


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """The next half-day of a participant: when, where, how. Without one, the way to those that were."""
    if Role.LEARNER not in actor.roles:
        return []
    found = queries.meetings.next_of_person(db, actor.person_id, now=now, today=local_date(now))
    if found is None:
        has_any = bool(queries.marks.enrolments_of(db, actor.person_id))
        return [Card("attendance/_card_own.html", None, position=OWN)] if has_any else []
    is_open = arriving.window(found, now) is Window.OPEN
    module = curriculum.current(db).module(found.meeting.module)
    opens_at = None if is_open else arriving.opens_at(found)
    upcoming = Upcoming(found, module.short if module else None, opens_at, (found.day - local_date(now)).days)
    cards = [Card("attendance/_card.html", upcoming, position=NEXT)]
    if is_open:
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
    waiting = _reports(db, actor, now) if actor.roles & {Role.TRAINER, Role.MONITOR} else []
    if Role.TRAINER not in actor.roles:
        return waiting
    found = queries.meetings.open_until(db, actor.person_id, today=local_date(now))
    picked = queries.meeting_trainers.picked_of(db, [one.meeting for one in found]) if found else {}
    # Whoever leads a meeting is asked first; a colleague may still call the roll in their place.
    own = [one for one in found if _leads(actor, picked.get(one.meeting_id))]
    today = [one for one in own if one.day == local_date(now)]
    late = [one for one in own if one.ends_at < now and one not in today]
    tasks = [_roll_call(one, now) for one in today]
    tasks += [
        _roll_call(one, now, led_by=picked[one.meeting_id])
        for one in found
        if one not in own and one.day == local_date(now)
    ]
    tasks += [_screen(one) for one in today if arriving.window(one, now) in (Window.EARLY, Window.OPEN)]
    if late:
        title = ngettext("%(num)s half-day to close", "%(num)s half-days to close", len(late))
        url = url_for("attendance.show_half_day", half_day_id=late[0].id)
        tasks.append(Task(title, _places(late[:3]), url, "calendar", "warn", 15, len(late)))
    return [*tasks, *waiting, *_walk_ins(db, actor, now), *_short_reports(db, actor, now), *_scans(db, actor, now)]


def _walk_ins(db: Session, actor: Actor, now: dt.datetime) -> list[Task]:
    """People who wait to be matched with somebody on the list."""
    found = queries.walk_ins.waiting_of_trainer(
        db, actor.person_id, closed_since=now - services.marks.TRAINER_CORRECTS_FOR
    )
    if not found:
        return []
    people = sum(number for _half_day, number in found)
    title = ngettext("%(num)s person is not on the list", "%(num)s people are not on the list", people)
    url = url_for("attendance.list_walk_ins", half_day_id=found[0][0].id)
    return [Task(title, _places([one for one, _number in found[:3]]), url, "users", "info", 20, people)]


def _reports(db: Session, actor: Actor, now: dt.datetime) -> list[Task]:
    """What people reported about their attendance; monitoring is told of what trainers can no longer correct."""
    early, late = queries.reports.waiting(db, actor, closed_before=now - services.marks.TRAINER_CORRECTS_FOR)
    count = (early if Role.TRAINER in actor.roles else 0) + (late if Role.MONITOR in actor.roles else 0)
    if not count:
        return []
    title = ngettext("%(num)s report about attendance", "%(num)s reports about attendance", count)
    detail = _("A participant says that a mark is wrong.")
    return [Task(title, detail, url_for("attendance.list_reports"), "message", "warn", 14, count)]


def _short_reports(db: Session, actor: Actor, now: dt.datetime) -> list[Task]:
    """Meetings that are over and of which nobody has reported."""
    today = local_date(now)
    found = queries.short_reports.missing(db, actor.person_id, today=today, since=today - REPORT_ASKED)
    over = [one for one in found if all(half_day.ends_at <= now for half_day in one.taking_place)]
    if not over:
        return []
    title = ngettext("%(num)s short report to write", "%(num)s short reports to write", len(over))
    url = url_for("attendance.show_short_report", meeting_id=over[0].id)
    return [Task(title, _places([one.taking_place[-1] for one in over[:3]]), url, "pencil", "info", 45, len(over))]


def _scans(db: Session, actor: Actor, now: dt.datetime) -> list[Task]:
    """Signed sheets of closed days that nobody has attached."""
    lacking = queries.files.days_lacking(db, actor.person_id, since=local_date(now) - LONGEST_WAIT)
    if not lacking:
        return []
    title = ngettext("%(num)s signed sheet to attach", "%(num)s signed sheets to attach", len(lacking))
    url = url_for("attendance.show_scan", half_day_id=lacking[0].id)
    return [Task(title, _days(lacking[:3]), url, "file", "info", SCANS, len(lacking))]


def _what(one: HalfDay) -> Markup:
    return Markup("{} · {}").format(glued_hours(one), bdi(one.meeting.cohort.name[current_language()]))


def _screen(one: HalfDay) -> Task:
    url = url_for("attendance.show_screen", half_day_id=one.id)
    return Task(_("Project the QR code"), _what(one), url, "qr", "info", ROLL_CALL)


def _leads(actor: Actor, picked: Sequence[Person] | None) -> bool:
    return not picked or actor.person_id in {one.id for one in picked}


def _roll_call(one: HalfDay, now: dt.datetime, *, led_by: Sequence[Person] = ()) -> Task:
    """``led_by``: other trainers, where somebody only stands in."""
    is_now = arriving.opens_at(one) <= now <= one.ends_at and not led_by
    what = _what(one)
    if led_by:
        names = Markup(" · ").join(bdi(person.name[current_language()]) for person in led_by)
        what = Markup("{} · {} {}").format(what, _("Led by:"), names)
    return Task(
        _("Roll call"),
        what,
        url_for("attendance.show_half_day", half_day_id=one.id),
        "list-checks",
        "warn" if is_now else "info",
        STANDING_IN if led_by else ROLL_CALL,
    )


def _places(half_days: list[HalfDay]) -> Markup:
    return Markup(" · ").join(
        Markup("{}{}{}").format(bdi(day_and_date(one.day)), comma(current_language()), glued_hours(one))
        for one in half_days
    )


def _days(half_days: Sequence[HalfDay]) -> Markup:
    return Markup(" · ").join(bdi(day_and_date(one.day)) for one in half_days)
