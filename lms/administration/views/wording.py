"""The words of the product's messages, as the team wants them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from lms.administration import mails, services_mails
from lms.administration import queries_mails as queries
from lms.administration.forms_mails import WordingForm
from lms.administration.permissions import AdministrationPermission
from lms.administration.services_mails import NOTHING_OWN
from lms.administration.views.blueprint import mails_blueprint
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.feature import MailKind
from lms.core.forms import EmptyForm
from lms.core.mail import MailTemplate


@mails_blueprint.get("/wording/")
@requires(AdministrationPermission.MAILS)
def list_wordings() -> ResponseReturnValue:
    own = queries.templates(session())
    kinds = sorted(mails.worded().values(), key=lambda kind: str(kind.label))
    return render_template(
        "administration/mails/list_wordings.html", rows=[(one, _is_own(own.get(one.key))) for one in kinds]
    )


def _is_own(row: MailTemplate | None) -> bool:
    return row is not None and bool(row.subject or row.text)


def _kind_or_404(mail_kind: str) -> MailKind:
    return mails.worded().get(mail_kind) or abort(404)


@mails_blueprint.get("/wording/<mail_kind>/")
@requires(AdministrationPermission.MAILS)
def edit_wording(mail_kind: str) -> ResponseReturnValue:
    kind = _kind_or_404(mail_kind)
    row = queries.template_or_none(session(), mail_kind)
    return _page(kind, WordingForm.of(kind, row), row)


@mails_blueprint.post("/wording/<mail_kind>/")
@requires(AdministrationPermission.MAILS)
def save_wording(mail_kind: str) -> ResponseReturnValue:
    """Store the words, or with ``act=preview`` only show how they read."""
    kind = _kind_or_404(mail_kind)
    row, form = queries.template_or_none(session(), mail_kind), WordingForm(kind)
    if not form.validate_on_submit():
        return _page(kind, form, row), 422
    if request.form.get("act") == "preview":
        return _page(kind, form, row, is_preview=True)
    try:
        services_mails.save_wording(
            session(), kind, form.subject(), form.text(), version=form.version.data,
            actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError, IntegrityError):
        database.rollback()
        database.use_mode(database.READ)
        stored = queries.template_or_none(session(), mail_kind)
        form.version.data = stored.version if stored else 0
        return _page(kind, form, stored, conflict=differences(form.beside(stored))), 409
    flash(_("The wording is saved. Messages written from now on use it."), "ok")
    return redirect(url_for(".edit_wording", mail_kind=mail_kind))


@mails_blueprint.post("/wording/<mail_kind>/reset")
@requires(AdministrationPermission.MAILS)
def reset_wording(mail_kind: str) -> ResponseReturnValue:
    """Back to the product's words; the team's stay readable in the record of acts."""
    kind = _kind_or_404(mail_kind)
    row = queries.template_or_none(session(), mail_kind)
    services_mails.save_wording(
        session(), kind, NOTHING_OWN, NOTHING_OWN, version=row.version if row else 0,
        actor_id=current_user.person_id, now=clock.now(),
    )  # fmt: skip
    flash(_("The product’s wording is used again."), "ok")
    return redirect(url_for(".edit_wording", mail_kind=mail_kind))


def _page(
    kind: MailKind, form: WordingForm, row: MailTemplate | None, *, conflict: Any = (), is_preview: bool = False
) -> str:
    return render_template(
        "administration/mails/edit_wording.html",
        kind=kind,
        form=form,
        is_own=_is_own(row),
        conflict=conflict,
        is_preview=is_preview,
        essential=[name for name in kind.essential if name in kind.places],
        messages={} if form.errors else mails.preview(session(), kind, form.subject(), form.text()),
        empty=EmptyForm(formdata=None),
    )
