"""The signed sheet typed in by the codes of its rows: who is meant is shown before anything is stored."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import choices, paper, queries, services, sheets
from lms.attendance.errors import HalfDayCancelled, HalfDayClosed, MarkedMeanwhile, TooLateToCorrect
from lms.attendance.models import HalfDay
from lms.attendance.paper import LONGEST, Fault, Reading
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Row
from lms.attendance.services.paper import SheetLine
from lms.attendance.statuses import State, Status
from lms.attendance.views import closed
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm

#: Which rows are typed: the shorter list of the two.
SIGNED, UNSIGNED = "signed", "unsigned"


@blueprint.get("/half-days/<int:half_day_id>/paper")
@requires(AttendancePermission.TAKE)
def ask_paper(half_day_id: int) -> ResponseReturnValue:
    """A field for the codes of those who signed, or of those who did not."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is State.CLOSED:
        return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    return _page(half_day, queries.marks.rows(session(), half_day), SIGNED, "")


def _page(
    half_day: HalfDay, rows: list[Row], kind: str, typed: str, *, lines: list[SheetLine] | None = None,
    faults: tuple[Fault, ...] = (), refused: Any = None,
) -> str:  # fmt: skip
    page = render_template(
        "attendance/enter_paper.html",
        half_day=half_day,
        kind=kind,
        typed=typed,
        lines=lines,
        key=services.paper.key_of(lines) if lines else "",
        changed=sum(one.before is not one.after for one in lines or ()),
        people=len(rows),
        code_of=lambda row: sheets.code_of(half_day, row.number),
        statuses={one.value: one for one in Status},
        choices=choices.known(session()),
        faults=faults,
        refused=refused,
        titles=titles(),
        form=EmptyForm(formdata=None),
        longest=LONGEST,
    )
    log_shown("attendance.ask_paper", people=len(rows))
    return page


@blueprint.post("/half-days/<int:half_day_id>/paper")
@requires(AttendancePermission.TAKE)
def enter_paper(half_day_id: int) -> ResponseReturnValue:
    """Show what the codes mean; store it when exactly this was confirmed."""
    half_day = half_day_or_404(half_day_id, lock=True)
    if half_day.state is State.CLOSED:
        said = [(None, request.form.get("codes", "")[:LONGEST])]
        return closed.page(half_day, refused=HalfDayClosed().message, not_taken=said), HalfDayClosed.status
    rows = queries.marks.rows(session(), half_day)
    kind = UNSIGNED if request.form.get("kind") == UNSIGNED else SIGNED
    typed = request.form.get("codes", "")
    reading = paper.read(typed, sheets.set_of(half_day), {one.number for one in rows})
    if half_day.state is State.CANCELLED:
        return _page(half_day, rows, kind, typed), HalfDayCancelled.status
    if faults := _faults(reading, kind, typed):
        return _page(half_day, rows, kind, typed, faults=faults), 422
    signed = {one.number for one in rows if (one.number in reading.numbers) == (kind == SIGNED)}
    confirmed = request.form.get("confirmed", "")
    if not confirmed or request.form.get("was") != f"{kind}:{typed}":
        return _page(half_day, rows, kind, typed, lines=services.paper.said(rows, signed))
    return _stored(half_day, kind, typed, signed, confirmed)


def _faults(reading: Reading, kind: str, typed: str) -> tuple[Fault, ...]:
    if len(typed) > LONGEST:
        return (Fault("", _("At most %(num)s letters can be used.", num=LONGEST)),)
    if kind == SIGNED and not reading.numbers and not reading.faults:
        return (Fault("", _("One code at least is needed.")),)
    return reading.faults


def _stored(half_day: HalfDay, kind: str, typed: str, signed: set[int], key: str) -> ResponseReturnValue:
    half_day_id = half_day.id
    try:
        changed = services.paper.enter(
            session(), half_day, signed, key=key, actor_id=current_user.person_id, now=clock.now()
        )
    except (MarkedMeanwhile, TooLateToCorrect) as error:
        database.rollback()
        half_day = half_day_or_404(half_day_id)
        rows = queries.marks.rows(session(), half_day)
        lines = services.paper.said(rows, signed)
        return _page(half_day, rows, kind, typed, lines=lines, refused=error.message), error.status
    text = ngettext(
        "From the signed sheet: %(num)s mark is saved.", "From the signed sheet: %(num)s marks are saved.", changed
    )
    flash(text if changed else _("The signed sheet says what is stored already."), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))
