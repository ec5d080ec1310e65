"""The short report of a meeting: figures from the marks, and what the training team says in words."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.attendance import file_names, queries, services, short_report_paper
from lms.attendance.errors import MeetingNotOver
from lms.attendance.forms_reports import ShortReportForm
from lms.attendance.models import Meeting
from lms.attendance.models.short_reports import PARTS
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views.blueprint import blueprint, download, may_take, takes_attendance, titles
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import EMPTY
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.i18n import current_language
from lms.documents import draw_paper


def _meeting_or_404(meeting_id: int, *, lock: bool = False) -> Meeting:
    found = queries.short_reports.meeting_or_none(
        session(), meeting_id, actor=current_user, taught=takes_attendance(), lock=lock
    )
    return found or abort(404)


@blueprint.get("/meetings/<int:meeting_id>/report")
@requires(AttendancePermission.CORRECT)
def show_short_report(meeting_id: int) -> ResponseReturnValue:
    """Its trainers write it, monitoring reads it."""
    meeting, form = _meeting_or_404(meeting_id), ShortReportForm(formdata=None)
    form.show(queries.short_reports.of_meeting(session(), meeting_id))
    return _page(meeting, form)


def _page(meeting: Meeting, form: ShortReportForm, refused: Any = None, conflict: Any = ()) -> str:
    figures = queries.short_reports.figures(session(), meeting)
    return render_template(
        "attendance/short_report.html",
        meeting=meeting,
        report=queries.short_reports.of_meeting(session(), meeting.id),
        figures=figures,
        groups=list(short_report_paper.groups_of(figures)),
        form=form,
        parts=PARTS,
        refused=refused,
        conflict=conflict,
        may_write=may_take(meeting.cohort_id),
        is_time=services.short_reports.may_be_written(meeting, now=clock.now()),
        titles=titles(),
    )


@blueprint.get("/meetings/<int:meeting_id>/report.pdf")
@requires(AttendancePermission.CORRECT)
def download_short_report(meeting_id: int) -> ResponseReturnValue:
    """For whoever reads it on paper, or away from the platform; in the language of the page."""
    meeting, lang, form = _meeting_or_404(meeting_id), current_language(), ShortReportForm(formdata=None)
    module = titles().get(meeting.module)
    named = short_report_paper.Named(
        lang=lang,
        programme=current_app.extensions["programme_names"]().name[lang],
        title=(meeting.title or module or EMPTY)[lang] or meeting.module,
        parts={part: str(form[part].label.text) for part in PARTS},
    )
    report = queries.short_reports.of_meeting(session(), meeting_id)
    figures = queries.short_reports.figures(session(), meeting)
    paper = short_report_paper.paper(meeting, report, figures, named, made_on=clock.local_date(clock.now()))
    return download(draw_paper(paper), file_names.SHORT_REPORT, meeting_id, ending="pdf")


@blueprint.post("/meetings/<int:meeting_id>/report")
@requires(AttendancePermission.TAKE)
def write_short_report(meeting_id: int) -> ResponseReturnValue:
    meeting, form = _meeting_or_404(meeting_id, lock=True), ShortReportForm()
    if not form.validate_on_submit():
        return _page(meeting, form), 422
    try:
        services.short_reports.write(
            session(), meeting, form.words(), version=form.version.data, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        return _show_both(meeting_id, form), 409
    except MeetingNotOver as error:
        database.rollback()
        return _page(_meeting_or_404(meeting_id), form, error.message), error.status
    flash(_("The report is saved; the monitoring team reads it."), "ok")
    return redirect(url_for(".show_short_report", meeting_id=meeting_id))


def _show_both(meeting_id: int, form: ShortReportForm) -> str:
    """Somebody saved meanwhile: what is stored beside what was typed; saving again replaces it."""
    database.rollback()
    meeting, stored = _meeting_or_404(meeting_id), queries.short_reports.of_meeting(session(), meeting_id)
    form.version.data = stored.version if stored is not None else 0
    rows = [(form[part].label.text, getattr(stored, part, ""), form[part].data) for part in PARTS]
    return _page(meeting, form, conflict=differences(rows))
