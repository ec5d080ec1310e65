"""Signing in, in one step or two, and out."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import passwords, queries, sessions
from lms.accounts.forms import CodeForm, SignInForm
from lms.accounts.models import Person
from lms.accounts.services import second_factor
from lms.accounts.views.blueprint import blueprint
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import public, reads_first
from lms.core.i18n import current_language, in_language


def _place(name: str) -> str:
    """Key under which it is remembered that this name signed in from this client."""
    return throttle.hashed_key("sign-in place", name, request.remote_addr or "")


def _count_try(name: str) -> str:
    """Count a try on this name, known or not, for good before it is judged; gives the key of name and client."""
    key = throttle.hashed_key("sign-in", name, request.remote_addr or "")
    with database.short_write() as db:
        throttle.count_try(db, key, now=clock.now())
        throttle.count_on_account(db, throttle.hashed_key("sign-in account", name), _place(name), now=clock.now())
    return key


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(sessions.safe_next(request.args.get("next")) or url_for("learning.show_home"))
    if sessions.pending() is not None and not request.args.get("again"):
        return redirect(url_for(".ask_second_factor"))
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": request.args.get("next", "")}))


@blueprint.post("/sign-in")
@public
@reads_first
def check_sign_in() -> ResponseReturnValue:
    """One text for a wrong name and a wrong password, in the same time."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    name = form.email.data or ""
    try:
        key = _count_try(name)
    except throttle.TooManyTries as error:
        return waiting("accounts/sign_in.html", error, form=form)
    person = queries.person_signing_in(database.session(), name)
    person_id, stored = (person.id, person.password_hash) if person else (None, None)
    database.session().rollback()
    fits = passwords.verify_password(stored, form.password.data or "")
    if not fits or person_id is None:
        form.form_errors = [_("The address or the password does not fit. Both can be checked and typed again.")]
        return render_template("accounts/sign_in.html", form=form, failed=True), 422
    database.begin_writing()
    person = database.session().get_one(Person, person_id)
    throttle.forget(database.session(), key)
    throttle.remember(database.session(), _place(name), now=clock.now())
    # In the language of the page the person signed in on, also where ``next`` was noted before they switched.
    back = sessions.safe_next(form.next.data)
    target = in_language(back, current_language()) if back else url_for("learning.show_home")
    if not sessions.start(person, stay=form.stay.data, next_path=target):
        return redirect(url_for(".ask_second_factor"))
    return redirect(target)


@blueprint.get("/sign-in/code")
@public
def ask_second_factor() -> ResponseReturnValue:
    """The second step: a code of the app, or a recovery code."""
    if sessions.pending() is None:
        return redirect(url_for(".sign_in"))
    return render_template("accounts/ask_second_factor.html", form=CodeForm())


@blueprint.post("/sign-in/code")
@public
@reads_first
def check_second_factor() -> ResponseReturnValue:
    """Each try is counted on the account before it is judged; a wrong one does not ask for the password again."""
    found = sessions.pending()
    if found is None:
        flash(_("Too much time went by. The password is needed again."), "warn")
        return redirect(url_for(".sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_second_factor.html", form=form), 422
    key = throttle.hashed_key("second-factor", str(found.person.id))
    database.session().rollback()
    try:
        with database.short_write() as db:
            throttle.count_try(db, key, now=clock.now())
    except throttle.TooManyTries as error:
        return waiting("accounts/ask_second_factor.html", error, form=form)
    database.begin_writing()
    found = sessions.pending()
    if found is None:
        return redirect(url_for(".sign_in"))
    if not second_factor.take(database.session(), found.person.id, form.code.data or "", now=clock.now()):
        form.code.errors = [
            _("This code does not fit, or it was used already. The app shows a new one every 30 seconds.")
        ]
        return render_template("accounts/ask_second_factor.html", form=form), 422
    throttle.forget(database.session(), key)
    sessions.complete(found)
    return redirect(sessions.safe_next(found.next) or url_for("learning.show_home"))


def waiting(template: str, error: throttle.TooManyTries, **context: Any) -> ResponseReturnValue:
    response = make_response(render_template(template, wait=error.message, **context), 429)
    response.headers["Retry-After"] = str(error.seconds)
    return response


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    sessions.end()
    flash(_("The session is closed."), "ok")
    response = redirect(url_for(".sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
