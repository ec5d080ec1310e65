"""What the script of the roll call sends and asks: taps of a device, and what others marked meanwhile."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.attendance import choices, queries, services
from lms.attendance.choices import LONGEST_VALUE, Choices
from lms.attendance.models import HalfDay, MarkChange
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Row
from lms.attendance.services.taps import Sent
from lms.attendance.statuses import LONGEST_REMARK, Method
from lms.attendance.views.blueprint import blueprint, half_day_or_404
from lms.attendance.views.roll_call import Fields, fault_of, keeping_retired, stored, tap_of
from lms.core import clock, paging
from lms.core.access import requires
from lms.core.db import session
from lms.core.i18n import clock_time, current_language
from lms.core.text import clean_line, isolate, plain_digits

#: More than a room holds: the script sends the last tap of each person only.
MOST_TAPS, LONGEST_DEVICE = 500, 40


@blueprint.post("/half-days/<int:half_day_id>/taps")
@requires(AttendancePermission.TAKE)
def take_taps(half_day_id: int) -> ResponseReturnValue:
    """Settle taps of a device; 200 only once they are stored (the commit follows before the answer leaves).

    The answer holds statuses and who changed them, no name of a participant: the access log has the page itself.
    422: nothing in it can be read, so that sending it again is of no use.
    """
    half_day = half_day_or_404(half_day_id, lock=True)
    data: Any = request.get_json(silent=True)
    if not _is_readable(data):
        abort(422)
    if len(data["taps"]) > MOST_TAPS:
        abort(413)
    known = choices.known(session())
    settled = services.taps.settle(
        session(), half_day, _sent(half_day, data["taps"], known), device=data["device"],
        actor_id=current_user.person_id, now=clock.now(),
    )  # fmt: skip
    told = [{"enrolment": one.enrolment_id, "counter": one.counter, "error": str(one.error)} for one in settled]
    return jsonify(settled=told, **_state(half_day, known, after=0))


@blueprint.get("/half-days/<int:half_day_id>/state")
@requires(AttendancePermission.CORRECT)
def show_state(half_day_id: int) -> ResponseReturnValue:
    """What was marked after the change numbered ``after``, asked now and then while a page is looked at."""
    after = paging.whole_number(request.args.get("after", "")) or 0
    half_day = half_day_or_404(half_day_id)
    return jsonify(_state(half_day, choices.known(session()), after=min(after, 2**31 - 1)))


def _state(half_day: HalfDay, known: Choices, *, after: int) -> dict[str, Any]:
    # Before the rows: what changes in between is told again next time, never left out.
    changes = queries.taps.last_changes(session(), half_day.id, after=after)
    rows = queries.marks.rows(session(), half_day)
    by_enrolment = {one.enrolment_id: one for one in changes}
    return {
        "is_open": half_day.state.takes_marks,
        # A page of before another closing is out of date, and so is each tap on it.
        "closings": half_day.closings,
        "cursor": max([after, *(one.id for one in changes)]),
        "people": len(rows),
        # A mark that was taken back leaves no change: the page is told who has none.
        "unmarked": [row.enrolment.id for row in rows if row.mark is None],
        "rows": [_row(row, by_enrolment[row.enrolment.id], known) for row in rows if row.enrolment.id in by_enrolment],
    }


def _row(row: Row, change: MarkChange, known: Choices) -> dict[str, Any]:
    now = stored(row.mark)
    return {
        "enrolment": row.enrolment.id, "status": now.status, "minutes": now.minutes, "remark": now.remark,
        "key": now.key, "by": _by(change), "label": known.by_value[now.status].short if now.status else "",
    }  # fmt: skip


def _by(change: MarkChange) -> str:
    """Who marked it and when, where it was somebody else."""
    at = isolate(clock_time(change.changed_at).striptags())
    if change.changed_by_id == current_user.person_id:
        return ""
    if change.method != Method.ROLL_CALL or change.changed_by is None:
        return f"{Method(change.method).label} · {at}"
    name = isolate(change.changed_by.name[current_language()])
    return str(_("Marked by %(name)s at %(time)s", name=name, time=at))


def _is_readable(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and _is_device(data.get("device"))
        and isinstance(data.get("taps"), list)
        and all(isinstance(one, dict) and _is_count(one.get("enrolment")) for one in data["taps"])
        and all(_is_count(one.get("counter")) and _is_count(one.get("closings", 0)) for one in data["taps"])
    )


def _is_device(device: Any) -> bool:
    return isinstance(device, str) and 0 < len(device) <= LONGEST_DEVICE and device.isascii() and device.isprintable()


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _sent(half_day: HalfDay, taps: list[dict[str, Any]], known: Choices) -> list[Sent]:
    said = [(one, _said(one)) for one in taps]
    kept_by = keeping_retired(half_day, known, {one["enrolment"]: words for one, words in said})
    return [_tap(half_day, one, words, known, keeps_retired=one["enrolment"] in kept_by) for one, words in said]


def _tap(half_day: HalfDay, one: dict[str, Any], said: Fields, known: Choices, *, keeps_retired: bool) -> Sent:
    fault = fault_of(half_day, said, known, keeps_retired=keeps_retired)
    tap = None if fault else tap_of(one["enrolment"], said, known)
    return Sent(
        one["enrolment"], one["counter"], tap, fault, one.get("closings", 0), one.get("only_unmarked") is True
    )  # fmt: skip


def _said(one: dict[str, Any]) -> Fields:
    return Fields(
        _line(one.get("status"))[: LONGEST_VALUE + 1],
        plain_digits(_line(one.get("minutes"))[:20]),
        _line(one.get("remark"))[: LONGEST_REMARK + 1],
    )


def _line(value: Any) -> str:
    """A text of the message without what no field holds: control characters, halves of letters (a database chokes)."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return clean_line("".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs")))
