"""The signed sheet of a day and justifications of absences, as files."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import file_names, queries, services
from lms.attendance.models import AttendanceFile, HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Row
from lms.attendance.views.blueprint import blueprint, half_day_or_404, row_or_404, titles
from lms.core import clock, images, scans
from lms.core import db as database
from lms.core.access import reads_first, requires
from lms.core.db import session
from lms.core.downloads import disposition
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.scans import ENDINGS

#: Addresses that take a file: a larger request than the others', the file and what stands around it.
TAKING = {"attendance.attach_scan", "attendance.attach_justification"}
MAX_REQUEST_BYTES = scans.MAX_BYTES + 500_000


@blueprint.url_value_preprocessor
def allow_file(endpoint: str | None, _values: Any) -> None:
    """Before anything reads the request, the guard of forms too."""
    if endpoint in TAKING:
        request.max_content_length = MAX_REQUEST_BYTES


@blueprint.get("/half-days/<int:half_day_id>/scan")
@requires(AttendancePermission.CORRECT)
def show_scan(half_day_id: int) -> ResponseReturnValue:
    """The signed sheets of the day, and a form to attach one."""
    return _page(half_day_or_404(half_day_id), None)


@blueprint.post("/half-days/<int:half_day_id>/scan")
@requires(AttendancePermission.CORRECT)
@reads_first
def attach_scan(half_day_id: int) -> ResponseReturnValue:
    return _attached(half_day_id, None)


@blueprint.get("/half-days/<int:half_day_id>/people/<int:enrolment_id>/file")
@requires(AttendancePermission.CORRECT)
def show_justification(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    """What justifies somebody's absence, and a form to attach it."""
    half_day = half_day_or_404(half_day_id)
    return _page(half_day, row_or_404(half_day, enrolment_id))


@blueprint.post("/half-days/<int:half_day_id>/people/<int:enrolment_id>/file")
@requires(AttendancePermission.CORRECT)
@reads_first
def attach_justification(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    return _attached(half_day_id, enrolment_id)


def _page(half_day: HalfDay, row: Row | None, error: Any = None) -> str:
    if row is None:
        files, template = queries.files.scans_of(session(), half_day), "attendance/show_scan.html"
    else:
        files = queries.files.justifications_of(session(), half_day.id, row.enrolment.id)
        template = "attendance/show_justification.html"
    page = render_template(
        template,
        half_day=half_day,
        row=row,
        files=files,
        titles=titles(),
        error=error,
        form=EmptyForm(formdata=None),
    )
    if row is not None:
        log_shown("attendance.show_justification", person_id=row.enrolment.person_id)
    return page


def _attached(half_day_id: int, enrolment_id: int | None) -> ResponseReturnValue:
    """Check the file before anything waits, then keep it."""
    half_day = half_day_or_404(half_day_id)
    row = row_or_404(half_day, enrolment_id) if enrolment_id is not None else None
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(half_day, row, _("A file has to be chosen first.")), 422
    try:
        with sent.stream as stream:
            scan = scans.checked(stream.read(scans.MAX_BYTES + 1))
        database.begin_writing()
        half_day = half_day_or_404(half_day_id, lock=True)
        services.files.attach(
            session(), half_day, enrolment_id, scan, sent.filename, actor_id=current_user.person_id, now=clock.now()
        )
    except DomainError as error:
        database.rollback()
        half_day = half_day_or_404(half_day_id)
        row = row_or_404(half_day, enrolment_id) if enrolment_id is not None else None
        return _page(half_day, row, error.message), error.status
    flash(_("The file is attached."), "ok")
    return redirect(_where(half_day_id, enrolment_id))


def _where(half_day_id: int, enrolment_id: int | None) -> str:
    if enrolment_id is None:
        return url_for(".show_scan", half_day_id=half_day_id)
    return url_for(".show_justification", half_day_id=half_day_id, enrolment_id=enrolment_id)


def _file_or_404(file_id: int, *, with_body: bool = False, fresh: bool = False) -> AttendanceFile:
    found = queries.files.file_or_none(session(), file_id, actor=current_user, with_body=with_body, fresh=fresh)
    return found or abort(404)


@blueprint.get("/files/<int:file_id>")
@requires(AttendancePermission.READ)
def download_file(file_id: int) -> ResponseReturnValue:
    """The file, to be stored, closed to scripts whatever it holds. Written into the access log."""
    one = _file_or_404(file_id, with_body=True)
    holds = file_names.SIGNED if one.enrolment_id is None else file_names.JUSTIFICATION
    name = file_names.file_name(holds, one.id, one.half_day.day, ending=ENDINGS[one.media_type])
    response = Response(one.body, mimetype=one.media_type)
    response.headers["Content-Disposition"] = disposition("attachment", name.ascii, name.shown)
    response.headers["Content-Security-Policy"] = images.POLICY
    response.headers["Cache-Control"] = "no-store"
    people = 1 if one.enrolment is not None else len(queries.marks.rows(session(), one.half_day))
    log_shown(
        "attendance.download_file", person_id=one.enrolment.person_id if one.enrolment is not None else None,
        people=people,
    )  # fmt: skip
    return response


@blueprint.post("/files/<int:file_id>/remove")
@requires(AttendancePermission.CORRECT)
def remove_file(file_id: int) -> ResponseReturnValue:
    """Staff take a file away; the person whose it is asks them."""
    half_day = half_day_or_404(_file_or_404(file_id).half_day_id, lock=True)
    # Read again behind the lock: somebody else may have removed it meanwhile.
    one = _file_or_404(file_id, fresh=True)
    where = _where(half_day.id, one.enrolment_id)
    services.files.remove(session(), one, actor_id=current_user.person_id, now=clock.now())
    flash(_("The file is removed."), "ok")
    return redirect(where)
