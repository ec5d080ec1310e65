"""Messages about single half-days: an answer to a report, an absence, what comes next, what is not closed yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.models import Organisation, Person
from lms.attendance import mails, own
from lms.attendance.models import ErrorReport, HalfDay
from lms.attendance.models.reports import CORRECTED
from lms.attendance.rates import Rate
from lms.core import mail
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.feature import MailKind, home_of
from lms.core.i18n import locale_of
from lms.core.mail import Mail

ANSWERED = "attendance.report-answered"
ABSENT = "attendance.absent"
ABSENT_PEOPLE = "attendance.absent-people"
UNREACHABLE = "attendance.unreachable"
UNCLOSED = "attendance.unclosed"
TOMORROW = "attendance.tomorrow"

_NAME, _COHORT, _WHEN, _PLACE, _LINK = (mails.PLACES[one] for one in ("name", "cohort", "when", "place", "link"))
_RATE: Any = _l("Attended: 7 half-days. Held: 9. Planned: 12.")
_OUTLOOK: Any = _l("10 are needed; still to come: 3.")
_WHO: dict[str, Any] = {"name": _NAME, "cohort": _COHORT, "when": _WHEN, "link": _LINK}
KINDS = [
    MailKind(
        ANSWERED,
        _l("Answer to a report about attendance"),
        _l("Answer to the report: {cohort}"),
        _l(
            "Hello {name},\n\nAn error was reported at this half-day of the training session “{cohort}”:\n{when}\n\n"
            "{answer}\n\nAll half-days stand here:\n{link}\n"
        ),
        places={**_WHO, "answer": _l("The mark was corrected: the half-day shows what holds now.")},
    ),
    MailKind(
        ABSENT,
        _l("An absence that is not excused"),
        _l("Absence: {cohort}"),
        _l(
            "Hello {name},\n\nAt this half-day of the training session “{cohort}” an unexcused absence was marked:\n"
            "{when}\n\n{rate}\n{outlook}\n\nIf this is an error, or if the absence can be justified, it is said under "
            "“Report an error”, beside the half-day:\n{link}\n"
        ),
        places={**_WHO, "rate": _RATE, "outlook": _OUTLOOK},
    ),
    MailKind(
        ABSENT_PEOPLE,
        _l("Absences of an organisation’s people"),
        _l("Absences: {cohort}"),
        _l(
            "Hello {name},\n\nAt this half-day of the training session “{cohort}” these people of the organisation "
            "“{organisation}” were absent without excuse:\n{when}\n\n{people}\n\nThis message is for the focal point "
            "of the organisation alone; each of these people was told too. The organisation’s figures stand here:"
            "\n{link}\n"
        ),
        places={
            **_WHO,
            "organisation": _l("Ministry of the example"),
            "people": _l("Nadia El Fassi"),
        },
        essential=("people",),
    ),
    MailKind(
        UNREACHABLE,
        _l("The threshold of attendance can no longer be reached"),
        _l("Attendance: {cohort}"),
        _l(
            "Hello {name},\n\nIn the training session “{cohort}” the threshold of attendance can no longer be "
            "reached, even if all half-days to come are attended.\n\n{rate}\n\nThe training team can say what is "
            "possible. The half-days stand here; an error is reported beside each of them:\n{link}\n"
        ),
        places={
            "name": _NAME,
            "cohort": _COHORT,
            "link": _LINK,
            "rate": _l("Attended: 5 half-days. Held: 9. Planned: 12."),
        },
    ),
    MailKind(
        UNCLOSED,
        _l("A half-day is not closed yet"),
        _l("To close: {cohort}"),
        _l(
            "Hello {name},\n\nIn the training session “{cohort}” this is not closed yet:\n\n{when}\n\n"
            "Until it is, nobody’s attendance counts. The roll call opens here:\n{link}\n"
        ),
        places=_WHO,
        is_reminder=True,
    ),
    MailKind(
        TOMORROW,
        _l("A half-day of the next days"),
        _l("Next: {cohort}"),
        _l(
            "Hello {name},\n\nThe training session “{cohort}” goes on:\n\n{when}\n{place}\n\n"
            "All half-days stand here:\n{link}\n"
        ),
        places={**_WHO, "place": _PLACE},
        is_reminder=True,
    ),
]


def occasion_of(cohort_id: int, day: dt.date) -> str:
    """What the reminder of a cohort's half-days of a day is kept as."""
    return f"{TOMORROW}:{cohort_id}:{day}"


def places_of(person: Person, cohort_name: Bilingual, half_days: Sequence[HalfDay]) -> dict[str, str]:
    """What the places of these messages say to one person; the link leads to their own attendance."""
    lang = person.lang
    return {
        "name": person.name[lang],
        "cohort": cohort_name[lang],
        "when": "\n".join(mails.when(one, lang) for one in half_days),
        "link": accounts.public_address(url_for("attendance.show_own", lang=lang)),
    }


def _send(db: Session, kind: str, person: Person, places: dict[str, str], now: dt.datetime) -> Mail:
    return mail.send_kind(
        db, kind, person_id=person.id, address=person.email, lang=person.lang, places=places, now=now
    )  # fmt: skip


def tell_answer(db: Session, report: ErrorReport, *, now: dt.datetime) -> None:
    """Write to whoever reported: what holds now, or why nothing changes."""
    person: Person = report.enrolment.person
    with force_locale(locale_of(person.lang)):
        corrected = _("The mark was corrected: the half-day shows what holds now.")
        stands = _("The mark stands. The team says: %(answer)s", answer=report.answer)
    answer = corrected if report.outcome == CORRECTED else stands
    half_day = report.half_day
    places = places_of(person, half_day.meeting.cohort.name, [half_day])
    _send(db, ANSWERED, person, {**places, "answer": answer}, now)


def rate_words(rate: Rate, lang: str) -> tuple[str, str]:
    """Attended, held, planned, and what that means, in a language."""
    with force_locale(locale_of(lang)):
        counted = _(
            "Attended: %(attended)s half-days. Held: %(held)s. Planned: %(planned)s.",
            attended=rate.attended, held=rate.held, planned=rate.planned,
        )  # fmt: skip
        return counted, own.outlook(rate)


def tell_absent(db: Session, person: Person, half_day: HalfDay, rate: Rate, *, now: dt.datetime) -> Mail:
    """Write to somebody who was absent without excuse, with what is still reachable."""
    counted, outlook = rate_words(rate, person.lang)
    places = places_of(person, half_day.meeting.cohort.name, [half_day])
    return _send(db, ABSENT, person, {**places, "rate": counted, "outlook": outlook}, now)


def tell_unreachable(db: Session, person: Person, half_day: HalfDay, rate: Rate, *, now: dt.datetime) -> Mail:
    """Write to somebody who can no longer reach the threshold."""
    counted, _outlook = rate_words(rate, person.lang)
    places = places_of(person, half_day.meeting.cohort.name, [half_day])
    return _send(db, UNREACHABLE, person, {**places, "rate": counted}, now)


def tell_focal_point(
    db: Session, focal: Person, organisation: Organisation, people: Sequence[Person], half_day: HalfDay,
    *, now: dt.datetime,
) -> Mail:  # fmt: skip
    """Write to a focal point which people of their organisation were absent: names, nothing else about them."""
    lang = focal.lang
    places = places_of(focal, half_day.meeting.cohort.name, [half_day])
    places["link"] = accounts.public_address(url_for(home_of(Role.FOCAL_POINT) or "attendance.show_own", lang=lang))
    places["organisation"] = organisation.name[lang]
    places["people"] = "\n".join(one.name[lang] for one in people)
    return _send(db, ABSENT_PEOPLE, focal, places, now)
