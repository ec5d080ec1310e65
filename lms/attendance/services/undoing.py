"""Taking back what one press did to many, or to one who is not in the room. Twice is once; later marks stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import NotOnTheList, OwnMark
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.services import marks
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import OWN_CHECK_IN, Method, State, Status
from lms.core import audit


@dataclass(frozen=True)
class Press:
    """One press of « Everyone present »: the changes of marks numbered after ``after`` until ``until``."""

    after: int
    until: int
    #: Whom it marked; None: all whose mark is one of these changes.
    enrolment_ids: Collection[int] | None = None


def undoable(db: Session, half_day: HalfDay, press: Press, *, actor_id: int) -> list[Mark]:
    """Marks that one press of somebody made and that nothing followed since.

    None of a half-day that is closed or was held: there each change is a correction. Who checked in since, or was
    matched with somebody who came without standing on the list, was there.
    """
    if half_day.state is not State.OPEN:
        return []
    made = {
        one.enrolment_id: one
        for one in queries.taps.last_changes(db, half_day.id, after=press.after)
        if one.id <= press.until and _is_of_press(one, actor_id)
    }
    if press.enrolment_ids is not None:
        made = {one: made[one] for one in made if one in press.enrolment_ids}
    if not made:
        return []
    came = {one.enrolment_id for one in queries.check_ins.arrivals(db, half_day.id)}
    came |= queries.walk_ins.matched(db, half_day.id)
    return [
        one
        for one in queries.marks.of_half_day(db, half_day.id)
        if one.enrolment_id in made.keys() - came and not one.remark and _stands_alone(one, made[one.enrolment_id])
    ]


def _stands_alone(mark: Mark, change: MarkChange) -> bool:
    """Whether a mark is known by its last change only: what says the same again is no change, but the mark knows it."""
    return (mark.method, mark.marked_at) == (change.method, change.changed_at)


def _is_of_press(one: MarkChange, actor_id: int) -> bool:
    return (one.old_status, one.status, one.method, one.name_id, one.changed_by_id) == (
        None, Status.PRESENT, Method.ROLL_CALL, None, actor_id,
    )  # fmt: skip


def undo_everyone(db: Session, half_day: HalfDay, press: Press, *, actor_id: int, now: dt.datetime) -> int:
    """Leave those unmarked again whom one press marked; says how many. Lock the half-day first.

    That there is no mark again no row of changes can say: the audit says it.
    """
    found = undoable(db, half_day, press, actor_id=actor_id)
    for one in found:
        db.delete(one)
    db.flush()
    if found:
        audit.record(
            db, "attendance.undo-everyone-present", actor_id=actor_id, subject=half_day, now=now, people=len(found)
        )
    return len(found)


def unstrike(db: Session, half_day: HalfDay, enrolment_id: int, *, actor_id: int, now: dt.datetime) -> bool:
    """Let an arrival count again, and the mark be what it was unless it was changed since; False: it counted already.

    Lock the half-day first. Raises NotOnTheList without an arrival, OwnMark, and what ``marks.refuse_marks`` raises.
    """
    marks.refuse_marks(half_day, now)
    found = queries.check_ins.find(db, half_day.id, enrolment_id)
    row = queries.marks.row_or_none(db, half_day, enrolment_id)
    if found is None or row is None:
        raise NotOnTheList
    # An arrival comes back as one's own word: whether it counts again is for somebody else to say.
    if marks.is_own(row, actor_id):
        raise OwnMark
    if found.struck_at is None:
        return False
    change, *earlier = [*queries.marks.changes(db, half_day.id, enrolment_id=enrolment_id), None]
    is_of_strike = change is not None and (change.changed_at, change.changed_by_id, change.status) == (
        found.struck_at, found.struck_by_id, Status.ABSENT,
    )  # fmt: skip
    found.struck_at = found.struck_by_id = None
    before = row.mark.status if row.mark is not None else None
    if is_of_strike and change and change.old_status and row.mark and _stands_alone(row.mark, change):
        tap = Tap(enrolment_id, Status(change.old_status), change.old_minutes, row.mark.remark, change.old_name_id)
        # How it was known comes back too: an arrival at its time.
        method = Method(earlier[0].method) if earlier and earlier[0] is not None else Method.ROLL_CALL
        marks.mark_one(db, half_day, row, tap, method, actor_id=actor_id, now=now)
        if method in OWN_CHECK_IN:
            row.mark.marked_at = found.at
    db.flush()
    audit.record(
        db, "attendance.unstrike-check-in", actor_id=actor_id, subject=half_day, now=now, enrolment_id=enrolment_id,
        before=before, after=row.mark.status if row.mark is not None else None,
    )  # fmt: skip
    return True
