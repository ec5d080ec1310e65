"""The programme's own names of statuses, which monitoring keeps."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.attendance import queries, services
from lms.attendance.errors import StatusNameIsStatus, StatusNameTaken
from lms.attendance.forms_status_names import StatusNameForm
from lms.attendance.models import StatusName
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import Status
from lms.attendance.views.blueprint import blueprint
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm


@blueprint.get("/status-names")
@requires(AttendancePermission.SETTINGS)
def show_status_names() -> ResponseReturnValue:
    """The names, and a form for one more."""
    return _page(StatusNameForm(formdata=None))


def _page(form: StatusNameForm, refused: Any = None) -> str:
    return render_template(
        "attendance/status_names.html",
        names=queries.status_names.every(session()),
        statuses={one.value: one for one in Status},
        form=form,
        refused=refused,
        acting=EmptyForm(formdata=None),
    )


@blueprint.post("/status-names")
@requires(AttendancePermission.SETTINGS)
def add_status_name() -> ResponseReturnValue:
    form = StatusNameForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        services.status_names.add(
            session(), Status(form.status.data), form.name(), actor_id=current_user.person_id, now=clock.now()
        )
    except (StatusNameIsStatus, StatusNameTaken) as error:
        database.rollback()
        return _page(form, error.message), error.status
    flash(_("The name is added: it stands on the roll call from now on."), "ok")
    return redirect(url_for(".show_status_names"))


def _name_or_404(name_id: int) -> StatusName:
    return queries.status_names.one_or_none(session(), name_id, lock=True) or abort(404)


@blueprint.post("/status-names/<int:name_id>/retire")
@requires(AttendancePermission.SETTINGS)
def retire_status_name(name_id: int) -> ResponseReturnValue:
    services.status_names.retire(session(), _name_or_404(name_id), actor_id=current_user.person_id, now=clock.now())
    flash(_("The name is retired: marks that carry it keep it."), "ok")
    return redirect(url_for(".show_status_names"))


@blueprint.post("/status-names/<int:name_id>/take-up")
@requires(AttendancePermission.SETTINGS)
def take_up_status_name(name_id: int) -> ResponseReturnValue:
    services.status_names.take_up(session(), _name_or_404(name_id), actor_id=current_user.person_id, now=clock.now())
    flash(_("The name stands on the roll call again."), "ok")
    return redirect(url_for(".show_status_names"))
