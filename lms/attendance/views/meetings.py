"""Half-days as staff list them, and planning: meetings are made, changed, moved, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.attendance import queries, services
from lms.attendance.errors import HalfDaysOverlap, HasMarks, NoTrainerOfCohort, OutsideCohort
from lms.attendance.forms import AboutForm, HalfDayForm, MeetingForm
from lms.attendance.hooks import LONGEST_WAIT
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.permissions import AttendancePermission
from lms.attendance.statuses import State
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import Role, can, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.edits import EditedMeanwhile
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.curriculum import queries as curriculum
from lms.programme import queries as programme
from lms.programme.models import Cohort


def list_half_days() -> str:
    """Half-days to come, or those that were, of the cohorts somebody may open."""
    cohorts = _cohorts()
    asked, page = paging.whole_number(request.args.get("cohort")), paging.page_number()
    cohort_id = asked if asked in {one.id for one in cohorts} else None
    is_past = request.args.get("show") == "past"
    today = local_date(clock.now())
    found, total = queries.meetings.half_days_page(
        session(), current_user, today=today, is_past=is_past, cohort_id=cohort_id, page=page
    )
    taught = {one.id for one in _taught()}
    show = "past" if is_past else None
    return render_template(
        "attendance/list_half_days.html",
        half_days=found,
        counts=queries.marks.counts(session(), found),
        lacking=queries.files.lacking_scan(session(), found),
        all_lacking=queries.files.count_lacking(session(), current_user, since=today - LONGEST_WAIT),
        titles=titles(),
        picked=queries.meeting_trainers.picked_of(session(), [one.meeting for one in found]),
        today=today,
        is_past=is_past,
        cohorts=cohorts,
        cohort_id=cohort_id,
        taught=taught,
        may_plan=can(AttendancePermission.TAKE),
        may_set=can(AttendancePermission.SETTINGS),
        pages=paging.pages(".show_home", page, len(found), total, cohort=cohort_id, show=show),
    )


def _cohorts() -> list[Cohort]:
    if Role.MONITOR in current_user.roles:
        return list(programme.cohorts(session()))
    return list(programme.cohorts_taught(session(), current_user.person_id))


def _taught() -> Sequence[Cohort]:
    """Cohorts in which the person signed in plans and takes the roll."""
    return programme.cohorts_taught(session(), current_user.person_id) if can(AttendancePermission.TAKE) else []


def _taught_or_404() -> Cohort:
    """The cohort in the address, of the trainer's; the only or newest one where none is named."""
    cohorts = _with_sessions()
    asked = paging.whole_number(request.args.get("cohort"))
    if asked is None:
        return next(iter(cohorts), None) or abort(404)
    return next((one for one in cohorts if one.id == asked), None) or abort(404)


def _with_sessions() -> list[Cohort]:
    """Cohorts of the trainer that are not online only."""
    return [one for one in _taught() if one.has_sessions]


def _offer(form: AboutForm, cohort: Cohort) -> None:
    taken = programme.modules_of_cohort(session(), cohort.id)
    form.offer(
        [one for one in curriculum.current(session()).modules if one.slug in taken],
        queries.groups.of_cohort(session(), cohort.id),
        programme.trainers_of(session(), cohort.id),
    )


@blueprint.get("/meetings/new")
@requires(AttendancePermission.TAKE)
def new_meeting() -> ResponseReturnValue:
    """A meeting of one cohort with its half-days."""
    cohort, form = _taught_or_404(), MeetingForm(formdata=None)
    _offer(form, cohort)
    return _new_page(cohort, form)


def _new_page(cohort: Cohort, form: MeetingForm) -> str:
    cohorts = _with_sessions()
    return render_template("attendance/new_meeting.html", cohort=cohort, cohorts=cohorts, form=form)


@blueprint.post("/meetings/new")
@requires(AttendancePermission.TAKE)
def plan_meeting() -> ResponseReturnValue:
    cohort, form = _taught_or_404(), MeetingForm()
    _offer(form, cohort)
    if not form.validate_on_submit():
        return _new_page(cohort, form), 422
    first = form.first.data
    try:
        meeting = services.meetings.plan(
            session(), cohort, form.about(), first=first, last=form.last.data or first, morning=form.morning,
            afternoon=form.afternoon, actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except (HalfDaysOverlap, OutsideCohort, NoTrainerOfCohort) as error:
        database.rollback()
        cohort = _taught_or_404()
        _offer(form, cohort)
        _blame(form, error)
        return _new_page(cohort, form), 422
    flash(_("The meeting is planned."), "ok")
    return redirect(url_for(".show_meeting", meeting_id=meeting.id))


def _blame(form: Any, error: HalfDaysOverlap | OutsideCohort | NoTrainerOfCohort) -> None:
    field = "trainers" if isinstance(error, NoTrainerOfCohort) else error.field
    form[field].errors = [error.message]


def _meeting_or_404(meeting_id: int) -> Meeting:
    return queries.meetings.meeting_or_none(session(), meeting_id, trainer_id=current_user.person_id) or abort(404)


@blueprint.get("/meetings/<int:meeting_id>/")
@requires(AttendancePermission.TAKE)
def show_meeting(meeting_id: int) -> ResponseReturnValue:
    """What the meeting is, to change, and its half-days."""
    meeting, form = _meeting_or_404(meeting_id), AboutForm(formdata=None)
    _offer(form, meeting.cohort)
    form.show(meeting, queries.meeting_trainers.picked_ids(session(), meeting.id))
    return _meeting_page(meeting, form)


def _meeting_page(meeting: Meeting, form: AboutForm, refused: Any = None) -> str:
    led = queries.meeting_trainers.of_half_days(session(), meeting.half_days)
    return render_template(
        "attendance/show_meeting.html",
        meeting=meeting,
        form=form,
        refused=refused,
        titles=titles(),
        today=local_date(clock.now()),
        trainers=queries.meeting_trainers.together(led.values()),
        counts=queries.marks.counts(session(), meeting.half_days),
    )


@blueprint.post("/meetings/<int:meeting_id>/")
@requires(AttendancePermission.TAKE)
def edit_meeting(meeting_id: int) -> ResponseReturnValue:
    meeting, form = _meeting_or_404(meeting_id), AboutForm()
    _offer(form, meeting.cohort)
    if not form.validate_on_submit():
        return _meeting_page(meeting, form), 422
    try:
        services.meetings.edit(
            session(), meeting, form.about(), version=form.version.data, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError, HasMarks, NoTrainerOfCohort) as error:
        refused = error.message if isinstance(error, DomainError) else EditedMeanwhile().message
        database.rollback()
        meeting = _meeting_or_404(meeting_id)
        _offer(form, meeting.cohort)
        form.version.data = meeting.version
        return _meeting_page(meeting, form, refused), 409
    except HalfDaysOverlap as error:
        database.rollback()
        meeting = _meeting_or_404(meeting_id)
        _offer(form, meeting.cohort)
        _blame(form, error)
        return _meeting_page(meeting, form), 422
    flash(_("The meeting is saved."), "ok")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


@blueprint.get("/half-days/<int:half_day_id>/move")
@requires(AttendancePermission.TAKE)
def ask_move(half_day_id: int) -> ResponseReturnValue:
    """Another time for a half-day, or none."""
    half_day, form = half_day_or_404(half_day_id), HalfDayForm(formdata=None)
    form.show(half_day)
    return _move_page(half_day_id, form)


def _move_page(half_day_id: int, form: HalfDayForm, refused: Any = None) -> str:
    return render_template(
        "attendance/move_half_day.html",
        half_day=half_day_or_404(half_day_id),
        form=form,
        refused=refused,
        titles=titles(),
    )


@blueprint.post("/half-days/<int:half_day_id>/move")
@requires(AttendancePermission.TAKE)
def move(half_day_id: int) -> ResponseReturnValue:
    half_day, form = half_day_or_404(half_day_id, lock=True), HalfDayForm()
    if not form.validate_on_submit():
        return _move_page(half_day_id, form), 422
    meeting_id = half_day.meeting_id
    try:
        services.meetings.move(
            session(), half_day, day=form.day.data, starts=form.starts.data, ends=form.ends.data,
            actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        database.rollback()
        if isinstance(error, (HalfDaysOverlap, OutsideCohort)):
            _blame(form, error)
            return _move_page(half_day_id, form), 422
        return _move_page(half_day_id, form, error.message), error.status
    flash(_("The half-day is moved."), "ok")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))


@blueprint.get("/half-days/<int:half_day_id>/cancel")
@requires(AttendancePermission.TAKE)
def ask_cancel(half_day_id: int) -> ResponseReturnValue:
    """What cancelling does, before it is done: messages that are sent cannot be taken back."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is State.CANCELLED:
        return redirect(url_for(".show_meeting", meeting_id=half_day.meeting_id))
    return _cancel_page(half_day)


def _cancel_page(half_day: HalfDay, refused: object = None) -> str:
    """The page that asks; ``refused``: why it cannot be."""
    meeting, now = half_day.meeting, clock.now()
    return render_template(
        "attendance/cancel_half_day.html",
        half_day=half_day,
        told=len(queries.marks.enrolled(session(), meeting.cohort_id, meeting.group_id))
        if half_day.ends_at > now
        else 0,
        is_last=len(meeting.taking_place) == 1,
        refused=refused,
        titles=titles(),
        form=EmptyForm(formdata=None),
    )


@blueprint.post("/half-days/<int:half_day_id>/cancel")
@requires(AttendancePermission.TAKE)
def cancel(half_day_id: int) -> ResponseReturnValue:
    half_day = half_day_or_404(half_day_id, lock=True)
    meeting_id = half_day.meeting_id
    try:
        services.meetings.cancel(session(), half_day, actor_id=current_user.person_id, now=clock.now())
    except HasMarks as error:
        database.rollback()
        return _cancel_page(half_day_or_404(half_day_id), error.message), 409
    flash(_("The half-day is cancelled; rates no longer count it."), "ok")
    return redirect(url_for(".show_meeting", meeting_id=meeting_id))
