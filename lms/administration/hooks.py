"""What this room adds to the administration's home page."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.administration import checks
from lms.administration.permissions import AdministrationPermission
from lms.core import mail
from lms.core.feature import Task, Tile

TILES = [
    Tile(
        _l("Settings of the programme"), _l("Names, logo, reminders, fiscal year, second factor"),
        "administration.show_settings", "settings", AdministrationPermission.SETTINGS, 10, "programme",
    ),
    Tile(
        _l("Signatories"), _l("Who signs certificates, with signature and stamp"),
        "administration.list_signatories", "pencil", AdministrationPermission.SETTINGS, 20, "programme",
    ),
    Tile(
        _l("Messages"), _l("What waits, was sent or failed; their wording; writing to many"),
        "mails.list_mails", "mail", AdministrationPermission.MAILS, 70, "system",
    ),
    Tile(
        _l("Record of acts"), _l("Who did what, when and why"),
        "administration.show_audit", "list-checks", AdministrationPermission.AUDIT, 80, "system",
    ),
    Tile(
        _l("Health of the product"), _l("Database, jobs, messages, clocks, certificates"),
        "administration.show_health", "monitor", AdministrationPermission.HEALTH, 90, "system",
    ),
]  # fmt: skip


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """Something is not well with the installation, or messages reached nobody."""
    if not AdministrationPermission.HEALTH.roles & actor.roles:
        return []
    return [*_unwell(db, now), *_failed_mails(db, now)]


def _unwell(db: Session, now: dt.datetime) -> list[Task]:
    unwell = [check for check in checks.all_of(db, now=now) if not check.is_well]
    if not unwell:
        return []
    return [
        Task(
            ngettext(
                "%(num)s line of the health page needs attention",
                "%(num)s lines of the health page need attention",
                len(unwell),
            ),
            " · ".join(str(check.title) for check in unwell[:3]),
            url_for("administration.show_health"),
            tone="warn",
            position=5,
            count=len(unwell),
        )
    ]


def _failed_mails(db: Session, now: dt.datetime) -> list[Task]:
    failed = mail.outbox(db, now=now).failed
    if not failed:
        return []
    return [
        Task(
            ngettext("%(num)s message reached nobody", "%(num)s messages reached nobody", failed),
            _("Each says why; it can be sent again."),
            url_for("mails.list_mails", state=mail.MailState.FAILED),
            "mail",
            tone="warn",
            position=6,
            count=failed,
        )
    ]
