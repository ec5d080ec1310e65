"""Messages of this room. No word of a question or answer stands in one: they are read after signing in."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.core import mail
from lms.core.feature import MailKind
from lms.exchange import places
from lms.exchange.models import Thread

ANSWERED = "exchange.answered"
WAITS = "exchange.waits"
KINDS = [
    MailKind(
        ANSWERED,
        _l("A question to the training team is answered"),
        _l("Your question is answered: {place}"),
        _l("Hello {name},\n\nThe training team answered your question about “{place}”. The answer is here:\n{link}\n"),
        places={"name": _l("Nadia El Fassi"), "place": _l("Reading figures"), "link": "https://example.org/"},
    ),
    MailKind(
        WAITS,
        _l("A question waits for its answer"),
        _l("A question waits: {place}"),
        _l(
            "Hello {name},\n\nSomebody of your training session asked about “{place}” on {day}. "
            "Nobody has answered yet. The question is here:\n{link}\n"
        ),
        places={
            "name": _l("Nadia El Fassi"),
            "place": _l("Reading figures"),
            "day": _l("18 December 2026"),
            "link": "https://example.org/",
        },
        is_reminder=True,
    ),
]


def tell_of_answer(db: Session, thread: Thread, *, now: dt.datetime) -> None:
    """Tell a learner that their question is answered."""
    person = thread.enrolment.person
    if person.anonymised_at is not None:
        return
    words = {
        "name": person.name[person.lang],
        "place": places.title_of(db, thread, person.lang),
        "link": accounts.public_address(url_for("exchange.show_thread", lang=person.lang, thread_id=thread.id)),
    }
    mail.send_kind(
        db, ANSWERED, person_id=person.id, address=person.email, lang=person.lang, places=words, now=now
    )  # fmt: skip
