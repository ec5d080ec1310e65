"""The access log for pages: what they show of other people is written down."""

from __future__ import annotations

from flask import request
from flask_login import current_user

from lms.accounts import services
from lms.core import clock
from lms.core import db as database


def log_shown(page: str, *, person_id: int | None = None, people: int = 1) -> None:
    """Write into the access log what is shown, also where a form that was refused shows it again."""
    if request.method == "POST":
        # Nothing is written yet, and the log's own transaction cannot begin inside the request's.
        database.rollback()
    services.log_access(current_user, page=page, person_id=person_id, people=people, now=clock.now())
