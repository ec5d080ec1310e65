"""People who came without standing on the list: noting them, matching them with somebody who is on it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import queries, services
from lms.attendance.errors import LongerThanHalfDay, NobodyChosen
from lms.attendance.forms import WalkInForm
from lms.attendance.models import HalfDay, WalkIn
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import Status
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm


@blueprint.get("/half-days/<int:half_day_id>/walk-ins/")
@requires(AttendancePermission.CORRECT)
def list_walk_ins(half_day_id: int) -> ResponseReturnValue:
    """Who came without standing on the list, and a form to note somebody. Written into the access log."""
    return _page(half_day_or_404(half_day_id), WalkInForm(formdata=None))


def _page(half_day: HalfDay, form: WalkInForm, refused: Any = None) -> str:
    found = queries.walk_ins.of_half_day(session(), half_day.id)
    free = queries.walk_ins.free(session(), half_day)
    text = render_template(
        "attendance/walk_ins.html",
        half_day=half_day,
        walk_ins=[(one, queries.walk_ins.like(one.name, free)) for one in found],
        free=free,
        form=form,
        refused=refused,
        statuses={one.value: one for one in Status},
        may_note=half_day.state.takes_marks or services.marks.may_correct(half_day, current_user, now=clock.now()),
        titles=titles(),
        decision=EmptyForm(formdata=None),
    )
    log_shown("attendance.list_walk_ins", people=len(found) + len(free))
    return text


@blueprint.post("/half-days/<int:half_day_id>/walk-ins/")
@requires(AttendancePermission.CORRECT)
def note_walk_in(half_day_id: int) -> ResponseReturnValue:
    half_day, form = half_day_or_404(half_day_id, lock=True), WalkInForm()
    if not form.validate_on_submit():
        return _page(half_day, form), 422
    try:
        services.walk_ins.note(session(), half_day, form.said(), actor=current_user, now=clock.now())
    except LongerThanHalfDay as error:
        database.rollback()
        form.minutes.errors = [error.message]
        return _page(half_day_or_404(half_day_id), form), 422
    except DomainError as error:
        database.rollback()
        return _page(half_day_or_404(half_day_id), form, error.message), error.status
    flash(_("Noted. The person counts once they are matched with somebody on the list."), "ok")
    return redirect(url_for(".list_walk_ins", half_day_id=half_day_id))


def _walk_in_or_404(half_day: HalfDay, walk_in_id: int) -> WalkIn:
    return queries.walk_ins.one_or_none(session(), half_day, walk_in_id) or abort(404)


@blueprint.post("/half-days/<int:half_day_id>/walk-ins/<int:walk_in_id>/")
@requires(AttendancePermission.CORRECT)
def decide_walk_in(half_day_id: int, walk_in_id: int) -> ResponseReturnValue:
    """``do``: match with the person of ``enrolment``, enrol the one who asked, or refuse."""
    half_day = half_day_or_404(half_day_id, lock=True)
    walk_in, do = _walk_in_or_404(half_day, walk_in_id), request.form.get("do", "")
    try:
        said = _decide(walk_in, do)
    except DomainError as error:
        database.rollback()
        return _page(half_day_or_404(half_day_id), WalkInForm(formdata=None), error.message), error.status
    flash(said, "ok")
    return redirect(url_for(".list_walk_ins", half_day_id=half_day_id))


def _decide(walk_in: WalkIn, do: str) -> str:
    """Do it; what is said of it."""
    db, now = session(), clock.now()
    if do == "refuse":
        services.walk_ins.refuse(db, walk_in, actor=current_user, now=now)
        return str(_("Refused: the person does not count for this half-day."))
    if do == "enrol":
        services.walk_ins.enrol(db, walk_in, actor=current_user, now=now)
        return str(_("The person is enrolled and marked."))
    enrolment_id = paging.whole_number(request.form.get("enrolment"))
    if enrolment_id is None:
        raise NobodyChosen
    services.walk_ins.match(db, walk_in, enrolment_id, actor=current_user, now=now)
    return str(_("The person is marked."))
