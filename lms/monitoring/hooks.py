"""What waits for the monitoring team and for focal points, on their dashboard."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.core.feature import Task
from lms.monitoring import queries


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """Enrolled people of theirs whose account is not opened, and those who opened it and read nothing yet."""
    if Role.ADMINISTRATOR in actor.roles or not actor.roles & {Role.MONITOR, Role.FOCAL_POINT}:
        return []
    unopened, idle = queries.waiting(db, actor)
    found = []
    if unopened:
        found.append(
            Task(
                ngettext(
                    "%(num)s person has not opened the account", "%(num)s people have not opened the account", unopened
                ),
                _("A word from a colleague helps; the administration can send the invitation again."),
                url_for("monitoring.list_waiting"),
                icon="mail",
                tone="warn",
                position=40,
                count=unopened,
            )
        )
    if idle:
        found.append(
            Task(
                ngettext("%(num)s person has not started", "%(num)s people have not started", idle),
                _("No lesson read since the enrolment"),
                url_for("monitoring.list_waiting", open=1),
                icon="clock",
                position=50,
                count=idle,
            )
        )
    return found
