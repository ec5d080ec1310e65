"""Proving again who one is, before an act that weighs; what was typed for it goes along."""

from __future__ import annotations

from flask import Flask, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.accounts import passwords, queries, services, sessions
from lms.accounts.forms import ConfirmForm
from lms.accounts.permissions import AccountPermission
from lms.accounts.services import second_factor
from lms.accounts.views.blueprint import blueprint
from lms.accounts.views.sign_in import waiting
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import SAFE_METHODS, reads_first, requires
from lms.core.errors import NEVER_REPEATED

#: Names of fields that go along with the question, so that none is taken for one of its own.
_KEPT = "kept."
TEMPLATE = "accounts/confirm.html"

Fields = list[tuple[str, str]]


def init_app(app: Flask) -> None:
    app.extensions["ask_again"] = ask_again


def ask_again() -> Response:
    """For a page: the question, then the page. For an act: the question with everything typed, then the act."""
    here = request.full_path.rstrip("?")
    if request.method in SAFE_METHODS:
        return redirect(url_for("accounts.ask_confirmation", next=here))
    form = ConfirmForm(formdata=None, data={"next": here})
    page = render_template(TEMPLATE, form=form, carried=_typed(), is_act=True, has_files=bool(request.files))
    return make_response(page, 403)


@blueprint.get("/account/confirm")
@requires(AccountPermission.OWN_ACCOUNT)
def ask_confirmation() -> ResponseReturnValue:
    form = ConfirmForm(formdata=None, data={"next": request.args.get("next", "")})
    return render_template(TEMPLATE, form=form, carried=[], is_act=False)


@blueprint.post("/account/confirm")
@requires(AccountPermission.OWN_ACCOUNT)
@reads_first
def check_confirmation() -> ResponseReturnValue:
    """Counted on the account before it is judged, like signing in."""
    form = ConfirmForm()
    is_act = request.form.get("act") == "1"
    kept = _carried()
    if not form.validate_on_submit():
        return render_template(TEMPLATE, form=form, carried=kept, is_act=is_act), 422
    try:
        fits = proves(current_user.person_id, form.password.data or "")
    except throttle.TooManyTries as error:
        return waiting(TEMPLATE, error, form=form, carried=kept, is_act=is_act)
    if not fits:
        form.form_errors = [_("This does not fit. It can be typed again.")]
        return render_template(TEMPLATE, form=form, carried=kept, is_act=is_act), 422
    services.confirm(database.session(), current_user.sign_in_id, now=clock.now())
    target = sessions.safe_next(form.next.data) or url_for(".show_account")
    if is_act:
        return render_template("accounts/go_on.html", target=target, carried=kept)
    return redirect(target)


def proves(person_id: int, text: str) -> bool:
    """Whether this is the person's password, or a code of their app; starts writing. Raises TooManyTries."""
    key = throttle.hashed_key("confirm", str(person_id))
    person = queries.get_person_or_none(database.session(), person_id)
    stored = person.password_hash if person else None
    database.session().rollback()
    with database.short_write() as db:
        throttle.count_try(db, key, now=clock.now())
    fits = passwords.verify_password(stored, text)
    database.begin_writing()
    db = database.session()
    if not fits:
        fits = second_factor.take(db, person_id, text, now=clock.now())
    if fits:
        throttle.forget(db, key)
    return fits


def _typed() -> Fields:
    """Every field of the act, but secrets: those are asked for again by its own page."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in NEVER_REPEATED)
    ]


def _carried() -> Fields:
    return [
        (name.removeprefix(_KEPT), value) for name, value in request.form.items(multi=True) if name.startswith(_KEPT)
    ]
