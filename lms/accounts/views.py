"""Signing in and out, passwords, invitations, the notice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms import config
from lms.accounts import notice, passwords, queries, services, sessions
from lms.accounts.errors import AddressTaken, LinkNotUsable
from lms.accounts.forms import AddressForm, EmptyForm, InvitationForm, NewPasswordForm, NoticeForm, SignInForm
from lms.accounts.models import LinkPurpose, OneTimeLink, Person
from lms.accounts.permissions import AccountPermission
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import public, reads_first, requires
from lms.core.i18n import current_language, in_language, localized

blueprint = localized(Blueprint("accounts", __name__, template_folder="templates"))


def _db() -> Any:
    return database.session()


def _count_try(purpose: str, name: str) -> str:
    """Count a try of this address from this client, for good before it is judged; gives the key."""
    key = throttle.hashed_key(purpose, name, request.remote_addr or "")
    with database.short_write() as db:
        throttle.count_try(db, key, now=clock.now())
    return key


def _forget_tries(key: str) -> None:
    throttle.forget(_db(), key)


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(sessions.safe_next(request.args.get("next")) or url_for("learning.show_home"))
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
        key = _count_try("sign-in", name)
    except throttle.TooManyTries as error:
        return _waiting("accounts/sign_in.html", error, form=form)
    person = queries.person_signing_in(_db(), name)
    person_id, stored = (person.id, person.password_hash) if person else (None, None)
    _db().rollback()
    fits = passwords.verify_password(stored, form.password.data or "")
    if not fits or person_id is None:
        form.form_errors = [_("The address or the password does not fit. Both can be checked and typed again.")]
        return render_template("accounts/sign_in.html", form=form, failed=True), 422
    database.begin_writing()
    person = _db().get(Person, person_id)
    _forget_tries(key)
    sessions.start(person, stay=form.stay.data)
    # In the language of the page the person signed in on, also where ``next`` was noted before they switched.
    back = sessions.safe_next(form.next.data)
    return redirect(in_language(back, current_language()) if back else url_for("learning.show_home"))


def _waiting(template: str, error: throttle.TooManyTries, **context: Any) -> ResponseReturnValue:
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


@blueprint.route("/password", methods=["GET", "POST"])
@public
def ask_reset() -> ResponseReturnValue:
    """The same answer whether or not the address belongs to an account."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_reset.html", form=form), 422 if form.is_submitted() else 200
    name = form.email.data or ""
    try:
        throttle.count_try(_db(), throttle.hashed_key("reset", name, request.remote_addr or ""), now=clock.now())
    except throttle.TooManyTries as error:
        return _waiting("accounts/ask_reset.html", error, form=form)
    person = queries.person_signing_in(_db(), name)
    if person is not None and person.email:
        address = services.public_address(url_for(".choose_password", token="TOKEN", lang=person.lang))  # noqa: S106
        services.send_reset(_db(), person, address_of=address, now=clock.now())
    return render_template("accounts/reset_sent.html")


@blueprint.get("/password/<token>/")
@public
def choose_password(token: str) -> ResponseReturnValue:
    """Only shows the form: a mail scanner that opens the link spends nothing."""
    link = queries.any_link(_db(), token, LinkPurpose.RESET)
    if not _works(link):
        return render_template("accounts/link_expired.html", again_url=url_for(".ask_reset")), 410
    return render_template("accounts/choose_password.html", form=NewPasswordForm())


@blueprint.post("/password/<token>/")
@public
@reads_first
def save_password(token: str) -> ResponseReturnValue:
    link = queries.any_link(_db(), token, LinkPurpose.RESET)
    if link is None or not _works(link):
        return render_template("accounts/link_expired.html", again_url=url_for(".ask_reset")), 410
    form = NewPasswordForm()
    form.personal = (link.person.email, link.person.name.fr, link.person.name.ar)
    if not form.validate_on_submit():
        return render_template("accounts/choose_password.html", form=form), 422
    _db().rollback()
    hashed = passwords.hash_password(form.password.data or "")
    database.begin_writing()
    person = services.use_link(_db(), token, LinkPurpose.RESET, now=clock.now())
    services.set_password(_db(), person, hashed, now=clock.now())
    sessions.start(person, stay=False)
    flash(_("The new password is stored. Other open sessions were closed."), "ok")
    return redirect(url_for("learning.show_home"))


def _works(link: OneTimeLink | None) -> bool:
    now = clock.now()
    return bool(link and not link.used_at and not link.revoked_at and link.expires_at > now)


@blueprint.get("/invitation")
@public
def explain_invitation() -> ResponseReturnValue:
    return render_template("accounts/explain_invitation.html")


@blueprint.get("/invitation/<token>/")
@public
def show_invitation(token: str) -> ResponseReturnValue:
    """Only shows the form: a mail scanner that opens the link spends nothing."""
    link = queries.any_link(_db(), token, LinkPurpose.INVITATION)
    if link is None or not _works(link):
        return _expired_invitation(token, link)
    person = queries.get_person_or_none(_db(), link.person_id)
    return render_template("accounts/invitation.html", form=_invitation_form(person), person=person)


@blueprint.post("/invitation/<token>/")
@public
@reads_first
def accept_invitation(token: str) -> ResponseReturnValue:
    link = queries.any_link(_db(), token, LinkPurpose.INVITATION)
    if link is None or not _works(link):
        return _expired_invitation(token, link)
    person = queries.get_person_or_none(_db(), link.person_id)
    form = _invitation_form(person)
    if not form.validate_on_submit():
        return render_template("accounts/invitation.html", form=form, person=person), 422
    _db().rollback()
    hashed = passwords.hash_password(form.password.data or "")
    database.begin_writing()
    try:
        person = _accept(token, form, hashed, now=clock.now())
    except AddressTaken as error:
        database.rollback()
        form.email.errors = [str(error.message)]
        person = queries.get_person_or_none(_db(), link.person_id)
        return render_template("accounts/invitation.html", form=form, person=person), 422
    sessions.start(person, stay=False)
    return redirect(url_for("learning.show_home", lang=person.lang))


def _accept(token: str, form: InvitationForm, hashed: str, *, now: dt.datetime) -> Person:
    person = services.use_link(_db(), token, LinkPurpose.INVITATION, now=now)
    if person.email is None and form.email.data:
        if queries.is_address_taken(_db(), form.email.data, by_other_than=person.id):
            raise AddressTaken
        person.email = form.email.data.lower()
    services.rename(person, form.name())
    person.lang = form.lang.data
    person.sex = form.sex.data or None
    services.set_password(_db(), person, hashed, now=now)
    services.accept_notice(_db(), person.id, version=notice.VERSION, lang=current_language(), now=now)
    return person


def _invitation_form(person: Person | None) -> InvitationForm:
    if person is None:
        raise LinkNotUsable
    form = InvitationForm(
        data={
            "name_ar": person.name.ar,
            "name_fr": person.name.fr,
            "lang": current_language(),
            "sex": person.sex or "",
        }
    )
    form.needs_email = person.email is None and person.code is None
    form.personal = (person.email,)
    return form


def _expired_invitation(token: str, link: OneTimeLink | None) -> ResponseReturnValue:
    """Known but spent: a new one can be asked for. Unknown: the same page, the same button."""
    return render_template("accounts/link_expired.html", again_token=token, form=EmptyForm()), 410


@blueprint.post("/invitation/<token>/renew")
@public
def renew_invitation(token: str) -> ResponseReturnValue:
    """Send a new invitation to the address we know; the page never shows it, nor whether there is one."""
    throttle.count_try(_db(), throttle.hashed_key("renew", token, request.remote_addr or ""), now=clock.now())
    link = queries.any_link(_db(), token, LinkPurpose.INVITATION)
    # Without an address nothing could be sent: the link at hand stays the one that works.
    if link is not None and link.person.email and link.person.password_hash is None and not link.person.suspended_at:
        services.invite(
            _db(),
            link.person,
            now=clock.now(),
            address_of=services.public_address(url_for(".show_invitation", token="TOKEN", lang=link.person.lang)),  # noqa: S106 - replaced by the mail job
        )
    return render_template("accounts/reset_sent.html")


@blueprint.get("/notice")
@requires(AccountPermission.OWN_ACCOUNT)
def show_notice_prompt() -> ResponseReturnValue:
    return render_template("accounts/notice_prompt.html", form=NoticeForm())


@blueprint.post("/notice")
@requires(AccountPermission.OWN_ACCOUNT)
def accept_notice() -> ResponseReturnValue:
    form = NoticeForm()
    if not form.validate_on_submit():
        return render_template("accounts/notice_prompt.html", form=form), 422
    services.accept_notice(
        _db(), current_user.person_id, version=notice.VERSION, lang=current_language(), now=clock.now()
    )
    return redirect(url_for("learning.show_home"))


@blueprint.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    return render_template("accounts/privacy.html", notice_day=dt.date.fromisoformat(notice.VERSION))


@blueprint.get("/accessibility")
@public
def show_accessibility() -> ResponseReturnValue:
    return render_template("accounts/accessibility.html")


@blueprint.get("/help/")
@public
def show_help() -> ResponseReturnValue:
    sender = current_app.extensions["settings"].mail_from
    # The default sender is nobody's address: better none than a dead end.
    contact = None if sender == config.NO_SENDER else sender
    return render_template("accounts/help.html", contact=contact, verify_url="/v/")
