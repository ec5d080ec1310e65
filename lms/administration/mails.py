"""The message to many, and what the pages of the outbox show of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core import mail
from lms.core.bilingual import Bilingual
from lms.core.feature import MailKind
from lms.core.i18n import locale_of
from lms.core.mail import Mail, MailTemplate, Words

#: Its words are written anew for each message: the product has none.
MESSAGE = MailKind(
    "administration.message", _l("Message of the team"), "", "", places={"name": _l("Nadia El Fassi")}, essential=()
)
KINDS = [MESSAGE]
LINK = re.compile(r"https?://\S+")


def worded() -> dict[str, MailKind]:
    """Messages whose words the team may change, by key."""
    return {key: kind for key, kind in mail.kinds().items() if str(kind.subject)}


def label_in(kind: MailKind, lang: str) -> str:
    with force_locale(locale_of(lang)):
        return str(kind.label)


def preview(db: Session, kind: MailKind, subject: Bilingual, text: Bilingual) -> Mapping[str, Words]:
    """The whole message in each language, with examples in its places. Nothing is stored."""
    return mail.preview(db, kind, MailTemplate(kind=kind.key, subject=subject, text=text))


def readable(row: Mail) -> str:
    """The text as the team may read it: a link that opens somebody's account stays between that person and us."""
    kind = mail.kinds().get(row.kind)
    if kind is not None and not kind.is_secret:
        return row.text
    with force_locale(locale_of(row.lang)):
        return LINK.sub(lambda _found: _("[personal link, not shown]"), row.text)
