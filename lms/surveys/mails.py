"""Messages of this room: to members when a follow-up is due, and to the supervisor whom one of them names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.core import mail
from lms.core.bilingual import other_language
from lms.core.feature import MailKind
from lms.core.i18n import long_date
from lms.surveys.models import FollowUp
from lms.surveys.queries.follow_ups import LASTS, TICKET_LASTS

FOLLOW_UP = "surveys.follow-up"
FOLLOW_UP_AGAIN = "surveys.follow-up-again"
SUPERVISOR = "surveys.supervisor"
_TO_MEMBER: dict[str, Any] = {
    "name": _l("Nadia El Fassi"),
    "cohort": _l("Second training session"),
    "months": "3",
    "day": _l("18 December 2026"),
    "link": "https://example.org/",
}
KINDS = [
    MailKind(
        FOLLOW_UP,
        _l("Follow-up some months after a training session"),
        _l("{months} months after: {cohort}"),
        _l(
            "Hello {name},\n\nThe training session “{cohort}” ended {months} months ago. A few questions ask what it "
            "changed at work; they take five minutes and can be answered until {day}:\n{link}\n\n"
            "The answers are confidential: only the monitoring team reads them.\n"
        ),
        places=_TO_MEMBER,
        is_reminder=True,
    ),
    MailKind(
        FOLLOW_UP_AGAIN,
        _l("Follow-up not answered yet"),
        _l("Still open: {months} months after {cohort}"),
        _l(
            "Hello {name},\n\nThe questions on what the training session “{cohort}” changed at work are open until "
            "{day}. “Not yet” is an answer too. They take five minutes:\n{link}\n\n"
            "This is the last message about them.\n"
        ),
        places=_TO_MEMBER,
        is_reminder=True,
    ),
    MailKind(
        SUPERVISOR,
        _l("Questions to the supervisor of a member"),
        _l("A few questions on a training session: {name}"),
        _l(
            "Hello,\n\n{name} took part in the training session “{cohort}” and gave this address. Five short questions "
            "ask how the training is applied at work. They judge nobody; no account is needed. The link works once, "
            "until {day}:\n{link}\n\nWhoever does not wish to answer need not do anything.\n"
        ),
        places={
            "name": _l("Nadia El Fassi"),
            "cohort": _l("Second training session"),
            "day": _l("18 December 2026"),
            "link": "https://example.org/",
        },
        is_secret=True,
    ),
]


def places_of(found: FollowUp) -> dict[str, Any]:
    """What the places of a message to the member say."""
    person, cohort = found.enrolment.person, found.enrolment.cohort
    lang = person.lang
    return {
        "name": person.name[lang],
        "cohort": cohort.name[lang],
        "months": str(found.months),
        "day": long_date(found.due_on + LASTS, lang),
        "link": accounts.public_address(url_for("surveys.show_follow_up", lang=lang, follow_up_id=found.id)),
    }


def ask_supervisor(db: Session, found: FollowUp, address: str, token: str, *, now: dt.datetime) -> None:
    """Write to a supervisor in both languages, the member's first; nothing of the member but the name."""
    first = found.enrolment.person.lang
    words = [_to_supervisor(db, found, token, lang, now=now) for lang in (first, other_language(first))]
    mail.send(
        db, recipient_id=None, address=address, lang=first, subject=" · ".join(one.subject for one in words),
        text="\n\n".join(one.text for one in words), kind=SUPERVISOR, now=now,
    )  # fmt: skip


def _to_supervisor(db: Session, found: FollowUp, token: str, lang: str, *, now: dt.datetime) -> mail.Words:
    person, cohort = found.enrolment.person, found.enrolment.cohort
    places = {
        "name": person.name[lang],
        "cohort": cohort.name[lang],
        "day": long_date(now + TICKET_LASTS, lang),
        "link": accounts.public_address(url_for("supervisors.show_form", lang=lang, ticket=token)),
    }
    return mail.words_of(db, mail.kinds()[SUPERVISOR], lang, places)
