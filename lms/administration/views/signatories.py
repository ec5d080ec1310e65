"""Who signs certificates."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.administration import queries, services
from lms.administration.forms import SignatoryForm
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.blueprint import blueprint
from lms.certificates.facts import PRINTED_SIGNATORIES, SIGNATORIES
from lms.core import clock, profile
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import EmptyForm
from lms.core.images import ImageRefused
from lms.core.profile import Signatory


@blueprint.get("/signatories/")
@requires(AdministrationPermission.SETTINGS)
def list_signatories() -> ResponseReturnValue:
    return render_template(
        "administration/list_signatories.html",
        signatories=profile.signatories(session()),
        archived=queries.restorable_signatories(session(), now=clock.now()),
        printed=PRINTED_SIGNATORIES,
        defaults=SIGNATORIES,
        empty=EmptyForm(formdata=None),
    )


def _signatory_or_404(signatory_id: int) -> Signatory:
    return queries.signatory_or_none(session(), signatory_id) or abort(404)


@blueprint.get("/signatories/new")
@requires(AdministrationPermission.SETTINGS)
def new_signatory() -> ResponseReturnValue:
    return _page(SignatoryForm(), None)


@blueprint.post("/signatories/new")
@requires(AdministrationPermission.SETTINGS)
def add_signatory() -> ResponseReturnValue:
    form = SignatoryForm()
    if not form.validate_on_submit():
        return _page(form, None), 422
    try:
        services.add_signatory(
            session(), form.name(), form.function(), form.scans(), actor_id=current_user.person_id, now=clock.now()
        )
    except ImageRefused as error:
        form.blame(error)
        database.rollback()
        return _page(form, None), 422
    flash(_("The signatory is added."), "ok")
    return redirect(url_for(".list_signatories"))


@blueprint.get("/signatories/<int:signatory_id>/")
@requires(AdministrationPermission.SETTINGS)
def edit_signatory(signatory_id: int) -> ResponseReturnValue:
    row = _signatory_or_404(signatory_id)
    return _page(SignatoryForm.of(row), row)


@blueprint.post("/signatories/<int:signatory_id>/")
@requires(AdministrationPermission.SETTINGS)
def save_signatory(signatory_id: int) -> ResponseReturnValue:
    row, form = _signatory_or_404(signatory_id), SignatoryForm()
    if not form.validate_on_submit():
        return _page(form, row), 422
    try:
        services.change_signatory(
            session(), row, form.name(), form.function(), form.scans(), dropped=form.dropped(),
            version=form.version.data, actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        stored = _anew(signatory_id)
        form.version.data = stored.version
        return _page(form, stored, conflict=differences(form.beside(stored))), 409
    except ImageRefused as error:
        form.blame(error)
        return _page(form, _anew(signatory_id)), 422
    flash(_("The signatory is saved. Certificates issued before stay as they are."), "ok")
    return redirect(url_for(".list_signatories"))


def _anew(signatory_id: int) -> Signatory:
    """The row as stored, without the half-done change."""
    database.rollback()
    database.use_mode(database.READ)
    return _signatory_or_404(signatory_id)


def _page(form: SignatoryForm, row: Signatory | None, conflict: Any = ()) -> str:
    return render_template("administration/edit_signatory.html", form=form, row=row, conflict=conflict)


@blueprint.post("/signatories/<int:signatory_id>/move")
@requires(AdministrationPermission.SETTINGS)
def move_signatory(signatory_id: int) -> ResponseReturnValue:
    """One place up or down."""
    row = _signatory_or_404(signatory_id)
    services.move_signatory(
        session(), row, up=request.form.get("to") == "up", actor_id=current_user.person_id, now=clock.now()
    )
    return redirect(url_for(".list_signatories"))


@blueprint.post("/signatories/<int:signatory_id>/archive")
@requires(AdministrationPermission.SETTINGS)
def archive_signatory(signatory_id: int) -> ResponseReturnValue:
    row = _signatory_or_404(signatory_id)
    services.archive_signatory(session(), row, actor_id=current_user.person_id, now=clock.now())
    flash(_("The signatory is archived, and can be restored within 30 days."), "ok")
    return redirect(url_for(".list_signatories"))


@blueprint.post("/signatories/<int:signatory_id>/restore")
@requires(AdministrationPermission.SETTINGS)
def restore_signatory(signatory_id: int) -> ResponseReturnValue:
    row = _signatory_or_404(signatory_id)
    services.restore_signatory(session(), row, actor_id=current_user.person_id, now=clock.now())
    flash(_("The signatory is restored."), "ok")
    return redirect(url_for(".list_signatories"))
