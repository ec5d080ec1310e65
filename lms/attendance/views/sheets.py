"""The sheet of a day as PDF: before, to sign in by hand; once all is closed, signed, with what was marked."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.shown import log_shown
from lms.attendance import file_names, sheets
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import State
from lms.attendance.views.blueprint import blueprint, download, half_day_or_404, titles
from lms.core.access import requires
from lms.core.bilingual import EMPTY
from lms.core.db import session
from lms.documents import draw_attendance
from lms.documents.keyring import SigningFailed
from lms.documents.signing import sign


@blueprint.get("/half-days/<int:half_day_id>/sheet.pdf")
@requires(AttendancePermission.CORRECT)
def download_sheet(half_day_id: int) -> ResponseReturnValue:
    """The sheet of the half-day's day, of it alone (``?of=half-day``) or of each day of its meeting (``?of=meeting``).

    Written into the access log.
    """
    half_day, what = half_day_or_404(half_day_id), request.args.get("of", "")
    days = sheets.days_of(half_day, what)
    about = sheets.SheetHead(
        current_app.extensions["programme_names"]().name,
        titles().get(half_day.meeting.module, EMPTY),
        sheets.layout_of(session(), half_day.meeting.cohort_id),
    )
    found = sheets.sheets_of(session(), days, about)
    pdf, people = draw_attendance(*found), max(len(one.rows) for one in found)
    if all(one.state is State.CLOSED for day in days for one in day):
        try:
            pdf = sign(pdf, current_app.extensions["keyring"])
        except SigningFailed:
            current_app.logger.exception("a sheet waits for the signing key")
            flash(_("The sheet cannot be signed just now: the administration is told on the health page."), "warn")
            return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    log_shown("attendance.download_sheet", people=people)
    which = {"half-day": [half_day], "meeting": []}.get(what, [half_day.day])
    return download(pdf, file_names.SHEET, half_day.meeting_id, *which, ending="pdf")
