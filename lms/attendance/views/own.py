"""One's own attendance; for staff the list of half-days stands at the same address."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.attendance import choices, own
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views import meetings
from lms.attendance.views.blueprint import blueprint, titles
from lms.core import clock
from lms.core.access import can, requires
from lms.core.db import session


@blueprint.get("/")
@requires(AttendancePermission.READ)
def show_home() -> ResponseReturnValue:
    """Staff: half-days of their cohorts. Participants: their own."""
    return meetings.list_half_days() if can(AttendancePermission.CORRECT) else show_own()


@blueprint.get("/own")
@requires(AttendancePermission.READ)
def show_own() -> ResponseReturnValue:
    """Half-days of one's cohorts with what was marked, and what is still reachable."""
    return render_template(
        "attendance/show_own.html",
        cohorts=own.attendance(session(), current_user.person_id),
        choices=choices.known(session()),
        titles=titles(),
        now=clock.now(),
    )
