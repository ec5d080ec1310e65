"""The messages that carry a one-time link."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core import mail
from lms.core.feature import MailKind

EXAMPLE_LINK = "https://example.org/…"
INVITATION = MailKind(
    "accounts.invitation",
    _l("Invitation"),
    _l("Invitation to the training"),
    _l(
        "An account is ready for the training on gender and social inclusion.\n\n"
        "To open it, within 30 days:\n{link}\n\n"
        "The link works once. It is personal."
    ),
    places={"link": EXAMPLE_LINK},
    is_secret=True,
)
RESET = MailKind(
    "accounts.reset",
    _l("New password"),
    _l("New password"),
    _l(
        "A new password was asked for.\n\nTo choose it, within two hours:\n{link}\n\n"
        "Nothing changes if this message is ignored."
    ),
    places={"link": EXAMPLE_LINK},
    is_secret=True,
)
KINDS = [INVITATION, RESET]


def send(db: Session, kind: MailKind, person: Person, link: str, *, now: dt.datetime) -> None:
    """Put the message in the outbox, in the reader's language and the team's words where it has its own."""
    mail.send_kind(
        db, kind.key, person_id=person.id, address=person.email, lang=person.lang, places={"link": link}, now=now
    )
