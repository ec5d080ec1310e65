"""What a signed sheet says of everybody on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import confirming, queries
from lms.attendance.errors import MarkedMeanwhile
from lms.attendance.models import HalfDay, Mark
from lms.attendance.queries.marks import Row
from lms.attendance.services import marks
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import CAME, Method, State, Status

#: What a sheet says of somebody: a signature is no time of day, and none is no excuse.
_SAID = (Status.PRESENT, Status.ABSENT)
#: What the team said without paper; who checked in, or came without standing on the list, is known better than that.
_GIVES_WAY = (Method.ROLL_CALL, Method.IMPORT)


@dataclass(frozen=True)
class SheetLine:
    """One person: signed or not, and what is known afterwards."""

    row: Row
    has_signed: bool
    after: Status

    @property
    def name_id(self) -> int | None:
        """The programme's own name of a status that stays as it is."""
        return self.row.mark.name_id if self.row.mark is not None and self.before is self.after else None

    @property
    def loses_presence(self) -> bool:
        """Whether somebody who is stored as having come becomes absent."""
        return self.before in CAME and self.after not in CAME

    @property
    def before(self) -> Status | None:
        return Status(self.row.mark.status) if self.row.mark is not None else None


def added_since(half_day: HalfDay, rows: Sequence[Row]) -> list[Row]:
    """Those of the list who were enrolled after the meeting was planned: a sheet printed meanwhile may lack them.

    Their numbers follow those of all others, and one another as they were enrolled.
    """
    return [row for row in rows if row.number > len(half_day.meeting.listed)]


def on_sheet(rows: Sequence[Row], last: int | None) -> list[Row]:
    """Those who stand on a sheet whose last row has this number; None: all."""
    return [row for row in rows if last is None or row.number <= last]


def said(rows: Sequence[Row], typed: Collection[int], *, signed: bool, is_whole: bool) -> list[SheetLine]:
    """What is settled of the rows, by number. ``typed``: numbers of those who signed, or (``signed`` False) did not.

    A sheet of two pages is typed one after the other: whoever was not typed stays as they are. Where the list
    ``is_whole``, those of whom nothing is stored did the opposite, as did those of whom that is stored; what is stored
    changes by its own code only.
    A signature is no time of day: lateness and early departure of somebody who signed stay, and so does an excuse of
    somebody who did not.
    """
    lines = []
    for row in sorted(rows, key=lambda one: one.number):
        is_typed = row.number in typed
        has_signed = is_typed == signed
        if is_typed or (is_whole and (row.mark is None or (row.mark.status in CAME) == has_signed)):
            lines.append(SheetLine(row, has_signed, _after(row, has_signed)))
    return lines


def _after(row: Row, has_signed: bool) -> Status:
    before = Status(row.mark.status) if row.mark is not None else None
    if has_signed:
        return before if before in (Status.LATE, Status.LEFT_EARLY) else Status.PRESENT
    return Status.EXCUSED if before is Status.EXCUSED else Status.ABSENT


def key_of(lines: Sequence[SheetLine]) -> str:
    """Names what is confirmed: another trainer's mark in between gives another key."""
    return confirming.key_of((one.row.enrolment.id, marks.said_by(one.row.mark), one.after) for one in lines)


def enter(
    db: Session, half_day: HalfDay, typed: Collection[int], *, signed: bool, is_whole: bool, key: str, actor_id: int,
    now: dt.datetime, last: int | None = None,
) -> int:  # fmt: skip
    """Mark whom ``said`` settles; how many marks differ from before. Lock the half-day first.

    A mark that the sheet says as well is known by the sheet from then on. ``last``: number of the sheet's last row;
    whoever was enrolled after it was printed stays as they are. Raises MarkedMeanwhile where the list is not the one
    that was confirmed, and what ``marks.take`` raises.
    """
    lines = said(on_sheet(queries.marks.rows(db, half_day), last), typed, signed=signed, is_whole=is_whole)
    taps = [
        Tap(
            one.row.enrolment.id, one.after, one.row.mark.minutes if one.row.mark is not None else None,
            one.row.mark.remark if one.row.mark is not None else "",
            one.name_id,
        )
        for one in lines
    ]  # fmt: skip
    if key != key_of(lines):
        raise MarkedMeanwhile
    changed = marks.take(db, half_day, taps, actor_id=actor_id, now=now, method=Method.SHEET)
    if half_day.state is State.OPEN:
        _confirm([one.row.mark for one in lines if one.row.mark is not None], actor_id, now)
        db.flush()
    return changed


def _confirm(stored: Sequence[Mark], actor_id: int, now: dt.datetime) -> None:
    """Nothing changes, so there is no change to keep; who marked them before stands in the change that did.

    Not on a half-day that was held: how a mark is known was countersigned with it.
    """
    for mark in stored:
        if mark.method in _GIVES_WAY and mark.status in _SAID and mark.name_id is None:
            mark.method, mark.marked_at, mark.marked_by_id = Method.SHEET, now, actor_id
