"""What this room adds to the home page, to module pages and to a person's own data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.certificates import queries, rules
from lms.certificates.facts import TITLES
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import Card, Check, Panel
from lms.core.i18n import current_language, long_date
from lms.curriculum.catalogue import Module
from lms.documents.keyring import SigningFailed
from lms.documents.signing import SIGNED, is_of_known_key
from lms.programme import queries as programme
from lms.programme.models import Enrolment


def module_panels(db: Session, enrolment: Enrolment, module: Module, *, now: dt.datetime) -> list[Panel]:
    """The confirmed name, and the certificate itself once it is issued."""
    rule = next((one for one in rules.rules_of(db, enrolment) if module.slug in one.modules), None)
    if rule is None:
        return []
    confirmed = enrolment.person.name_confirmed_at
    issued = queries.current(db, enrolment.id, rule.key)
    panels = [
        Panel(
            title=_("Name on the certificate"),
            value_text="",
            detail=_("Confirmed on %(day)s", day=long_date(confirmed))
            if confirmed
            else _("To be confirmed before the issue"),
            icon="user",
            is_met=confirmed is not None,
            position=80,
        )
    ]
    if issued is not None:
        panels.append(
            Panel(
                title=TITLES[rule.kind][current_language()],
                value_text="",
                detail=_("Issued on %(day)s", day=long_date(issued.issued_at)),
                icon="award",
                is_met=True,
                url=url_for("certificates.list_certificates"),
                position=90,
            )
        )
    return panels


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """The certificate that is ready, or how far it is."""
    if Role.LEARNER not in actor.roles:
        return []
    lang = current_language()
    url = url_for("certificates.list_certificates")
    issued = queries.of_person(db, actor.person_id)
    if issued:
        newest = issued[0][0]
        data = {
            "title": TITLES[newest.facts["kind"]][lang],
            "detail": _("Issued on %(day)s", day=long_date(newest.issued_at)),
            "url": url,
        }
        return [Card("certificates/_card.html", data, position=40)]
    enrolment = programme.running_enrolment(db, actor.person_id, today=local_date(now))
    met = [one for one in rules.eligibility(db, enrolment) if one.is_met] if enrolment else []
    if not met:
        return []
    data = {
        "title": TITLES[met[0].rule.kind][lang],
        "detail": _("Ready: the name has to be confirmed"),
        "url": url,
    }
    return [Card("certificates/_card.html", data, position=20)]


def health(db: Session, *, now: dt.datetime) -> list[Check]:
    """Whether the keys of issued certificates are still there: who loses the folder gets a new one without a word.

    Asked of the newest and of the oldest: soon after the loss the newest is signed by the new key.
    """
    signed = [file for file in queries.oldest_and_newest_file(db) if SIGNED in file]
    if not signed:
        return []
    try:
        is_well = all(is_of_known_key(file, current_app.extensions["keyring"]) for file in signed)
        state = _("The key is in place") if is_well else _("The key that signed them is missing")
    except SigningFailed:
        is_well, state = False, _("A key of the folder “signing” cannot be read")
    return [
        Check(
            _("Key of the issued certificates"),
            state,
            is_well,
            _("Their signatures cannot be checked: the folder “signing” is to be put back from a backup."),
        )
    ]


def certificates_of(db: Session, person_id: int) -> dict[str, Any]:
    """Lines of the register about the person. The register itself is kept ten years."""
    return {
        "certificates": [
            {"serial": row.serial, "issued_at": row.issued_at.isoformat(), "facts": row.facts}
            for row, _drawn in queries.of_person(db, person_id)
        ]
    }
