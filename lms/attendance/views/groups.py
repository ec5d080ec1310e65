"""Groups of a cohort: making them, and who belongs to which."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import queries, services
from lms.attendance.errors import GroupHasMeetings
from lms.attendance.forms import GroupForm
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views.blueprint import blueprint
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.programme import queries as programme
from lms.programme.models import Cohort


def _cohort_or_404(cohort_id: int) -> Cohort:
    cohorts = programme.cohorts_taught(session(), current_user.person_id)
    return next((one for one in cohorts if one.id == cohort_id), None) or abort(404)


@blueprint.get("/cohorts/<int:cohort_id>/groups")
@requires(AttendancePermission.TAKE)
def show_groups(cohort_id: int) -> ResponseReturnValue:
    """The groups, and each participant's. Written into the access log."""
    return _page(_cohort_or_404(cohort_id), GroupForm(formdata=None))


def _page(cohort: Cohort, form: GroupForm, refused: Any = None) -> str:
    people = sorted(queries.marks.enrolled(session(), cohort.id), key=lambda one: (one.person.sort_fr, one.id))
    membership = queries.groups.membership(session(), cohort.id)
    text = render_template(
        "attendance/groups.html",
        cohort=cohort,
        groups=queries.groups.of_cohort(session(), cohort.id),
        people=people,
        membership=membership,
        sizes={group_id: list(membership.values()).count(group_id) for group_id in membership.values()},
        form=form,
        refused=refused,
        placing=EmptyForm(formdata=None),
    )
    log_shown("attendance.show_groups", people=len(people))
    return text


@blueprint.post("/cohorts/<int:cohort_id>/groups")
@requires(AttendancePermission.TAKE)
def create_group(cohort_id: int) -> ResponseReturnValue:
    cohort, form = _cohort_or_404(cohort_id), GroupForm()
    if not form.validate_on_submit():
        return _page(cohort, form), 422
    services.groups.create(session(), cohort, form.name(), actor_id=current_user.person_id, now=clock.now())
    flash(_("The group is made. Who belongs to it is chosen below."), "ok")
    return redirect(url_for(".show_groups", cohort_id=cohort_id))


@blueprint.post("/cohorts/<int:cohort_id>/groups/members")
@requires(AttendancePermission.TAKE)
def place_in_groups(cohort_id: int) -> ResponseReturnValue:
    """Store the group of everybody whose field was changed on the page."""
    cohort, wanted = _cohort_or_404(cohort_id), {}
    for name, value in request.form.items():
        number = paging.whole_number(name.removeprefix("group-")) if name.startswith("group-") else None
        group_id = paging.whole_number(value) if value else None
        if number is None or (value and group_id is None) or request.form.get(f"was-{number}", "") == value:
            continue
        wanted[number] = group_id
    moved = services.groups.place(session(), cohort, wanted, actor_id=current_user.person_id, now=clock.now())
    flash(ngettext("%(num)s person is in another group now.", "%(num)s people are in another group now.", moved), "ok")
    return redirect(url_for(".show_groups", cohort_id=cohort_id))


@blueprint.post("/cohorts/<int:cohort_id>/groups/<int:group_id>/delete")
@requires(AttendancePermission.TAKE)
def delete_group(cohort_id: int, group_id: int) -> ResponseReturnValue:
    cohort = _cohort_or_404(cohort_id)
    group = queries.groups.one_or_none(session(), cohort_id, group_id) or abort(404)
    try:
        services.groups.delete(session(), group, actor_id=current_user.person_id, now=clock.now())
    except GroupHasMeetings as error:
        database.rollback()
        return _page(_cohort_or_404(cohort.id), GroupForm(formdata=None), error.message), error.status
    flash(_("The group is deleted."), "ok")
    return redirect(url_for(".show_groups", cohort_id=cohort_id))
