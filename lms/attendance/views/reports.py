"""Reports of an error: said by a participant beside a half-day, read and answered by the team."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import choices, queries, services
from lms.attendance.errors import AlreadyReported, ReportAfterClosing
from lms.attendance.forms_reports import AnswerForm, ReportForm
from lms.attendance.models import ErrorReport, HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import Method, Reason
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError
from lms.programme.models import Enrolment


def _own_or_404(half_day_id: int, *, lock: bool = False) -> tuple[HalfDay, Enrolment]:
    """A half-day of somebody's own that was closed, with their enrolment."""
    db = session()
    enrolment = queries.reports.own_enrolment(db, current_user.person_id, half_day_id, lock=lock) or abort(404)
    half_day = db.get_one(HalfDay, half_day_id)
    if queries.marks.row_of_person(db, half_day, current_user.person_id) is None:
        abort(404)
    return half_day, enrolment


@blueprint.get("/own/half-days/<int:half_day_id>/report")
@requires(AttendancePermission.READ)
def ask_report(half_day_id: int) -> ResponseReturnValue:
    """What was marked, and a field for what is wrong with it."""
    half_day, enrolment = _own_or_404(half_day_id)
    return _own_page(half_day, enrolment, ReportForm(formdata=None))


def _own_page(half_day: HalfDay, enrolment: Enrolment, form: ReportForm, refused: Any = None) -> str:
    key = (half_day.id, enrolment.id)
    return render_template(
        "attendance/report_error.html",
        half_day=half_day,
        mark=queries.marks.of_person(session(), [enrolment.id]).get(key),
        report=queries.reports.last_of(session(), [enrolment.id]).get(key),
        form=form,
        refused=refused,
        opened_again=ReportAfterClosing().message,
        choices=choices.known(session()),
        titles=titles(),
    )


@blueprint.post("/own/half-days/<int:half_day_id>/report")
@requires(AttendancePermission.READ)
def report_error(half_day_id: int) -> ResponseReturnValue:
    half_day, enrolment = _own_or_404(half_day_id, lock=True)
    form = ReportForm()
    if not form.validate_on_submit():
        return _own_page(half_day, enrolment, form), 422
    try:
        services.reports.say(session(), half_day_id, enrolment, form.text.data or "", now=clock.now())
    except (AlreadyReported, ReportAfterClosing) as error:
        database.rollback()
        return _own_page(*_own_or_404(half_day_id), form, error.message), error.status
    flash(_("The training team is told. The answer stands here, beside the half-day, and comes as a message."), "ok")
    return redirect(url_for(".show_own"))


@blueprint.get("/reports/")
@requires(AttendancePermission.CORRECT)
def list_reports() -> ResponseReturnValue:
    """Reports that wait, or those that were answered. Written into the access log."""
    is_open, number = request.args.get("show") != "answered", paging.page_number()
    found, total = queries.reports.page(session(), current_user, is_open=is_open, page=number)
    page = render_template(
        "attendance/list_reports.html",
        reports=found,
        late={one.id for one in found if not services.marks.may_correct(one.half_day, current_user, now=clock.now())},
        is_open=is_open,
        titles=titles(),
        pages=paging.pages(".list_reports", number, len(found), total, show=None if is_open else "answered"),
    )
    if found:
        log_shown("attendance.list_reports", people=len(found))
    return page


def _report_or_404(report_id: int) -> ErrorReport:
    return queries.reports.one_or_none(session(), report_id, actor=current_user) or abort(404)


@blueprint.get("/reports/<int:report_id>/")
@requires(AttendancePermission.CORRECT)
def show_report(report_id: int) -> ResponseReturnValue:
    """What somebody says, what is marked, and its history. Written into the access log."""
    return _report_page(_report_or_404(report_id), AnswerForm(formdata=None))


def _report_page(report: ErrorReport, form: AnswerForm, refused: Any = None) -> str:
    half_day, enrolment, db = report.half_day, report.enrolment, session()
    page = render_template(
        "attendance/show_report.html",
        report=report,
        beside=queries.reports.beside(db, report),
        half_day=half_day,
        enrolment=enrolment,
        mark=queries.marks.of_person(db, [enrolment.id]).get((half_day.id, enrolment.id)),
        history=queries.marks.changes(db, half_day.id, enrolment_id=enrolment.id),
        may_correct=services.marks.may_correct(half_day, current_user, now=clock.now()),
        until=services.marks.corrects_until(half_day),
        form=form,
        refused=refused,
        choices=choices.known(session()),
        methods={one.value: one for one in Method},
        reasons={one.value: one for one in Reason},
        titles=titles(),
    )
    log_shown("attendance.show_report", person_id=enrolment.person_id)
    return page


@blueprint.post("/reports/<int:report_id>/")
@requires(AttendancePermission.CORRECT)
def answer_report(report_id: int) -> ResponseReturnValue:
    """Answer that the mark stands."""
    report, form = _report_or_404(report_id), AnswerForm()
    if not form.validate_on_submit():
        return _report_page(report, form), 422
    half_day_or_404(report.half_day_id, lock=True)
    try:
        services.reports.let_stand(session(), report, form.answer.data or "", actor=current_user, now=clock.now())
    except DomainError as error:
        database.rollback()
        return _report_page(_report_or_404(report_id), form, error.message), error.status
    flash(_("The answer is stored; the person gets it as a message."), "ok")
    return redirect(url_for(".list_reports"))
