"""The signed sheet typed in by the codes of its rows: who is meant is shown before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
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
from lms.core.row_codes import number_of as row_number

#: Which rows are typed: the shorter list of the two.
SIGNED, UNSIGNED = "signed", "unsigned"
_NO_CODE = _l("One code at least is needed.")
_NOBODY = _l("One code at least is needed. Where everybody signed, the list is to be ticked as whole.")


@blueprint.get("/half-days/<int:half_day_id>/paper")
@requires(AttendancePermission.TAKE)
def ask_paper(half_day_id: int) -> ResponseReturnValue:
    """A field for the codes of those who signed, or of those who did not."""
    half_day = half_day_or_404(half_day_id)
    if half_day.state is State.CLOSED:
        return redirect(url_for(".show_half_day", half_day_id=half_day_id))
    return _page(half_day, queries.marks.rows(session(), half_day), Typed())


@dataclass(frozen=True)
class Typed:
    """What stands in the fields."""

    kind: str = SIGNED
    codes: str = ""
    #: Code of the last row of the sheet, asked for where a sheet may lack somebody.
    last: str = ""
    #: Whether nothing more is to come: whoever was not typed did the opposite.
    is_whole: bool = False

    @property
    def key(self) -> str:
        """Another code, kind, last row or tick is shown first."""
        return f"{self.kind}:{self.last}:{'whole' if self.is_whole else ''}:{self.codes}"


def _typed() -> Typed:
    kind = UNSIGNED if request.form.get("kind") == UNSIGNED else SIGNED
    last, is_whole = request.form.get("last", "").strip()[:20], request.form.get("whole") == "1"
    return Typed(kind, request.form.get("codes", ""), last, is_whole)


def _page(
    half_day: HalfDay, rows: list[Row], typed: Typed, *, lines: list[SheetLine] | None = None,
    faults: tuple[Fault, ...] = (), last_fault: Any = None, refused: Any = None,
) -> str:  # fmt: skip
    shown = {one.row.enrolment.id for one in lines or ()}
    page = render_template(
        "attendance/enter_paper.html",
        half_day=half_day,
        typed=typed,
        lines=lines,
        key=services.paper.key_of(lines) if lines is not None else "",
        added=services.paper.added_since(half_day, rows),
        left_out=[row for row in rows if row.enrolment.id not in shown] if lines is not None else [],
        code_of=lambda row: sheets.code_of(half_day, row.number),
        statuses={one.value: one for one in Status},
        choices=choices.known(session()),
        faults=faults,
        last_fault=last_fault,
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
    half_day, typed = half_day_or_404(half_day_id, lock=True), _typed()
    if half_day.state is State.CLOSED:
        not_taken = [(None, typed.codes[:LONGEST])]
        return closed.page(half_day, refused=HalfDayClosed().message, not_taken=not_taken), HalfDayClosed.status
    rows = queries.marks.rows(session(), half_day)
    if half_day.state is State.CANCELLED:
        return _page(half_day, rows, typed), HalfDayCancelled.status
    last, last_fault = _last_row(half_day, rows, typed)
    reading = paper.read(typed.codes, sheets.set_of(half_day), {one.number for one in rows})
    faults = _faults(reading, typed, last)
    if faults or last_fault:
        return _page(half_day, rows, typed, faults=faults, last_fault=last_fault), 422
    listed = services.paper.on_sheet(rows, last)
    confirmed = request.form.get("confirmed", "")
    if not confirmed or request.form.get("was") != typed.key:
        return _page(half_day, rows, typed, lines=_lines(listed, reading, typed))
    return _stored(half_day, typed, reading, last, confirmed)


def _lines(rows: list[Row], reading: Reading, typed: Typed) -> list[SheetLine]:
    return services.paper.said(rows, reading.numbers, signed=typed.kind == SIGNED, is_whole=typed.is_whole)


def _last_row(half_day: HalfDay, rows: list[Row], typed: Typed) -> tuple[int | None, Any]:
    """Number of the last row of the sheet, None where nobody can be missing on it; and what is wrong with the code."""
    if not services.paper.added_since(half_day, rows):
        return None, None
    if not typed.last and not typed.is_whole:
        return None, None
    if not typed.last:
        return None, _("The code of the last row is needed: the sheet may lack people enrolled since.")
    number = row_number(sheets.set_of(half_day), typed.last)
    if not number:
        return None, _("This is no code of a row of this sheet.")
    return number, None


def _faults(reading: Reading, typed: Typed, last: int | None) -> tuple[Fault, ...]:
    if len(typed.codes) > LONGEST:
        return (Fault("", _("At most %(num)s letters can be used.", num=LONGEST)),)
    says_nothing = typed.kind == SIGNED or not typed.is_whole
    if says_nothing and not reading.numbers and not reading.faults:
        return (Fault("", _NO_CODE if typed.kind == SIGNED else _NOBODY),)
    below = [one for one in reading.numbers if last is not None and one > last]
    return reading.faults + tuple(
        Fault(str(one), _("This row comes after the last row of the sheet.")) for one in below
    )


def _stored(half_day: HalfDay, typed: Typed, reading: Reading, last: int | None, key: str) -> ResponseReturnValue:
    half_day_id = half_day.id
    try:
        changed = services.paper.enter(
            session(), half_day, reading.numbers, signed=typed.kind == SIGNED, is_whole=typed.is_whole, key=key,
            actor_id=current_user.person_id, now=clock.now(), last=last,
        )  # fmt: skip
    except (MarkedMeanwhile, TooLateToCorrect) as error:
        database.rollback()
        half_day = half_day_or_404(half_day_id)
        rows = queries.marks.rows(session(), half_day)
        lines = _lines(services.paper.on_sheet(rows, last), reading, typed)
        return _page(half_day, rows, typed, lines=lines, refused=error.message), error.status
    text = ngettext(
        "From the signed sheet: %(num)s mark is saved.", "From the signed sheet: %(num)s marks are saved.", changed
    )
    flash(text if changed else _("The signed sheet says what is stored already."), "ok")
    return redirect(url_for(".show_half_day", half_day_id=half_day_id))
