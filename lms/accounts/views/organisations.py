"""Organisations: their names, official order, other spellings, and putting one away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts.errors import NameTaken, SpellingTaken, StillInUse
from lms.accounts.forms.organisations import OrganisationForm, SpellingForm
from lms.accounts.models import Organisation
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import places as queries
from lms.accounts.services import organisations as services
from lms.accounts.services.standing import BRING_BACK_WITHIN
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import EmptyForm, ReasonForm
from lms.core.i18n import current_language, localized
from lms.core.paging import page_number, pages

blueprint = localized(
    Blueprint("organisations", __name__, template_folder="../templates", url_prefix="/admin/organisations")
)
LIST = "accounts/organisations/list_organisations.html"
FORM = "accounts/organisations/edit_organisation.html"
ARCHIVED = "archived"
SEATS = "seats.list_seats"


@blueprint.get("/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def list_organisations() -> ResponseReturnValue:
    page, is_archived = page_number(), request.args.get("state") == ARCHIVED
    in_use, archived = queries.organisation_counts(session())
    rows = queries.organisation_page(session(), is_archived=is_archived, page=page)
    total, state = (archived, ARCHIVED) if is_archived else (in_use, None)
    return render_template(
        LIST,
        rows=rows,
        is_archived=is_archived,
        in_use=in_use,
        archived=archived,
        oldest=clock.now() - BRING_BACK_WITHIN,
        pages=pages(".list_organisations", page, len(rows), total, state=state),
        empty=EmptyForm(formdata=None),
    )


def _organisation_or_404(organisation_id: int) -> Organisation:
    return queries.managed_organisation(session(), organisation_id) or abort(404)


@blueprint.get("/new")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def new_organisation() -> ResponseReturnValue:
    return render_template(FORM, form=OrganisationForm(formdata=None), organisation=None)


@blueprint.post("/new")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def add_organisation() -> ResponseReturnValue:
    form = OrganisationForm()
    if not form.validate_on_submit():
        return render_template(FORM, form=form, organisation=None), 422
    try:
        services.add_organisation(session(), form.names(), actor_id=current_user.person_id, now=clock.now())
    except NameTaken as error:
        form.blame(error)
        return render_template(FORM, form=form, organisation=None), 422
    flash(_("The organisation is added, last in the official order."), "ok")
    return redirect(url_for(".list_organisations"))


@blueprint.get("/<int:organisation_id>/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def edit_organisation(organisation_id: int) -> ResponseReturnValue:
    row = _organisation_or_404(organisation_id)
    return _page(row, OrganisationForm.of(row))


def _page(
    row: Organisation,
    form: OrganisationForm,
    *,
    spelling: SpellingForm | None = None,
    archive: ReasonForm | None = None,
    conflict: Any = (),
) -> str:
    """The page of one organisation; the form that was sent stands in it with its errors."""
    people, focal_points = queries.count_members(session(), row.id), queries.count_focal_points(session(), row.id)
    return render_template(
        FORM,
        form=form,
        organisation=row,
        conflict=conflict,
        spelling=spelling or SpellingForm(formdata=None),
        archive=archive or ReasonForm(formdata=None),
        spellings=queries.spellings_of(session(), row.id),
        people=people,
        focal_points=focal_points,
        # A room above this one: there unless it was left out.
        seats_url=url_for(SEATS, organisation=row.key) if SEATS in current_app.view_functions else None,
        can_return=row.archived_at is not None and clock.now() - row.archived_at <= BRING_BACK_WITHIN,
        empty=EmptyForm(formdata=None),
    )


@blueprint.post("/<int:organisation_id>/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def save_organisation(organisation_id: int) -> ResponseReturnValue:
    row, form = _organisation_or_404(organisation_id), OrganisationForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    version = form.version.data
    try:
        services.edit_organisation(
            session(), row, form.names(), version=version, actor_id=current_user.person_id, now=clock.now()
        )
    except NameTaken as error:
        form.blame(error)
        return _page(_anew(organisation_id), form), 422
    except (EditedMeanwhile, StaleDataError):
        stored = _anew(organisation_id)
        form.version.data = stored.version
        return _page(stored, form, conflict=differences(form.beside(stored))), 409
    flash(_("The organisation is saved."), "ok")
    return redirect(url_for(".list_organisations"))


def _anew(organisation_id: int) -> Organisation:
    """The row as stored, without the half-done change."""
    database.rollback()
    return _organisation_or_404(organisation_id)


@blueprint.post("/<int:organisation_id>/move")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def move_organisation(organisation_id: int) -> ResponseReturnValue:
    """One place up or down; the list opens where the row stands."""
    row = _organisation_or_404(organisation_id)
    up = request.form.get("to") == "up"
    services.move_organisation(session(), row, up=up, actor_id=current_user.person_id, now=clock.now())
    page = page_number()
    return redirect(
        url_for(".list_organisations", page=page if page > 1 else None, _anchor=f"organisation-{organisation_id}")
    )


@blueprint.post("/<int:organisation_id>/spellings")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def add_spelling(organisation_id: int) -> ResponseReturnValue:
    row, form = _organisation_or_404(organisation_id), SpellingForm()
    if not form.validate_on_submit():
        return _page(row, OrganisationForm.of(row), spelling=form), 422
    try:
        services.add_spelling(
            session(), row, form.spelling.data or "", actor_id=current_user.person_id, now=clock.now()
        )
    except SpellingTaken as error:
        form.spelling.errors = [_("This spelling stands for “%(name)s”.", name=error.name[current_language()])]
        return _page(row, OrganisationForm.of(row), spelling=form), 422
    flash(_("The spelling is stored: files may use it from now on."), "ok")
    return redirect(url_for(".edit_organisation", organisation_id=organisation_id, _anchor="spellings"))


@blueprint.post("/<int:organisation_id>/spellings/<int:spelling_id>/remove")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def remove_spelling(organisation_id: int, spelling_id: int) -> ResponseReturnValue:
    row = _organisation_or_404(organisation_id)
    alias = queries.spelling_or_none(session(), row.id, spelling_id) or abort(404)
    services.remove_spelling(session(), row, alias, actor_id=current_user.person_id, now=clock.now())
    flash(_("The spelling is removed: a file that uses it will ask which organisation is meant."), "ok")
    return redirect(url_for(".edit_organisation", organisation_id=organisation_id, _anchor="spellings"))


@blueprint.post("/<int:organisation_id>/archive")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def archive_organisation(organisation_id: int) -> ResponseReturnValue:
    row, form = _organisation_or_404(organisation_id), ReasonForm()
    if not form.validate_on_submit():
        return _page(row, OrganisationForm.of(row), archive=form), 422
    try:
        services.archive_organisation(
            session(), row, reason=form.reason.data or "", actor_id=current_user.person_id, now=clock.now()
        )
    except StillInUse as error:
        form.reason.errors = [_still_in_use(error)]
        return _page(row, OrganisationForm.of(row), archive=form), 422
    flash(_("The organisation is archived, and can be restored within 30 days."), "ok")
    return redirect(url_for(".list_organisations", state=ARCHIVED))


def _still_in_use(error: StillInUse) -> str:
    if not error.people:
        return str(_("This organisation has a focal point: the role has to be taken away first."))
    words = ngettext(
        "%(num)s person belongs to this organisation and has to be moved to another one first.",
        "%(num)s people belong to this organisation and have to be moved to another one first.",
        error.people,
    )
    return str(words)


@blueprint.post("/<int:organisation_id>/restore")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def restore_organisation(organisation_id: int) -> ResponseReturnValue:
    row = _organisation_or_404(organisation_id)
    services.restore_organisation(session(), row, actor_id=current_user.person_id, now=clock.now())
    flash(_("The organisation is restored."), "ok")
    return redirect(url_for(".list_organisations"))
