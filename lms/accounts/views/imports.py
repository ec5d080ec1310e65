"""Files of people and organisations: send, check, mend in place, confirm, undo; and the way out again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.accounts import queries, services
from lms.accounts.imports import batches, sheets
from lms.accounts.imports.checking import Checked
from lms.accounts.models import BatchState, ImportBatch
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries.invitations import InvitationState, Selection
from lms.accounts.queries.people import people_to_export
from lms.accounts.views import invitation_desk
from lms.core import clock
from lms.core import db as database
from lms.core.access import reads_first, requires, sensitive
from lms.core.downloads import attachment
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.documents import spreadsheets

blueprint = localized(Blueprint("imports", __name__, template_folder="../templates", url_prefix="/admin/imports"))
COHORTS = "cohorts.list_cohorts"
TITLES = {"people": _l("Import people"), "organisations": _l("Import organisations")}
#: Lines shown of each kind that needs no decision; the file has the others.
SHOWN = 50


def _subject_or_404(subject: str) -> str:
    return subject if subject in batches.KINDS else abort(404)


def _format_or_404(kind: str) -> str:
    return kind if kind in ("xlsx", "csv") else abort(404)


def _batch_or_404(batch_id: int) -> ImportBatch:
    return batches.get_or_none(database.session(), batch_id) or abort(404)


@blueprint.get("/people/")
@requires(AccountPermission.PEOPLE_MANAGE)
def start_people() -> ResponseReturnValue:
    """The template, the rules, the place to send a file of people, and what was sent before."""
    return _start_page("people")


@blueprint.get("/organisations/")
@requires(AccountPermission.PEOPLE_MANAGE)
def start_organisations() -> ResponseReturnValue:
    """The same for a file of organisations."""
    return _start_page("organisations")


def _start_page(kind: str, error: Any = None) -> str:
    return render_template(
        "accounts/imports/start.html",
        kind=kind,
        title=TITLES[kind],
        columns=batches.KINDS[kind].COLUMNS,
        past=batches.past(database.session(), kind),
        form=EmptyForm(),
        error=error,
        BatchState=BatchState,
        most=spreadsheets.MAX_ROWS,
    )


@blueprint.get("/<subject>/template.<kind>")
@requires(AccountPermission.PEOPLE_MANAGE)
def download_template(subject: str, kind: str) -> ResponseReturnValue:
    """An empty file with the headings, an example and the rules."""
    body = sheets.template(database.session(), _subject_or_404(subject), _format_or_404(kind), current_language())
    return attachment(body, f"{subject}.{kind}")


@blueprint.post("/<subject>/")
@requires(AccountPermission.PEOPLE_MANAGE)
@reads_first
def upload(subject: str) -> ResponseReturnValue:
    """Read the file, before anything waits; keep its lines for the check."""
    _subject_or_404(subject)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _start_page(subject, _("A file has to be chosen first.")), 422
    body = sent.read()
    try:
        table = spreadsheets.read(body, sent.filename)
        database.begin_writing()
        batch = batches.draft(
            database.session(), subject, table,
            filename=sent.filename, body=body, actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except spreadsheets.UnreadableFile as error:
        database.rollback()
        return _start_page(subject, error.message), error.status
    return redirect(url_for(".show_check", batch_id=batch.id))


@blueprint.get("/<int:batch_id>/")
@requires(AccountPermission.PEOPLE_MANAGE)
def show_check(batch_id: int) -> ResponseReturnValue:
    """What each line would do, errors first, each with a field to mend it; or what a confirmed import did."""
    batch = _batch_or_404(batch_id)
    if batch.state == BatchState.CONFIRMED:
        return _result_page(batch)
    return _check_page(batch)


def _check_page(batch: ImportBatch, error: Any = None) -> str:
    db = database.session()
    checked = batches.check(db, batch, now=clock.now())
    counts = Counter(one.outcome for one in checked)
    return render_template(
        "accounts/imports/check.html",
        batch=batch,
        title=TITLES[batch.kind],
        start_url=url_for(f".start_{batch.kind}"),
        counts=counts,
        lines={name: [one for one in checked if one.outcome == name][:SHOWN] for name in ("new", "changed", "same")},
        wrong=[one for one in checked if one.outcome == "error"],
        columns={column.key: column for column in batches.KINDS[batch.kind].COLUMNS},
        places=sheets.places(db),
        good=counts["new"] + counts["changed"],
        form=EmptyForm(),
        error=error,
        shown=SHOWN,
        words=_words_of,
    )


def _words_of(one: Checked) -> str:
    """Who or what a line is about, as the file writes it."""
    lang = current_language()
    other = "fr" if lang == "ar" else "ar"
    return one.line.text(f"name_{lang}") or one.line.text(f"name_{other}") or one.line.text("key")


def _result_page(batch: ImportBatch) -> str:
    rows = batches.rows_of(database.session(), batch)
    everybody = Selection(batch_id=batch.id)
    total, with_address = queries.count_to_invite(database.session(), everybody, now=clock.now())
    states = queries.invitation_counts(database.session(), everybody, now=clock.now())
    return render_template(
        "accounts/imports/result.html",
        to_invite=total,
        # One button sends to all only while nobody has an invitation: the link in hand would stop working.
        never_invited=states[InvitationState.NOT_INVITED] == total,
        with_address=with_address,
        at_once=invitation_desk.MAILS_AT_ONCE,
        named=invitation_desk.everyone(everybody),
        batch=batch,
        title=TITLES[batch.kind],
        start_url=url_for(f".start_{batch.kind}"),
        counts=Counter(row.outcome for row in rows),
        form=EmptyForm(),
        # A room above this one: there unless it was left out.
        enrol_url=url_for(COHORTS) if COHORTS in current_app.view_functions else None,
    )


@blueprint.post("/<int:batch_id>/mend")
@requires(AccountPermission.PEOPLE_MANAGE)
def mend(batch_id: int) -> ResponseReturnValue:
    """Take over what was typed into wrong cells, and check everything again."""
    batch = _batch_or_404(batch_id)
    batches.mend(database.session(), batch, request.form)
    return redirect(url_for(".show_check", batch_id=batch.id))


@blueprint.post("/<int:batch_id>/confirm")
@requires(AccountPermission.PEOPLE_MANAGE)
def confirm(batch_id: int) -> ResponseReturnValue:
    """Write every good line at once, with what was typed into wrong cells."""
    batch = _batch_or_404(batch_id)
    leave = request.form.get("leave_errors") == "1"
    try:
        batches.mend(database.session(), batch, request.form)
        batches.confirm(database.session(), batch, leave_errors=leave, actor_id=current_user.person_id, now=clock.now())
    except (batches.AlreadySettled, batches.ErrorsLeft) as error:
        database.rollback()
        batch = _batch_or_404(batch_id)
        if batch.state == BatchState.CONFIRMED:
            return redirect(url_for(".show_check", batch_id=batch.id))
        if isinstance(error, batches.ErrorsLeft):
            # The refusal took back what was typed with it.
            batches.mend(database.session(), batch, request.form)
        return _check_page(batch, error.message), error.status
    return redirect(url_for(".show_check", batch_id=batch.id))


@blueprint.post("/<int:batch_id>/undo")
@requires(AccountPermission.PEOPLE_MANAGE)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take a confirmed import back; its lines stay, to be mended and confirmed again."""
    batch = _batch_or_404(batch_id)
    try:
        kept = batches.undo(database.session(), batch, actor_id=current_user.person_id, now=clock.now())
    except DomainError as error:
        database.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_check", batch_id=batch_id))
    flash(_("The import is undone. Nothing of it is in force; the lines can be confirmed again."), "ok")
    if kept:
        flash(_("Lines kept as they are, since they were changed again: %(count)s", count=kept), "warn")
    return redirect(url_for(".show_check", batch_id=batch_id))


@blueprint.get("/<int:batch_id>/comments.xlsx")
@requires(AccountPermission.PEOPLE_MANAGE)
def download_comments(batch_id: int) -> ResponseReturnValue:
    """The file again, with a column that says what is wrong with each line."""
    batch = _batch_or_404(batch_id)
    lang, now = current_language(), clock.now()
    checked = batches.check(database.session(), batch, now=now)
    body = sheets.commented(batch, checked, lang, made_by=current_user.name[lang], made_at=now)
    return attachment(body, f"import-{batch.id}.xlsx")


@blueprint.get("/people/export.<kind>")
@requires(AccountPermission.PEOPLE_MANAGE)
@sensitive
def export_people(kind: str) -> ResponseReturnValue:
    """Everybody, in the columns of the import. Written into the access log with the number of people."""
    _format_or_404(kind)
    lang, now = current_language(), clock.now()
    people = people_to_export(database.session(), lang)
    services.log_access(current_user, page="imports.export_people", people=len(people), now=now)
    body = sheets.people(people, kind, lang, made_by=current_user.name[lang], made_at=now)
    return attachment(body, f"people.{kind}")
