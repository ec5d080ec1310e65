"""The message that tells people of another time or place, with the half-days for their calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.attendance import queries
from lms.attendance.file_names import HALF_DAYS, file_name
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.naming import day_and_hours
from lms.attendance.statuses import State
from lms.core import calendar, mail
from lms.core.calendar import Entry
from lms.core.feature import MailKind
from lms.core.i18n import locale_of

CHANGED = "attendance.changed"
PLACES: dict[str, Any] = {
    "name": _l("Nadia El Fassi"),
    "cohort": _l("Second training session"),
    "when": _l("Tuesday 24 November 2026, 09:00–12:30"),
    "place": _l("Rabat, room 2"),
    "link": "https://example.org/",
}
KINDS = [
    MailKind(
        CHANGED,
        _l("A half-day at another time or place"),
        _l("Changed: {cohort}"),
        _l(
            "Hello {name},\n\nIn the training session “{cohort}” this is changed. What holds now:\n\n{when}\n{place}"
            "\n\nAll half-days stand here:\n{link}\n"
        ),
        places=PLACES,
    )
]


def when(one: HalfDay, lang: str) -> str:
    """« Mardi 24 novembre 2026, 09:00–12:30 »; a cancelled one says so."""
    text = day_and_hours(one, lang)
    with force_locale(locale_of(lang)):
        return _("cancelled: %(when)s", when=text) if one.state is State.CANCELLED else text


def tell(
    db: Session,
    meeting: Meeting,
    half_days: Sequence[HalfDay],
    *,
    now: dt.datetime,
    among: Collection[int] | None = None,
) -> None:
    """Write to all who are enrolled, or to those ``among`` them, each in their language; one statement says to whom."""
    if not half_days:
        return
    for enrolment in queries.marks.enrolled(db, meeting.cohort_id, meeting.group_id):
        person: Person = enrolment.person
        if among is not None and person.id not in among:
            continue
        lang = person.lang
        places = {
            "name": person.name[lang],
            "cohort": meeting.cohort.name[lang],
            "when": "\n".join(when(one, lang) for one in half_days),
            "place": "\n".join(part for part in (meeting.place, meeting.link) if part),
            "link": accounts.public_address(url_for("attendance.show_own", lang=lang)),
        }
        mail.send_kind(
            db, CHANGED, person_id=person.id, address=person.email, lang=lang, places=places, now=now,
            attachments=[
                attached(one, lang, now)
                for one in half_days
            ],
        )  # fmt: skip


def attached(one: HalfDay, lang: str, now: dt.datetime) -> dict[str, str]:
    """A half-day as a file of a message, named by its day and hour in the reader's language."""
    name = file_name(HALF_DAYS, one.meeting_id, one, ending="ics", lang=lang)
    return calendar.attachment(name.shown, event(one, lang, now))


def event(one: HalfDay, lang: str, now: dt.datetime) -> str:
    """A half-day for a calendar; sent again, it replaces the one of before."""
    return calendar.several([entry(one, lang)], now=now)


def entry(one: HalfDay, lang: str) -> Entry:
    """A half-day as an event: the same name in messages, downloads and calendars that are subscribed to."""
    meeting = one.meeting
    return Entry(
        uid=accounts.calendar_name(f"half-day-{one.id}"),
        title=meeting.title[lang] or meeting.cohort.name[lang],
        description=meeting.link,
        location=meeting.place,
        starts=one.starts_at,
        ends=one.ends_at,
        url=accounts.public_address(url_for("attendance.show_own", lang=lang)),
        is_cancelled=one.state is State.CANCELLED,
    )
