"""Who checked in, for the trainer who counts the room."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import arriving, queries, services
from lms.attendance.errors import NotOnTheList
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import Method
from lms.attendance.views.blueprint import blueprint, half_day_or_404, may_take, titles
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm


@blueprint.get("/half-days/<int:half_day_id>/arrivals")
@requires(AttendancePermission.CORRECT)
def show_arrivals(half_day_id: int) -> ResponseReturnValue:
    """The newest first, with what is to be looked at. Written into the access log."""
    return page(half_day_or_404(half_day_id))


def page(half_day: HalfDay, refused: Any = None) -> str:
    """The arrivals; ``refused``: why an act was not done."""
    found = arrivals_of(half_day)
    here, people = queries.check_ins.came_of_all(session(), half_day)
    text = render_template(
        "attendance/arrivals.html",
        half_day=half_day,
        arrivals=found,
        flagged=[one for one in found if one.flags and one.check_in.struck_at is None],
        here=here,
        people=people,
        methods={one.value: one for one in Method},
        titles=titles(),
        refused=refused,
        may_strike=half_day.state.takes_marks and may_take(half_day.meeting.cohort_id),
        form=EmptyForm(formdata=None),
    )
    log_shown("attendance.show_arrivals", people=len(found))
    return text


def arrivals_of(half_day: HalfDay) -> list[arriving.Arrival]:
    """Check-ins with their flags, the newest first."""
    return arriving.with_flags(half_day, queries.check_ins.arrivals(session(), half_day.id))


@blueprint.post("/half-days/<int:half_day_id>/arrivals/<int:enrolment_id>/strike")
@requires(AttendancePermission.TAKE)
def strike(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Somebody who confirmed is not in the room."""
    half_day = half_day_or_404(half_day_id, lock=True)
    try:
        services.check_ins.strike(session(), half_day, enrolment_id, actor_id=current_user.person_id, now=clock.now())
    except NotOnTheList:
        abort(404)
    except DomainError as error:
        database.rollback()
        return page(half_day_or_404(half_day_id), error.message), error.status
    flash(_("The check-in is struck out; the person is marked absent. “Take the strike-out back” undoes it."), "ok")
    return redirect(url_for(".show_arrivals", half_day_id=half_day_id))
