"""Opening an account with an invitation."""

from __future__ import annotations

import datetime as dt

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import notice, passwords, queries, services, sessions
from lms.accounts.errors import AddressTaken, LinkNotUsable
from lms.accounts.forms import InvitationForm
from lms.accounts.models import LinkPurpose, OneTimeLink, Person
from lms.accounts.views.blueprint import blueprint
from lms.accounts.views.links import works
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import Role, public, reads_first
from lms.core.bilingual import EMPTY
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language


@blueprint.get("/invitation")
@public
def explain_invitation() -> ResponseReturnValue:
    return render_template("accounts/explain_invitation.html")


@blueprint.get("/invitation/<token>/")
@public
def show_invitation(token: str) -> ResponseReturnValue:
    """Only shows the form: a mail scanner that opens the link spends nothing."""
    link = queries.any_link(database.session(), token, LinkPurpose.INVITATION)
    if link is None or not works(link):
        return _expired_invitation(token, link)
    if _is_somebody_else(link):
        return render_template("accounts/invitation_of_another.html", form=EmptyForm())
    person = queries.get_person_or_none(database.session(), link.person_id)
    return render_template("accounts/invitation.html", form=_invitation_form(person), person=person)


def _is_somebody_else(link: OneTimeLink) -> bool:
    """Whether another person's account is open in this browser: it would silently give way."""
    return bool(current_user.is_authenticated and current_user.person_id != link.person_id)


@blueprint.post("/invitation/<token>/")
@public
@reads_first
def accept_invitation(token: str) -> ResponseReturnValue:
    link = queries.any_link(database.session(), token, LinkPurpose.INVITATION)
    if link is None or not works(link):
        return _expired_invitation(token, link)
    if _is_somebody_else(link):
        return render_template("accounts/invitation_of_another.html", form=EmptyForm()), 409
    person = queries.get_person_or_none(database.session(), link.person_id)
    form = _invitation_form(person)
    if not form.validate_on_submit():
        return render_template("accounts/invitation.html", form=form, person=person), 422
    database.session().rollback()
    hashed = passwords.hash_password(form.password.data or "")
    database.begin_writing()
    try:
        person = _accept(token, form, hashed, now=clock.now())
    except AddressTaken as error:
        database.rollback()
        form.email.errors = [str(error.message)]
        person = queries.get_person_or_none(database.session(), link.person_id)
        return render_template("accounts/invitation.html", form=form, person=person), 422
    sessions.start(person, stay=False)
    # Whoever takes part goes straight on to what there is to read; the team to its first page.
    first = "learning.go_on" if Role.LEARNER in {grant.role for grant in person.grants} else "learning.show_home"
    return redirect(url_for(first, lang=person.lang))


def _accept(token: str, form: InvitationForm, hashed: str, *, now: dt.datetime) -> Person:
    person = services.use_link(database.session(), token, LinkPurpose.INVITATION, now=now)
    if person.email is None and form.email.data:
        if queries.is_address_taken(database.session(), form.email.data, by_other_than=person.id):
            raise AddressTaken
        person.email = form.email.data.lower()
    services.rename(person, form.name())
    person.lang = form.lang.data
    person.sex = form.sex.data or None
    services.set_password(database.session(), person, hashed, now=now)
    services.accept_notice(
        database.session(),
        person.id,
        version=notice.current(database.session()).version,
        lang=current_language(),
        now=now,
    )
    return person


def _invitation_form(person: Person | None) -> InvitationForm:
    if person is None:
        raise LinkNotUsable
    name = EMPTY if person.name == services.NOBODY_YET else person.name
    form = InvitationForm(
        data={
            "name_ar": name.ar,
            "name_fr": name.fr,
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


def _may_be_sent(person: Person) -> bool:
    """Nobody whose account is open, closed or put away gets an invitation."""
    closed = person.suspended_at or person.archived_at or person.anonymised_at or person.merged_into_id
    return bool(person.email and person.password_hash is None and not closed)


@blueprint.post("/invitation/<token>/renew")
@public
def renew_invitation(token: str) -> ResponseReturnValue:
    """Send a new invitation to the address we know; the page never shows it, nor whether there is one."""
    throttle.count_try(
        database.session(), throttle.hashed_key("renew", token, request.remote_addr or ""), now=clock.now()
    )
    link = queries.any_link(database.session(), token, LinkPurpose.INVITATION)
    # Without an address nothing could be sent: the link at hand stays the one that works.
    if link is not None and _may_be_sent(link.person):
        services.invite(
            database.session(),
            link.person,
            now=clock.now(),
            address_of=services.public_address(url_for(".show_invitation", token="TOKEN", lang=link.person.lang)),  # noqa: S106 - replaced by the mail job
        )
    return render_template("accounts/reset_sent.html")
