"""Messages to people in a training session: that they are enrolled, that it starts, that they have fallen behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.core import calendar, mail
from lms.core.feature import MailKind
from lms.core.i18n import long_date
from lms.programme.models import Cohort

ENROLMENT = "programme.enrolment"
STARTS_SOON = "programme.starts-soon"
BEHIND = "programme.behind"
PLACES: dict[str, Any] = {
    "name": _l("Nadia El Fassi"),
    "cohort": _l("Second training session"),
    "start": _l("2 November 2026"),
    "end": _l("18 December 2026"),
    "link": "https://example.org/",
}
KINDS = [
    MailKind(
        ENROLMENT,
        _l("Enrolment in a training session"),
        _l("Enrolment: {cohort}"),
        _l(
            "Hello {name},\n\nThis confirms the enrolment in the training session “{cohort}”, "
            "from {start} to {end}.\n\nIt opens here:\n{link}\n"
        ),
        places=PLACES,
    ),
    MailKind(
        STARTS_SOON,
        _l("A training session starts soon"),
        _l("Starts on {start}: {cohort}"),
        _l(
            "Hello {name},\n\nThe training session “{cohort}” starts on {start} and lasts until {end}.\n\n"
            "It opens here:\n{link}\n"
        ),
        places=PLACES,
        is_reminder=True,
    ),
    MailKind(
        BEHIND,
        _l("Nothing done for some time"),
        _l("Where it goes on: {cohort}"),
        _l(
            "Hello {name},\n\nSteps of the training session “{cohort}” are still open; it lasts until {end}. "
            "A lesson takes about ten minutes, and opens where it was left:\n{link}\n"
        ),
        places=PLACES,
        is_reminder=True,
    ),
]


def places_of(cohort: Cohort, person: Person) -> dict[str, Any]:
    """What the places of these messages say to that person."""
    lang = person.lang
    return {
        "name": person.name[lang],
        "cohort": cohort.name[lang],
        "start": long_date(cohort.starts_on, lang),
        "end": long_date(cohort.ends_on, lang),
        "link": accounts.public_address(url_for("learning.show_home", lang=lang)),
    }


def dates_of(cohort: Cohort, person: Person, now: dt.datetime) -> str:
    """The cohort's days for a calendar; sent again, they replace those of before."""
    return calendar.event(
        uid=accounts.calendar_name(f"cohort-{cohort.id}"),
        title=cohort.name[person.lang],
        description="",
        location="",
        starts=cohort.starts_on,
        ends=cohort.ends_on,
        url=accounts.public_address(url_for("learning.show_home", lang=person.lang)),
        now=now,
    )


def send_enrolment(db: Session, cohort: Cohort, person: Person, *, now: dt.datetime) -> None:
    """Put the message in the outbox, in the person's language, with the dates for a calendar."""
    mail.send_kind(
        db, ENROLMENT, person_id=person.id, address=person.email, lang=person.lang, places=places_of(cohort, person),
        attachments=[calendar.attachment("formation.ics", dates_of(cohort, person, now))], now=now,
    )  # fmt: skip
