"""What a signed sheet says of everybody on it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import MarkedMeanwhile
from lms.attendance.models import HalfDay
from lms.attendance.queries.marks import Row
from lms.attendance.services import marks
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Method, Status


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
    def before(self) -> Status | None:
        return Status(self.row.mark.status) if self.row.mark is not None else None


def said(rows: Sequence[Row], signed: Collection[int]) -> list[SheetLine]:
    """What the sheet says of each row, by number; ``signed``: numbers of those who did.

    A signature is no time of day: lateness and early departure of somebody who signed stay, and so does an excuse of
    somebody who did not.
    """
    return [
        SheetLine(row, row.number in signed, _after(row, row.number in signed))
        for row in sorted(rows, key=lambda one: one.number)
    ]


def _after(row: Row, has_signed: bool) -> Status:
    before = Status(row.mark.status) if row.mark is not None else None
    if has_signed:
        return before if before in (Status.LATE, Status.LEFT_EARLY) else Status.PRESENT
    return Status.EXCUSED if before is Status.EXCUSED else Status.ABSENT


def key_of(lines: Sequence[SheetLine]) -> str:
    """Names what is confirmed: another trainer's mark in between gives another key."""
    text = ";".join(f"{one.row.enrolment.id}:{one.before or ''}:{one.after}" for one in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def enter(db: Session, half_day: HalfDay, signed: Collection[int], *, key: str, actor_id: int, now: dt.datetime) -> int:
    """Mark everybody as the sheet says; how many marks differ from before. Lock the half-day first.

    Raises MarkedMeanwhile where the list is not the one that was confirmed, and what ``marks.take`` raises.
    """
    lines = said(queries.marks.rows(db, half_day), signed)
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
    return marks.take(db, half_day, taps, actor_id=actor_id, now=now, method=Method.SHEET)
