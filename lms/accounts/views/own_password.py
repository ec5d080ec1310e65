"""Changing one's own password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import passwords, services, sessions
from lms.accounts.forms import ChangePasswordForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.views.blueprint import blueprint
from lms.accounts.views.sign_in import waiting
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import reads_first, requires

TEMPLATE = "accounts/change_password.html"


@blueprint.get("/account/password")
@requires(AccountPermission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    return render_template(TEMPLATE, form=ChangePasswordForm())


@blueprint.post("/account/password")
@requires(AccountPermission.OWN_ACCOUNT)
@reads_first
def store_password() -> ResponseReturnValue:
    """The present password is asked for; every other sign-in ends."""
    form = ChangePasswordForm()
    person = database.session().get_one(Person, current_user.person_id)
    form.personal = (person.email, person.code, person.name.fr, person.name.ar)
    if not form.validate_on_submit():
        return render_template(TEMPLATE, form=form), 422
    person_id, stored = person.id, person.password_hash
    database.session().rollback()
    key = throttle.hashed_key("confirm", str(person_id))
    try:
        with database.short_write() as db:
            throttle.count_try(db, key, now=clock.now())
    except throttle.TooManyTries as error:
        return waiting(TEMPLATE, error, form=form)
    if not passwords.verify_password(stored, form.present.data or ""):
        form.present.errors = [_("The present password does not fit. It can be typed again.")]
        return render_template(TEMPLATE, form=form), 422
    hashed = passwords.hash_password(form.password.data or "")
    database.begin_writing()
    session = database.session()
    throttle.forget(session, key)
    holder = session.get_one(Person, person_id)
    services.set_password(session, holder, hashed, now=clock.now())
    sessions.renew(holder)
    flash(_("The new password is stored. Other open sessions were closed."), "ok")
    return redirect(url_for(".show_account"))
