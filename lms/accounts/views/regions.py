"""The twelve regions: their names in both languages. The law says how many there are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import queries as accounts
from lms.accounts.errors import NameTaken
from lms.accounts.forms.organisations import RegionForm
from lms.accounts.models import Region
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import places as queries
from lms.accounts.services import organisations as services
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.i18n import localized

blueprint = localized(Blueprint("regions", __name__, template_folder="../templates", url_prefix="/admin/regions"))


@blueprint.get("/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def list_regions() -> ResponseReturnValue:
    return render_template(
        "accounts/organisations/list_regions.html",
        regions=accounts.regions(session()),
        people=queries.people_by_region(session()),
    )


def _region_or_404(region_id: int) -> Region:
    return queries.managed_region(session(), region_id) or abort(404)


@blueprint.get("/<int:region_id>/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def edit_region(region_id: int) -> ResponseReturnValue:
    row = _region_or_404(region_id)
    return _page(row, RegionForm.of(row))


def _page(row: Region, form: RegionForm, conflict: Any = ()) -> str:
    return render_template("accounts/organisations/edit_region.html", form=form, region=row, conflict=conflict)


@blueprint.post("/<int:region_id>/")
@requires(AccountPermission.ORGANISATIONS_MANAGE)
def save_region(region_id: int) -> ResponseReturnValue:
    row, form = _region_or_404(region_id), RegionForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    version = form.version.data
    try:
        services.edit_region(
            session(), row, form.name(), version=version, actor_id=current_user.person_id, now=clock.now()
        )
    except NameTaken as error:
        form.blame(error)
        return _page(row, form), 422
    except (EditedMeanwhile, StaleDataError):
        database.rollback()
        stored = _region_or_404(region_id)
        form.version.data = stored.version
        return _page(stored, form, differences(form.beside(stored))), 409
    flash(_("The region is saved."), "ok")
    return redirect(url_for(".list_regions"))
