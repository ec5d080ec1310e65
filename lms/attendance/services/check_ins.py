"""People who check in by themselves, and the arrivals that a trainer strikes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import arriving, queries
from lms.attendance.arriving import Window
from lms.attendance.errors import NotOnTheList, NotOpenYet, StruckOut, TooLateToCheckIn
from lms.attendance.models import CheckIn, HalfDay, Mark
from lms.attendance.services import marks
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import CAME, Method, Status
from lms.core import audit
from lms.core.db import insert_if_absent

#: What a trainer marked of somebody stays; only an absence gives way to the arrival.
GIVES_WAY = (None, Status.ABSENT)


@dataclass(frozen=True)
class Way:
    """How somebody checks in: by what, and the hash of the browser."""

    method: Method
    device: str = ""


def check_in(db: Session, half_day_id: int, person_id: int, way: Way, *, now: dt.datetime) -> bool:
    """Write somebody's arrival and mark them, once; says whether it was the first time. A second changes nothing.

    Judged on the half-day as it is now, whose row is shared meanwhile. Raises NotOpenYet, TooLateToCheckIn,
    NotOnTheList, StruckOut.
    """
    half_day = queries.check_ins.half_day_or_none(db, half_day_id, share=True)
    if half_day is None:
        raise NotOnTheList
    row = queries.marks.row_of_person(db, half_day, person_id)
    if row is None:
        raise NotOnTheList
    known = queries.check_ins.find(db, half_day.id, row.enrolment.id)
    if known is not None:
        _refuse_struck(known, row.mark)
        return False
    where = arriving.window(half_day, now)
    if where is Window.OVER:
        raise TooLateToCheckIn
    if where is not Window.OPEN:
        raise NotOpenYet
    is_first = insert_if_absent(
        db, CheckIn, half_day_id=half_day.id, enrolment_id=row.enrolment.id, at=now, method=way.method.value,
        device=way.device,
    )  # fmt: skip
    if is_first and (row.mark.status if row.mark is not None else None) in GIVES_WAY:
        status, minutes = arriving.status_at(half_day, now)
        remark = row.mark.remark if row.mark is not None else ""
        tap = Tap(row.enrolment.id, status, minutes, remark)
        marks.mark_one(db, half_day, row, tap, way.method, actor_id=person_id, now=now)
    return is_first


def _refuse_struck(known: CheckIn, mark: Mark | None) -> None:
    """A second time: what is there stays, but for somebody struck out and not marked as there since."""
    if known.struck_at is not None and (mark is None or mark.status not in CAME):
        raise StruckOut


def strike(db: Session, half_day: HalfDay, enrolment_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """The person was not there: the arrival is struck out and the mark becomes an absence. Lock the half-day first.

    A second time changes nothing. Raises NotOnTheList without an arrival, OwnMark, and what ``marks.refuse_marks``
    raises.
    """
    marks.refuse_marks(half_day, now)
    found = queries.check_ins.find(db, half_day.id, enrolment_id)
    row = queries.marks.row_or_none(db, half_day, enrolment_id)
    if found is None or row is None:
        raise NotOnTheList
    if found.struck_at is not None:
        return
    found.struck_at, found.struck_by_id = now, actor_id
    before = row.mark.status if row.mark is not None else None
    if before in CAME:
        remark = row.mark.remark if row.mark is not None else ""
        tap = Tap(enrolment_id, Status.ABSENT, remark=remark)
        marks.mark_one(db, half_day, row, tap, Method.ROLL_CALL, actor_id=actor_id, now=now)
    db.flush()
    audit.record(
        db, "attendance.strike-check-in", actor_id=actor_id, subject=half_day, now=now, enrolment_id=enrolment_id,
        before=before, after=row.mark.status if row.mark is not None else None,
    )  # fmt: skip
