"""Taking back « Everyone present » and a strike-out."""

from __future__ import annotations

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.attendance import services
from lms.attendance.errors import NotOnTheList
from lms.attendance.permissions import AttendancePermission
from lms.attendance.services.undoing import Press
from lms.attendance.views import arrivals
from lms.attendance.views.blueprint import blueprint, half_day_or_404
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError, wants_json


def press_in(values: dict[str, str]) -> Press | None:
    """The press that an address or a form names; None: none."""
    after, until = (paging.whole_number(values.get(name, "")) for name in ("after", "until"))
    if after is None or until is None:
        return None
    people = values.get("people", "")
    numbers = [paging.whole_number(one) for one in people.split(",")[:500]] if people else None
    return Press(after, until, None if numbers is None else {one for one in numbers if one is not None})


@blueprint.post("/half-days/<int:half_day_id>/everyone/undo")
@requires(AttendancePermission.TAKE)
def undo_everyone(half_day_id: int) -> ResponseReturnValue:
    """Leave those unmarked again whom one press marked. The script is answered with how many."""
    half_day = half_day_or_404(half_day_id, lock=True)
    press = press_in(request.form.to_dict())
    if press is None:
        abort(400)
    undone = services.undoing.undo_everyone(
        session(), half_day, press, actor_id=current_user.person_id, now=clock.now()
    )  # fmt: skip
    if wants_json():
        return jsonify(undone=undone)
    if undone:
        flash(ngettext("%(num)s person is unmarked again.", "%(num)s people are unmarked again.", undone), "ok")
    else:
        flash(_("Nothing was left to undo: what was marked since stays."), "info")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))


@blueprint.post("/half-days/<int:half_day_id>/arrivals/<int:enrolment_id>/unstrike")
@requires(AttendancePermission.TAKE)
def unstrike(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Somebody who was struck out is in the room after all."""
    half_day = half_day_or_404(half_day_id, lock=True)
    try:
        services.undoing.unstrike(
            session(), half_day, enrolment_id, actor_id=current_user.person_id, now=clock.now()
        )  # fmt: skip
    except NotOnTheList:
        abort(404)
    except DomainError as error:
        database.rollback()
        return arrivals.page(half_day_or_404(half_day_id), error.message), error.status
    flash(_("The check-in counts again; the mark is as before, unless it was changed since."), "ok")
    return redirect(url_for(".show_arrivals", half_day_id=half_day_id))
