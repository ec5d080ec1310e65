"""A message to many: written in both languages, looked at with exact figures, confirmed once."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import services as accounts
from lms.administration import mails, services_mails
from lms.administration import queries_mails as queries
from lms.administration.forms_mails import MessageForm
from lms.administration.permissions import AdministrationPermission
from lms.administration.queries_mails import Target
from lms.administration.views.blueprint import mails_blueprint
from lms.core import clock
from lms.core import db as database
from lms.core.access import reads_first, requires, sensitive
from lms.core.db import session
from lms.core.i18n import current_language


def _form(**kwargs: Any) -> MessageForm:
    return MessageForm(queries.target_choices(session(), current_language()), **kwargs)


@mails_blueprint.get("/write/")
@requires(AdministrationPermission.MAILS)
def write() -> ResponseReturnValue:
    """The form; a link may choose the recipients."""
    form = _form(formdata=None, data={"target": request.args.get("to", "")[:60]})
    return _form_page(form)


def _form_page(form: MessageForm) -> str:
    return render_template(
        "administration/mails/write.html", form=form, before=queries.messages_before(session()), lang=current_language()
    )


@mails_blueprint.post("/write/")
@requires(AdministrationPermission.MAILS)
@reads_first
def preview() -> ResponseReturnValue:
    """Who gets the message and how it reads; nothing is stored. ``act=change`` leads back to the form."""
    form = _form()
    if request.form.get("act") == "change":
        return _form_page(form)
    if not form.validate_on_submit():
        return _form_page(form), 422
    return _preview_page(form, secrets.token_hex(16))


def _preview_page(form: MessageForm, key: str, *, changed: bool = False) -> str:
    target, now, lang = form.chosen(), clock.now(), current_language()
    audience = queries.audience(session(), target, now=now)
    unreached = queries.unreached(session(), target, lang=lang, now=now) if audience.without_address else []
    if unreached:
        accounts.log_access(current_user, page="mails.preview", people=len(unreached), now=now)
    return render_template(
        "administration/mails/preview.html",
        form=form,
        key=key,
        changed=changed,
        audience=audience,
        unreached=unreached,
        target=target,
        to=queries.target_words(session(), target, lang),
        messages=mails.preview(session(), mails.MESSAGE, form.subject(), form.text()),
    )


@mails_blueprint.post("/write/send")
@requires(AdministrationPermission.MAILS)
@sensitive
def send() -> ResponseReturnValue:
    """Confirm once: the same form sent again leads to the same message. Others than announced are asked about anew."""
    key, form = request.form.get("key", ""), _form()
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        abort(400)
    if not form.validate_on_submit():
        return _form_page(form), 422
    target, now = form.chosen(), clock.now()
    audience = queries.audience(session(), target, now=now)
    known = queries.message_of(session(), key)
    if known is None and (audience.stamp != request.form.get("stamp") or not audience.ids):
        database.rollback()
        database.use_mode(database.READ)
        return _preview_page(form, key, changed=True), 409
    row = services_mails.send_to_many(
        session(), target, audience, form.subject(), form.text(), key=key, actor_id=current_user.person_id, now=now
    )
    return redirect(url_for(".show_message", message_id=row.id))


@mails_blueprint.get("/write/<int:message_id>/")
@requires(AdministrationPermission.MAILS)
def show_message(message_id: int) -> ResponseReturnValue:
    """How far a message to many is."""
    row = queries.message_or_none(session(), message_id) or abort(404)
    target = Target.parse(row.target)
    return render_template(
        "administration/mails/show_message.html",
        row=row,
        target=target,
        to=queries.target_words(session(), target, current_language()) if target else "",
        kind=mails.MESSAGE.key,
    )
