"""A closed half-day: who was there, what was corrected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import choices, queries, services
from lms.attendance.choices import Choice, Choices, value_of
from lms.attendance.errors import HalfDayOpenAgain, LongerThanHalfDay, NobodyTakesTheRoll, TooLateToCorrect
from lms.attendance.forms import CorrectionForm, WhyForm
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Correction, Row
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Method, Reason, State, Status
from lms.attendance.views import kept
from lms.attendance.views.blueprint import blueprint, half_day_or_404, may_take, row_or_404, titles
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError


def page(half_day: HalfDay, *, refused: Any = None, not_taken: Sequence[tuple[Any, str]] = ()) -> str:
    """The list of a closed half-day, its corrections numbered as on the sheet.

    ``not_taken``: what was sent too late, each with the enrolment that it is about, or None.
    """
    rows = sorted(queries.marks.rows(session(), half_day), key=lambda one: one.number)
    known = choices.known(session())
    corrections = queries.marks.corrections(session(), [half_day.id])
    names = {row.enrolment.id: row.enrolment.person.name for row in rows}
    notes = [(number, one, names.get(one.enrolment_id)) for number, one in enumerate(corrections, 1)]
    text = render_template(
        "attendance/show_closed.html",
        half_day=half_day,
        rows=rows,
        totals=_totals(rows, known),
        exceptions=[row for row in rows if not _is_plain(row, notes)],
        present=[row for row in rows if _is_plain(row, notes)],
        count=queries.marks.tally(half_day, [row.mark for row in rows]),
        notes=notes,
        notes_of={row.enrolment.id: [n for n, one, _name in notes if one.enrolment_id == row.enrolment.id]
                  for row in rows},
        choices=known,
        methods={one.value: one for one in Method},
        reasons={one.value: one for one in Reason},
        titles=titles(),
        not_taken=[(names.get(enrolment_id), said) for enrolment_id, said in not_taken],
        may_correct=services.marks.may_correct(half_day, current_user, now=clock.now()),
        waiting=queries.walk_ins.waiting(session(), half_day.id),
        is_lacking_scan=bool(queries.files.lacking_scan(session(), [half_day])),
        justified=queries.files.justified(session(), half_day.id),
        refused=refused,
        taps=kept.attributes(half_day, known, may_take=may_take(half_day.meeting.cohort_id)),
    )  # fmt: skip
    log_shown("attendance.show_half_day", people=len(rows))
    return text


def _is_plain(row: Row, notes: Sequence[tuple[int, Correction, Any]]) -> bool:
    """Whether there is nothing to say of somebody but that they were there."""
    mark = row.mark
    if mark is None or mark.status != Status.PRESENT or mark.name_id is not None or mark.remark:
        return False
    return all(one.enrolment_id != row.enrolment.id for _number, one, _name in notes)


def _totals(rows: Sequence[Row], known: Choices) -> list[tuple[Choice | None, int]]:
    """How many there are of each status, own names apart; None: of people without a mark."""
    found = Counter(value_of(row.mark.status, row.mark.name_id) if row.mark else "" for row in rows)
    return [(known.by_value.get(value), found[value]) for value in [*known.by_value, ""] if found[value]]


def _row_or_404(half_day: HalfDay, enrolment_id: int) -> Row:
    """Somebody on the list of a half-day that was closed, also while it is opened again."""
    return row_or_404(half_day, enrolment_id) if half_day.was_held else abort(404)


@blueprint.get("/half-days/<int:half_day_id>/people/<int:enrolment_id>/correct")
@requires(AttendancePermission.CORRECT)
def ask_correction(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    """What was true of one person, and why it is changed."""
    half_day, form = half_day_or_404(half_day_id), CorrectionForm(formdata=None)
    row, known = _row_or_404(half_day, enrolment_id), choices.known(session())
    form.show(row.mark, known)
    if queries.reports.open_of(session(), half_day_id, enrolment_id) is not None:
        # What the person wrote stays in the report: reasons are printed on the sheet.
        form.reason.data = Reason.REPORTED.value
    return _correction_page(half_day, row, form, known)


def _correction_page(half_day: HalfDay, row: Row, form: CorrectionForm, known: Choices, refused: Any = None) -> str:
    is_open = half_day.state is State.REOPENED
    text = render_template(
        "attendance/correct_mark.html",
        half_day=half_day,
        row=row,
        form=form,
        refused=refused,
        opened_again=HalfDayOpenAgain().message if is_open else "",
        # What was sent in vain is not lost.
        not_taken=_words_of(form, known) if is_open and form.is_submitted() else "",
        may_correct=services.marks.may_correct(half_day, current_user, now=clock.now()),
        history=queries.marks.changes(session(), half_day.id, enrolment_id=row.enrolment.id),
        choices=known,
        methods={one.value: one for one in Method},
        reasons={one.value: one for one in Reason},
        titles=titles(),
    )
    log_shown("attendance.ask_correction", person_id=row.enrolment.person_id)
    return text


def _words_of(form: CorrectionForm, known: Choices) -> str:
    choice = known.by_value.get(form.status.data or "")
    minutes = str(_("%(num)s min attended", num=form.minutes.data)) if form.minutes.data is not None else ""
    said = (choice.label if choice is not None else "", minutes, form.reason_text.data)
    return " · ".join(part for part in said if part)


@blueprint.post("/half-days/<int:half_day_id>/people/<int:enrolment_id>/correct")
@requires(AttendancePermission.CORRECT)
def correct(half_day_id: int, enrolment_id: int) -> ResponseReturnValue:
    half_day, form = half_day_or_404(half_day_id, lock=True), CorrectionForm()
    row, known = _row_or_404(half_day, enrolment_id), choices.known(session())
    form.offer(row.mark, known)
    if half_day.state is State.REOPENED:
        return _correction_page(half_day, row, form, known), HalfDayOpenAgain.status
    if not form.validate_on_submit():
        return _correction_page(half_day, row, form, known), 422
    remark, choice = row.mark.remark if row.mark is not None else "", known.by_value[form.status.data]
    try:
        services.marks.correct(
            session(), half_day, Tap(enrolment_id, choice.status, form.minutes.data, remark, choice.name_id),
            reason=Reason(form.reason.data), reason_text=form.reason_text.data or "", actor=current_user,
            now=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        database.rollback()
        half_day = half_day_or_404(half_day_id)
        row = _row_or_404(half_day, enrolment_id)
        if isinstance(error, LongerThanHalfDay):
            form.minutes.errors = [error.message]
            return _correction_page(half_day, row, form, known), 422
        return _correction_page(half_day, row, form, known, error.message), error.status
    flash(_("The correction is stored; the value of before is kept."), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))


@blueprint.get("/half-days/<int:half_day_id>/reopen")
@requires(AttendancePermission.CORRECT)
def ask_reopening(half_day_id: int) -> ResponseReturnValue:
    """Why the roll is to be taken again: for one mark a correction is enough."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is not State.CLOSED:
        return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    return _reopening_page(half_day, WhyForm(formdata=None))


def _reopening_page(half_day: HalfDay, form: WhyForm) -> str:
    """The form, or why there is none."""
    refused = ""
    try:
        services.marks.refuse_reopening(session(), half_day, current_user, clock.now())
    except DomainError as error:
        refused = error.message
    return render_template(
        "attendance/reopen_half_day.html", half_day=half_day, form=form, refused=refused, titles=titles()
    )


@blueprint.post("/half-days/<int:half_day_id>/reopen")
@requires(AttendancePermission.CORRECT)
def reopen(half_day_id: int) -> ResponseReturnValue:
    half_day, form = half_day_or_404(half_day_id, lock=True), WhyForm()
    if half_day.state is not State.CLOSED:
        return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    if not form.validate_on_submit():
        return _reopening_page(half_day, form), 422
    try:
        services.marks.reopen(
            session(), half_day, reason=Reason(form.reason.data), reason_text=form.reason_text.data or "",
            actor=current_user, now=clock.now(),
        )  # fmt: skip
    except (TooLateToCorrect, NobodyTakesTheRoll) as error:
        database.rollback()
        return _reopening_page(half_day_or_404(half_day_id), form), error.status
    flash(_("The half-day is open again: each change carries the reason, and counts once it is closed."), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))
