"""The words for the register's lines about a person, how long the register is kept, and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.core.bilingual import Bilingual
from lms.core.feature import Processing
from lms.core.i18n import bdi, current_language
from lms.core.own_data import Words
from lms.core.retention import Rule


def _printed(facts: Any) -> Markup:
    """What stands on the certificate, as far as a line holds; the file has all of it."""
    lang = current_language()
    texts = [
        Bilingual(**facts[key])[lang] for key in ("title", "name", "cohort", "organisation") if any(facts[key].values())
    ]
    return Markup(" · ").join(bdi(text) for text in texts)


WORDS = {
    "certificates": Words(_l("Certificates")),
    "certificates.serial": Words(_l("Serial number")),
    "certificates.issued_at": Words(_l("Issued on")),
    "certificates.facts": Words(_l("Printed"), _printed),
}


def _count_old(db: Session, before: dt.datetime) -> int:
    return db.scalar(sa.select(sa.func.count(Certificate.id)).where(Certificate.issued_at < before)) or 0


def _keep(_db: Session, _before: dt.datetime, *, now: dt.datetime) -> int:
    """The register is public evidence: nothing leaves it by itself."""
    return 0


RULES = [
    Rule(
        "certificates.register", _l("Register of certificates"), 10 * 365, _count_old, _keep,
        effect=_l("Only counted: the team decides with the archives what becomes of lines that are older."),
        only_reports=True,
    )
]  # fmt: skip

PROCESSING = [
    Processing(
        purpose=_l("Issuing and verifying certificates"),
        data=_l("Name, title, serial number, date and result that made the person eligible"),
        people=_l("Participants"),
        recipients=_l("The person; whoever holds the code of the certificate sees what is printed on it"),
        kept="certificates.register",
    )
]
