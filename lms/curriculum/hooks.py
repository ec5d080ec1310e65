"""What this room adds to the health page: papers that could not be drawn."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core.feature import Check
from lms.curriculum import queries


def health(db: Session, *, now: dt.datetime) -> list[Check]:
    """Whether every lesson that was asked for as PDF could be drawn; where one could not, why."""
    faults = queries.papers_not_drawn(db)
    return [
        Check(
            _("Lessons as PDF"),
            _("All that were asked for are drawn")
            if not faults
            else ", ".join(f"{one.name} ({one.lang})" for one in faults),
            not faults,
            " ".join(one.fault for one in faults),
        )
    ]
