"""The programme's settings, in sentences."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.administration import services
from lms.administration.forms import LogoForm, SecondFactorForm, SettingsForm, quarters
from lms.administration.permissions import AdministrationPermission
from lms.administration.views.blueprint import blueprint
from lms.certificates.facts import ISSUER
from lms.core import clock, profile
from lms.core import db as database
from lms.core.access import requires, sensitive
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import EmptyForm
from lms.core.images import ImageRefused
from lms.curriculum import queries as curriculum


@blueprint.get("/settings/")
@requires(AdministrationPermission.SETTINGS)
def show_settings() -> ResponseReturnValue:
    # Another process may have saved: the head of this page must say what its fields say.
    profile.look_again()
    stored = profile.known(session())
    return _page(SettingsForm.of(stored), stored)


@blueprint.post("/settings/")
@requires(AdministrationPermission.SETTINGS)
def save_settings() -> ResponseReturnValue:
    form = SettingsForm()
    if not form.validate_on_submit():
        return _page(form, profile.now_stored(session())), 422
    try:
        services.save_settings(
            session(), form.values(), version=form.version.data, actor_id=current_user.person_id, now=clock.now()
        )
    except (EditedMeanwhile, StaleDataError):
        return _show_both(form)
    flash(_("The settings are saved. Other open pages show them within seconds."), "ok")
    return redirect(url_for(".show_settings"))


def _show_both(form: SettingsForm) -> ResponseReturnValue:
    """Somebody saved meanwhile: what is stored beside what was typed; saving again replaces it."""
    _read_anew()
    stored = profile.now_stored(session())
    form.version.data = stored.version
    return _page(form, stored, conflict=differences(form.beside(stored))), 409


def _read_anew() -> None:
    """Drop the half-done change: what is shown is what others stored."""
    database.rollback()
    database.use_mode(database.READ)


def _page(form: SettingsForm, stored: profile.Known, conflict: Any = (), logo: LogoForm | None = None) -> str:
    content = curriculum.current(session())
    return render_template(
        "administration/edit_settings.html",
        form=form,
        logo_form=logo or LogoForm(formdata=None),
        empty=EmptyForm(formdata=None),
        stored=stored,
        conflict=conflict,
        defaults={"name": content.name, "short": content.short, "issuer": ISSUER},
        quarters=quarters(stored.fiscal_year_month),
    )


@blueprint.post("/settings/logo")
@requires(AdministrationPermission.SETTINGS)
def save_logo() -> ResponseReturnValue:
    """A new logo."""
    form = LogoForm()
    if form.validate_on_submit():
        try:
            services.save_logo(session(), form.picture.read(), actor_id=current_user.person_id, now=clock.now())
        except ImageRefused as error:
            form.picture.errors = [str(error.message)]
        else:
            flash(_("The logo is saved."), "ok")
            return redirect(url_for(".show_settings", _anchor="logo"))
    stored = profile.now_stored(session())
    return _page(SettingsForm.of(stored), stored, logo=form), 422


@blueprint.post("/settings/logo/remove")
@requires(AdministrationPermission.SETTINGS)
def remove_logo() -> ResponseReturnValue:
    services.save_logo(session(), None, actor_id=current_user.person_id, now=clock.now())
    flash(_("The programme's mark stands in place of the logo again."), "ok")
    return redirect(url_for(".show_settings", _anchor="logo"))


@blueprint.get("/settings/second-factor")
@requires(AdministrationPermission.SETTINGS)
@sensitive
def edit_second_factor() -> ResponseReturnValue:
    return _second_factor_page(SecondFactorForm.of(profile.now_stored(session())))


@blueprint.post("/settings/second-factor")
@requires(AdministrationPermission.SETTINGS)
@sensitive
def save_second_factor() -> ResponseReturnValue:
    """Whether staff sign in with a code as well as a password."""
    form = SecondFactorForm()
    if not form.validate_on_submit():
        return _second_factor_page(form), 422
    try:
        services.require_second_factor(
            session(), form.is_required(),
            version=form.version.data, actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        _read_anew()
        stored = profile.now_stored(session())
        form.version.data = stored.version
        return _second_factor_page(form, conflict=differences(form.beside(stored))), 409
    flash(_("The rule for signing in is saved."), "ok")
    return redirect(url_for(".show_settings", _anchor="second-factor"))


def _second_factor_page(form: SecondFactorForm, conflict: Any = ()) -> str:
    return render_template("administration/edit_second_factor.html", form=form, conflict=conflict)
