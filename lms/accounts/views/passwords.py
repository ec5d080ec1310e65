"""Asking for a new password and choosing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import passwords, queries, services, sessions
from lms.accounts.forms import AddressForm, NewPasswordForm
from lms.accounts.models import LinkPurpose
from lms.accounts.views.blueprint import blueprint
from lms.accounts.views.links import works
from lms.accounts.views.sign_in import waiting
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import public, reads_first


@blueprint.route("/password", methods=["GET", "POST"])
@public
def ask_reset() -> ResponseReturnValue:
    """The same answer whether or not the address belongs to an account."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_reset.html", form=form), 422 if form.is_submitted() else 200
    name = form.email.data or ""
    try:
        throttle.count_try(
            database.session(), throttle.hashed_key("reset", name, request.remote_addr or ""), now=clock.now()
        )
    except throttle.TooManyTries as error:
        return waiting("accounts/ask_reset.html", error, form=form)
    person = queries.person_signing_in(database.session(), name)
    if person is not None and person.email:
        address = services.public_address(url_for(".choose_password", token="TOKEN", lang=person.lang))  # noqa: S106
        services.send_reset(database.session(), person, address_of=address, now=clock.now())
    return render_template("accounts/reset_sent.html")


@blueprint.get("/password/<token>/")
@public
def choose_password(token: str) -> ResponseReturnValue:
    """Only shows the form: a mail scanner that opens the link spends nothing."""
    link = queries.any_link(database.session(), token, LinkPurpose.RESET)
    if not works(link):
        return render_template("accounts/link_expired.html", again_url=url_for(".ask_reset")), 410
    return render_template("accounts/choose_password.html", form=NewPasswordForm())


@blueprint.post("/password/<token>/")
@public
@reads_first
def save_password(token: str) -> ResponseReturnValue:
    link = queries.any_link(database.session(), token, LinkPurpose.RESET)
    if link is None or not works(link):
        return render_template("accounts/link_expired.html", again_url=url_for(".ask_reset")), 410
    form = NewPasswordForm()
    form.personal = (link.person.email, link.person.name.fr, link.person.name.ar)
    if not form.validate_on_submit():
        return render_template("accounts/choose_password.html", form=form), 422
    database.session().rollback()
    hashed = passwords.hash_password(form.password.data or "")
    database.begin_writing()
    person = services.use_link(database.session(), token, LinkPurpose.RESET, now=clock.now())
    services.set_password(database.session(), person, hashed, now=clock.now())
    sessions.start(person, stay=False)
    flash(_("The new password is stored. Other open sessions were closed."), "ok")
    return redirect(url_for("learning.show_home"))
