"""A person's own account: names, appearance, open sessions, own data."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services, sessions
from lms.accounts.forms import EmptyForm, NamesForm, PreferencesForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.views import blueprint
from lms.core import clock
from lms.core import db as database
from lms.core.access import public, requires
from lms.core.bilingual import LANGUAGES


def _me() -> Person:
    return database.session().get_one(Person, current_user.person_id)


@blueprint.get("/account/")
@requires(AccountPermission.OWN_ACCOUNT)
def show_account() -> ResponseReturnValue:
    return _account_page(NamesForm(data={"name_ar": current_user.name.ar, "name_fr": current_user.name.fr}))


def _account_page(names: NamesForm) -> str:
    db: Any = database.session()
    shell = sessions.shell()
    preferences = PreferencesForm(
        data={"lang": current_user.lang, "theme": shell["theme"], "text_size": shell["text_size"]}
    )
    return render_template(
        "accounts/account.html",
        names=names,
        preferences=preferences,
        empty=EmptyForm(),
        person=_me(),
        sign_ins=queries.open_sign_ins(db, current_user.person_id, now=clock.now()),
        views=queries.views_of(db, current_user.person_id),
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


@blueprint.post("/preferences")
@public
def save_preferences() -> ResponseReturnValue:
    """Appearance goes into cookies, so that the page comes right from the server; language to the account."""
    back = sessions.safe_next(request.form.get("next"))
    lang = request.form.get("lang")
    if current_user.is_authenticated and lang in LANGUAGES:
        _me().lang = lang
    response = redirect(back or url_for(".show_account"))
    secure = current_app.extensions["settings"].is_https
    for name, allowed, value in (
        ("theme", sessions.THEMES, request.form.get("theme")),
        ("text", sessions.TEXT_SIZES, request.form.get("text_size")),
    ):
        if value in allowed:
            response.set_cookie(name, value, max_age=sessions.COOKIE_YEARS, samesite="Lax", secure=secure)
    return response


@blueprint.get("/account/data")
@requires(AccountPermission.OWN_ACCOUNT)
def download_own_data() -> ResponseReturnValue:
    """Everything every room holds on the person, as JSON."""
    db: Any = database.session()
    held: dict[str, Any] = {}
    for feature in current_app.extensions["features"]:
        held.update(feature.personal_data(db, current_user.person_id))
    response = Response(json.dumps(held, ensure_ascii=False, indent=2, default=str), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
