"""Two-factor sign-in of one's own account; an administrator's reset."""

from __future__ import annotations

from typing import Any

import segno
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries
from lms.accounts.forms import CodeForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.services import second_factor
from lms.accounts.views.blueprint import blueprint
from lms.accounts.views.sign_in import waiting
from lms.core import clock, profile, throttle
from lms.core import db as database
from lms.core.access import reads_first, requires, sensitive
from lms.core.forms import EmptyForm

SET_UP = "accounts/set_up_second_factor.html"


def _me() -> Person:
    return database.session().get_one(Person, current_user.person_id)


def is_required() -> bool:
    """Whether the programme asks the person signed in for a second factor."""
    return bool(current_user.is_staff and profile.remembered().second_factor_required)


@blueprint.get("/account/second-factor/")
@requires(AccountPermission.OWN_ACCOUNT)
def show_second_factor() -> ResponseReturnValue:
    db = database.session()
    return render_template(
        "accounts/show_second_factor.html",
        factor=queries.second_factor(db, current_user.person_id),
        codes_left=queries.count_recovery_codes(db, current_user.person_id),
        is_required=is_required(),
        empty=EmptyForm(),
    )


@blueprint.get("/account/second-factor/set-up")
@requires(AccountPermission.OWN_ACCOUNT)
@sensitive
def set_up_second_factor() -> ResponseReturnValue:
    return _set_up_page(CodeForm())


def _set_up_page(form: CodeForm) -> str:
    return render_template(SET_UP, form=form, **_offer())


def _offer() -> dict[str, Any]:
    """The key as picture and as text; both say the same."""
    key = _proposed_key()
    person = _me()
    known = profile.remembered()
    issuer = known.short_name.fr or known.name.fr or current_app.extensions["settings"].served_hosts[0]
    text = second_factor.address(key, issuer=issuer, account=person.email or person.code or person.name.fr)
    return {
        "qr": segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff", dark="#000"),
        "key_groups": [key[start : start + 4] for start in range(0, len(key), 4)],
        "key": key,
        "is_replacing": current_user.has_second_factor,
        "is_required": is_required(),
    }


def _proposed_key() -> str:
    return second_factor.proposed_key(current_app.config["SECRET_KEY"], current_user.token)


@blueprint.post("/account/second-factor/set-up")
@requires(AccountPermission.OWN_ACCOUNT)
@sensitive
@reads_first
def turn_on_second_factor() -> ResponseReturnValue:
    """One right code shows that the app holds the key; the recovery codes are shown on the answer, and never again."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _set_up_page(form), 422
    offer = _offer()
    database.session().rollback()
    try:
        with database.short_write() as db:
            throttle.count_try(db, throttle.hashed_key("set-up", str(current_user.person_id)), now=clock.now())
    except throttle.TooManyTries as error:
        return waiting(SET_UP, error, form=form, **offer)
    now = clock.now()
    step = second_factor.step_of(_proposed_key(), form.code.data or "", now=now)
    if step is None:
        form.code.errors = [_("This code does not fit. The app shows a new one every 30 seconds.")]
        return render_template(SET_UP, form=form, **offer), 422
    database.begin_writing()
    session = database.session()
    throttle.forget(session, throttle.hashed_key("set-up", str(current_user.person_id)))
    codes = second_factor.turn_on(session, _me(), _proposed_key(), step, sign_in_id=current_user.sign_in_id, now=now)
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)


@blueprint.post("/account/second-factor/codes")
@requires(AccountPermission.OWN_ACCOUNT)
@sensitive
def renew_recovery_codes() -> ResponseReturnValue:
    if not current_user.has_second_factor:
        return redirect(url_for(".show_second_factor"))
    codes = second_factor.renew_codes(database.session(), _me(), now=clock.now())
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)


@blueprint.post("/account/second-factor/off")
@requires(AccountPermission.OWN_ACCOUNT)
@sensitive
def turn_off_second_factor() -> ResponseReturnValue:
    """Not where the programme requires it: there the app can only be replaced."""
    if is_required():
        flash(_("The programme asks staff for a second factor; it can be replaced."), "warn")
    elif current_user.has_second_factor:
        second_factor.turn_off(database.session(), _me(), sign_in_id=current_user.sign_in_id, now=clock.now())
        flash(_("Two-factor sign-in is off."), "ok")
    return redirect(url_for(".show_second_factor"))


@blueprint.post("/admin/people/<int:person_id>/second-factor/reset")
@requires(AccountPermission.PEOPLE_MANAGE)
@sensitive
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    """For somebody who lost the telephone and the recovery codes."""
    db = database.session()
    person = db.get(Person, person_id)
    if person is None:
        abort(404)
    second_factor.reset(db, person, actor_id=current_user.person_id, now=clock.now())
    flash(_("The second factor is reset; the person sets up a new one at the next sign-in."), "ok")
    return redirect(url_for("people.show_person", person_id=person_id))
