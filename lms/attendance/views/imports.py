"""Files of sessions and marks: templates and exports, sending, the check, confirming, taking back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import file_names, queries
from lms.attendance.file_names import FileName
from lms.attendance.imports import files
from lms.attendance.imports.checking import key_of
from lms.attendance.imports.sessions import named_in
from lms.attendance.models import AttendanceImport, HalfDay, Kind
from lms.attendance.permissions import AttendancePermission
from lms.attendance.services import imports
from lms.attendance.views.blueprint import blueprint, titles
from lms.core import clock
from lms.core import db as database
from lms.core.access import reads_first, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language
from lms.documents import spreadsheets
from lms.programme.models import Cohort

#: Lines shown of each kind that needs no decision.
SHOWN = 100
_TEMPLATES = {Kind.SESSIONS: file_names.SESSIONS_TEMPLATE, Kind.MARKS: file_names.MARKS_TEMPLATE}
_EXPORTS = {Kind.SESSIONS: file_names.SESSIONS, Kind.MARKS: file_names.MARKS}


def _cohort_or_404(cohort_id: int) -> Cohort:
    return queries.imports.cohort_or_none(session(), cohort_id, actor=current_user) or abort(404)


def _import_or_404(import_id: int) -> AttendanceImport:
    return queries.imports.import_or_none(session(), import_id, actor=current_user) or abort(404)


@blueprint.get("/cohorts/<int:cohort_id>/import")
@requires(AttendancePermission.IMPORT)
def start_import(cohort_id: int) -> ResponseReturnValue:
    """Files to take away and to send, and those that were sent before."""
    return _start_page(_cohort_or_404(cohort_id))


def _start_page(cohort: Cohort, error: Any = None, kind: str = "") -> str:
    return render_template(
        "attendance/imports/start.html",
        cohort=cohort,
        columns=files.COLUMNS,
        past=queries.imports.past(session(), cohort.id),
        form=EmptyForm(formdata=None),
        error=error,
        wrong_kind=kind,
        most=spreadsheets.MAX_ROWS,
    )


@blueprint.post("/cohorts/<int:cohort_id>/import")
@requires(AttendancePermission.IMPORT)
@reads_first
def send_file(cohort_id: int) -> ResponseReturnValue:
    """Read the file, before anything waits; keep its lines for the check."""
    cohort, sent, kind = _cohort_or_404(cohort_id), request.files.get("file"), request.form.get("kind", "")
    if kind not in imports.KINDS:
        abort(404)
    if sent is None or not sent.filename:
        return _start_page(cohort, _("A file has to be chosen first."), kind), 422
    try:
        table = spreadsheets.read(sent.read(), sent.filename)
        database.begin_writing()
        one = imports.draft(
            session(), kind, _cohort_or_404(cohort_id).id, table, name=sent.filename, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except spreadsheets.UnreadableFile as error:
        database.rollback()
        return _start_page(_cohort_or_404(cohort_id), error.message, kind), error.status
    return redirect(url_for(".show_import", import_id=one.id))


@blueprint.get("/imports/<int:import_id>/")
@requires(AttendancePermission.IMPORT)
def show_import(import_id: int) -> ResponseReturnValue:
    """What each line would do, or what the file did. Written into the access log where it names people."""
    one = _import_or_404(import_id)
    return _result_page(one) if one.confirmed_at is not None else _check_page(one)


def _check_page(one: AttendanceImport, error: Any = None) -> str:
    checked = imports.check(session(), one, actor_id=current_user.person_id, now=clock.now())
    by_outcome = {name: [line for line in checked if line.outcome == name] for name in ("new", "changed", "same")}
    text = render_template(
        "attendance/imports/check.html",
        one=one,
        counts=Counter(line.outcome for line in checked),
        wrong=[line for line in checked if line.outcome == "error"],
        lines={name: found[:SHOWN] for name, found in by_outcome.items()},
        columns={column.key: column for column in files.COLUMNS[one.kind]},
        place_of={key: place for place, key in enumerate((column.key for column in files.COLUMNS[one.kind]), 1)},
        titles=titles(),
        form=EmptyForm(formdata=None),
        error=error,
        shown=SHOWN,
        key=key_of(checked),
    )
    if one.kind == Kind.MARKS:
        named = {line.text("person") for line in checked} - {""}
    else:
        named = {name for line in checked for name in named_in(line.text("trainers"))}
    if named:
        log_shown("attendance.show_import", people=len(named))
    return text


def _result_page(one: AttendanceImport) -> str:
    people = {row.id: row.person.name for row in queries.imports.people(session(), one.cohort_id)} if one.kept else {}
    places = imports.places_of(session(), one)
    kept: list[tuple[Any, Any, Any, list[int]]] = [
        (places.get(half_day_id), people.get(enrolment_id), imports.WHY[why], next(iter(lines), []))
        for half_day_id, enrolment_id, why, *lines in one.kept
    ]
    text = render_template("attendance/imports/result.html", one=one, stays=kept, form=EmptyForm(formdata=None))
    if any(name for _place, name, *_rest in kept):
        log_shown("attendance.show_import", people=len(kept))
    return text


@blueprint.post("/imports/<int:import_id>/confirm")
@requires(AttendancePermission.IMPORT)
def confirm_import(import_id: int) -> ResponseReturnValue:
    """Write the lines at once; the good ones only where somebody asked for it."""
    one, leave = _import_or_404(import_id), request.form.get("leave_errors") == "1"
    try:
        imports.confirm(
            session(),
            one,
            shown=request.form.get("key", ""),
            leave_errors=leave,
            actor_id=current_user.person_id,
            now=clock.now(),
        )
    except DomainError as error:
        database.rollback()
        one = _import_or_404(import_id)
        if one.confirmed_at is not None:
            return redirect(url_for(".show_import", import_id=import_id))
        return _check_page(one, error.message), error.status
    flash(_("The file is imported."), "ok")
    return redirect(url_for(".show_import", import_id=import_id))


@blueprint.post("/imports/<int:import_id>/undo")
@requires(AttendancePermission.IMPORT)
def undo_import(import_id: int) -> ResponseReturnValue:
    """Take back what the file did, but for what was changed since."""
    one = _import_or_404(import_id)
    try:
        kept = imports.undo(session(), one, actor_id=current_user.person_id, now=clock.now())
    except DomainError as error:
        database.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_import", import_id=import_id))
    flash(_("The import is undone."), "ok")
    if kept:
        flash(ngettext("%(num)s item stays as it is.", "%(num)s items stay as they are.", kept), "warn")
    return redirect(url_for(".show_import", import_id=import_id))


@blueprint.get("/cohorts/<int:cohort_id>/template/<subject>.<kind>")
@requires(AttendancePermission.IMPORT)
def download_template(cohort_id: int, subject: str, kind: str) -> ResponseReturnValue:
    """The headings to fill in; for marks with the people of the half-day that waits longest for its roll call."""
    cohort = _cohort_or_404(cohort_id)
    _known_or_404(subject, kind)
    lines: list[Any] = []
    if subject == Kind.MARKS:
        lines = files.blank_marks(session(), cohort_id, _waiting(cohort_id), titles())
        log_shown("attendance.download_template", people=len(lines))
        cohort = _cohort_or_404(cohort_id)
    return _file(cohort, subject, kind, lines, file_names.file_name(_TEMPLATES[Kind(subject)], cohort_id, ending=kind))


def _known_or_404(subject: str, kind: str) -> None:
    if subject not in imports.KINDS or kind not in files.FORMS:
        abort(404)


def _waiting(cohort_id: int) -> HalfDay | None:
    """The first half-day that is not closed, of those until today or, where there is none, of those to come."""
    found = [one for one in queries.meetings.planned_of(session(), [cohort_id]) if one.state.takes_marks]
    return next(iter(found), None)


def _file(cohort: Cohort, subject: str, kind: str, lines: list[Any], name: FileName) -> ResponseReturnValue:
    made_by, now = current_user.name[current_language()], clock.now()
    body = files.write(kind, subject, cohort, lines, made_by=made_by, made_at=now)
    return attachment(body, name.ascii, shown=name.shown)


@blueprint.get("/cohorts/<int:cohort_id>/export/<subject>.<kind>")
@requires(AttendancePermission.IMPORT)
def download_export(cohort_id: int, subject: str, kind: str) -> ResponseReturnValue:
    """All sessions or all marks, in the columns of the import. Where it names people, written into the access log."""
    cohort = _cohort_or_404(cohort_id)
    _known_or_404(subject, kind)
    if subject == Kind.SESSIONS:
        lines = files.sessions(session(), cohort_id, titles())
        place = [column.key for column in files.COLUMNS[Kind.SESSIONS]].index("trainers")
        if leaders := {name for line in lines for name in named_in(line[place])}:
            log_shown("attendance.download_export", people=len(leaders))
            cohort = _cohort_or_404(cohort_id)
    else:
        lines = files.marks(session(), cohort_id, titles())
        log_shown("attendance.download_export", people=len({line[0] for line in lines}))
        cohort = _cohort_or_404(cohort_id)
    name = file_names.file_name(_EXPORTS[Kind(subject)], cohort_id, local_date(clock.now()), ending=kind)
    return _file(cohort, subject, kind, lines, name)
