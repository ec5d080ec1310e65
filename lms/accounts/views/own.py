"""A person's own account: names, appearance, password, open sessions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import notice, queries, services, sessions
from lms.accounts.forms import NamesForm, PreferencesForm, ProfileForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.views.blueprint import blueprint
from lms.core import clock
from lms.core import db as database
from lms.core.access import public, requires
from lms.core.bilingual import LANGUAGES
from lms.core.edits import EditedMeanwhile, check_version, differences
from lms.core.forms import EmptyForm


def _me() -> Person:
    return database.session().get_one(Person, current_user.person_id)


@blueprint.get("/account/")
@requires(AccountPermission.OWN_ACCOUNT)
def show_account() -> ResponseReturnValue:
    return _account_page()


def _stored_names() -> NamesForm:
    return NamesForm(formdata=None, data={"name_ar": current_user.name.ar, "name_fr": current_user.name.fr})


def _account_page(names: NamesForm | None = None, profile: ProfileForm | None = None, **more: Any) -> str:
    """The forms that are not named show what is stored."""
    db: Any = database.session()
    person = _me()
    if profile is None:
        profile = ProfileForm(formdata=None)
        profile.show(person)
    shell = sessions.shell()
    preferences = PreferencesForm(
        formdata=None,
        data={"lang": person.lang, "theme": shell["theme"], "text_size": shell["text_size"]},
    )
    return render_template(
        "accounts/account.html",
        names=names or _stored_names(),
        profile=profile,
        preferences=preferences,
        empty=EmptyForm(),
        person=person,
        read=queries.accepted_notice(db, person.id),
        day_of=notice.day_of,
        has_second_factor=current_user.has_second_factor,
        sign_ins=queries.open_sign_ins(db, person.id, now=clock.now()),
        **more,
    )


@blueprint.post("/account/names")
@requires(AccountPermission.OWN_ACCOUNT)
def save_names() -> ResponseReturnValue:
    form = NamesForm()
    if not form.validate_on_submit():
        return _account_page(form), 422
    services.confirm_name(database.session(), _me(), form.name(), now=clock.now())
    flash(_("The name is stored."), "ok")
    return redirect(url_for(".show_account"))


@blueprint.post("/account/profile")
@requires(AccountPermission.OWN_ACCOUNT)
def save_profile() -> ResponseReturnValue:
    """Telephone and function are the person's own to state; address and place of work go by a request."""
    form, person = ProfileForm(), _me()
    if not form.validate_on_submit():
        return _account_page(profile=form), 422
    try:
        check_version(person, form.version.data)
        services.edit_person(
            database.session(), person, form.values(), actor_id=current_user.person_id, now=clock.now()
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        return _show_both(form)
    flash(_("The changes are saved."), "ok")
    return redirect(url_for(".show_account"))


def _show_both(form: ProfileForm) -> ResponseReturnValue:
    """The team changed the account in the meantime: both are shown, and what was typed stays."""
    database.rollback()
    person = _me()
    form.version.data = person.version
    return _account_page(profile=form, conflict=differences(form.in_words(person))), 409


@blueprint.post("/account/close-others")
@requires(AccountPermission.OWN_ACCOUNT)
def close_others() -> ResponseReturnValue:
    services.close_sign_ins(
        database.session(),
        current_user.person_id,
        now=clock.now(),
        keep=current_user.sign_in_id,
    )
    flash(_("The other sessions are closed."), "ok")
    return redirect(url_for(".show_account"))


@blueprint.post("/account/sessions/<int:sign_in_id>/close")
@requires(AccountPermission.OWN_ACCOUNT)
def close_one(sign_in_id: int) -> ResponseReturnValue:
    """One of the person's own; any other number changes nothing."""
    services.close_sign_ins(database.session(), current_user.person_id, now=clock.now(), only=sign_in_id)
    flash(_("The session is closed."), "ok")
    return redirect(url_for(".show_account"))


@blueprint.post("/preferences")
@public
def save_preferences() -> ResponseReturnValue:
    """Of somebody signed in, for the account, so for every device; of anybody else, in cookies of this browser."""
    lang = _one_of(LANGUAGES, request.form.get("lang"))
    theme = _one_of(sessions.THEMES, request.form.get("theme"))
    text_size = _one_of(sessions.TEXT_SIZES, request.form.get("text_size"))
    response = redirect(sessions.safe_next(request.form.get("next")) or url_for(".show_account"))
    if current_user.is_authenticated:
        services.keep_preferences(database.session(), _me(), lang=lang, theme=theme, text_size=text_size)
        sessions.forget_appearance(response)
        flash(_("The language and the appearance are stored."), "ok")
        return response
    secure = current_app.extensions["settings"].is_https
    for name, value in zip(sessions.APPEARANCE_COOKIES, (theme, text_size), strict=True):
        if value is not None:
            response.set_cookie(name, value, max_age=sessions.COOKIE_YEARS, samesite="Lax", secure=secure)
    return response


def _one_of(known: Collection[str], value: str | None) -> str | None:
    """The value, if it is one that the page offers."""
    return value if value in known else None
