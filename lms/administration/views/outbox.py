"""The messages of the product: where each stands, sending again, taking back."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.administration import mails, services_mails
from lms.administration import queries_mails as queries
from lms.administration.permissions import AdministrationPermission
from lms.administration.queries_mails import MailFilters, MailRow
from lms.administration.views.blueprint import mails_blueprint
from lms.core import clock, mail
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.core.mail import FAILURES, MailState
from lms.core.paging import PAGE_SIZE, page_number

TONES = {MailState.WAITING: "info", MailState.SENT: "ok", MailState.FAILED: "danger", MailState.STOPPED: "neutral"}


def _filters() -> MailFilters:
    return MailFilters(kind=request.args.get("kind", "")[:60], person=request.args.get("q", "").strip()[:100])


def _state() -> MailState:
    """The tab asked for, what waits where that is nonsense."""
    wanted = request.args.get("state", "")
    return MailState(wanted) if wanted in list(MailState) else MailState.WAITING


@mails_blueprint.get("/")
@requires(AdministrationPermission.MAILS)
def list_mails() -> ResponseReturnValue:
    """A page of the messages in a state; the names on it are written into the access log."""
    filters, state, page = _filters(), _state(), page_number()
    counts = queries.mail_counts(session(), filters)
    rows = queries.mail_page(session(), state, filters, page=page)
    if named := {row.person.id for row in rows if row.person}:
        accounts.log_access(current_user, page="mails.list_mails", people=len(named), now=clock.now())
    query: dict[str, Any] = {"q": filters.person or None, "kind": filters.kind or None}
    first = (page - 1) * PAGE_SIZE + 1
    last, total = first + len(rows) - 1, counts[state]
    return render_template(
        "administration/mails/list_mails.html",
        rows=rows,
        state=state,
        State=MailState,
        counts=counts,
        query=query,
        filters=filters,
        labels=_labels(),
        failures=FAILURES,
        first=first,
        last=last,
        total=total,
        previous_url=url_for(".list_mails", state=state, page=page - 1, **query) if page > 1 else None,
        next_url=url_for(".list_mails", state=state, page=page + 1, **query) if last < total else None,
        has_server=bool(current_app.extensions["settings"].smtp_url),
    )


def _labels() -> dict[str, str]:
    """What each kind of message is called, by name."""
    named = {key: str(kind.label) for key, kind in mail.kinds().items()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def _row_or_404(mail_id: int) -> MailRow:
    return queries.mail_or_none(session(), mail_id) or abort(404)


@mails_blueprint.get("/<int:mail_id>/")
@requires(AdministrationPermission.MAILS)
def show_mail(mail_id: int) -> ResponseReturnValue:
    """One message, as long as its text is there; written into the access log of its reader."""
    row = _row_or_404(mail_id)
    if row.person:
        accounts.log_access(current_user, page="mails.show_mail", person_id=row.person.id, now=clock.now())
    state = MailState.of(row.mail)
    return render_template(
        "administration/mails/show_mail.html",
        row=row,
        mail=row.mail,
        text=mails.readable(row.mail),
        state=state,
        State=MailState,
        tone=TONES[state],
        label=_labels().get(row.mail.kind),
        failure=FAILURES.get(row.mail.failure),
        form=EmptyForm(formdata=None),
    )


@mails_blueprint.post("/<int:mail_id>/again")
@requires(AdministrationPermission.MAILS)
def send_again(mail_id: int) -> ResponseReturnValue:
    row = _row_or_404(mail_id)
    if services_mails.send_again(session(), row.mail, actor_id=current_user.person_id, now=clock.now()):
        flash(_("The message waits again; it leaves within a minute."), "ok")
    else:
        flash(_("This message cannot be sent again: it waits, was sent, or its text is no longer there."), "warn")
    return redirect(url_for(".show_mail", mail_id=mail_id))


@mails_blueprint.post("/<int:mail_id>/take-back")
@requires(AdministrationPermission.MAILS)
def take_back(mail_id: int) -> ResponseReturnValue:
    row = _row_or_404(mail_id)
    if services_mails.take_back(session(), row.mail, actor_id=current_user.person_id, now=clock.now()):
        flash(_("The message is taken back. It can still be sent again."), "ok")
    else:
        flash(_("This message waits no more: it was sent, or taken back already."), "warn")
    return redirect(url_for(".show_mail", mail_id=mail_id))
