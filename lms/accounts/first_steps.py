"""What the administration's home page says about invitations, and what to do first in a new installation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.actor import Actor
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries.invitations import InvitationState, Selection
from lms.core.feature import Task, Tile

TILES = [
    Tile(
        _l("Invitations"), _l("By mail, by link or on printed cards; where each one stands"),
        "invitations.list_invitations", "mail", AccountPermission.INVITATIONS, position=30,
    ),
]  # fmt: skip

#: Title, sentence, page, icon: in the order in which a new installation is filled.
FIRST_STEPS: list[tuple[Any, Any, str, str]] = [
    (
        _l("First: the names of the programme"), _l("Names, who issues and signs certificates, where people write to"),
        "administration.show_settings", "settings",
    ),
    (_l("Then: the organisations"), _l("By file, or one by one"), "imports.start_organisations", "building"),
    (_l("Then: the people"), _l("By file, checked before anything is written"), "imports.start_people", "users"),
    (
        _l("Then: a training session"), _l("Dates, modules, training team, people enrolled"),
        "cohorts.list_cohorts", "calendar",
    ),
    (_l("Last: the invitations"), _l("By mail, or on printed cards"), "invitations.list_invitations", "mail"),
]  # fmt: skip


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """The first steps while nobody takes part; later, who still waits for an invitation."""
    if not AccountPermission.INVITATIONS.roles & actor.roles:
        return []
    if not queries.has_learners(db):
        return [
            Task(str(title), str(detail), url_for(page), icon, position=position)
            for position, (title, detail, page, icon) in enumerate(FIRST_STEPS, 1)
            if page in current_app.view_functions
        ]
    counts = queries.invitation_counts(db, Selection(), now=now)
    return [*_not_invited(counts[InvitationState.NOT_INVITED]), *_expired(counts[InvitationState.EXPIRED])]


def _not_invited(count: int) -> list[Task]:
    if not count:
        return []
    title = ngettext("%(num)s person is not invited yet", "%(num)s people are not invited yet", count)
    page = url_for("invitations.list_invitations", state=InvitationState.NOT_INVITED)
    return [Task(title, _("By mail, by link or on printed cards"), page, "mail", "info", 15, count)]


def _expired(count: int) -> list[Task]:
    if not count:
        return []
    title = ngettext("%(num)s invitation has expired", "%(num)s invitations have expired", count)
    page = url_for("invitations.list_invitations", state=InvitationState.EXPIRED)
    return [Task(title, _("A new one can be sent."), page, "clock", "warn", 16, count)]
