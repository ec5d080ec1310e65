"""The sheet of a day as PDF: before, to sign in by hand; once all is closed, signed, with what was marked."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.shown import log_shown
from lms.attendance import sheets
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core.access import requires
from lms.core.bilingual import EMPTY
from lms.core.db import session
from lms.core.downloads import attachment
from lms.documents import draw_attendance
from lms.documents.keyring import SigningFailed
from lms.documents.signing import sign


@blueprint.get("/half-days/<int:half_day_id>/sheet.pdf")
@requires(AttendancePermission.CORRECT)
def download_sheet(half_day_id: int) -> ResponseReturnValue:
    """The sheet of the half-day's day. Written into the access log."""
    half_day = half_day_or_404(half_day_id)
    facts = sheets.sheet_of(
        session(),
        half_day,
        programme_name=current_app.extensions["programme_names"]().name,
        module_title=titles().get(half_day.meeting.module, EMPTY),
    )
    pdf, is_closed = draw_attendance(facts), sheets.is_closed(half_day)
    if is_closed:
        try:
            pdf = sign(pdf, current_app.extensions["keyring"])
        except SigningFailed:
            current_app.logger.exception("a sheet waits for the signing key")
            flash(_("The sheet cannot be signed just now: the administration is told on the health page."), "warn")
            return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    log_shown("attendance.download_sheet", people=len(facts.rows))
    return attachment(pdf, f"presence-{facts.reference}.pdf")
