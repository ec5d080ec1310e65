"""Two enrolments of one person become one: the marks of both count, all else follows; on undo they part again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.attendance import queries
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.queries.marks import Row
from lms.attendance.services import following, marks
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Method, Status
from lms.programme.models import Enrolment


def join(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> dict[str, Any]:
    """Let everything of this room count for one of the two; gives back what moved, for the undo."""
    copy_marks(counts, aside=aside, db=db, now=now)
    return following.follow(db, counts, aside)


def part(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime, rooms: dict[str, Any]) -> None:
    """Undo ``join``; ``rooms``: what it gave back is its own."""
    take_marks_back(counts, aside=aside, db=db, now=now)
    following.part(db, counts, aside, rooms.get("attendance") or {})


def copy_marks(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> None:
    """Give the enrolment that counts the other's marks where it has none, or was not there.

    The ledger copies its own entries.
    """
    own = queries.marks.of_person(db, [counts.id])
    query = sa.select(Mark).options(joinedload(Mark.half_day)).where(Mark.enrolment_id == aside.id)
    for theirs in db.scalars(query).all():
        mine = own.get((theirs.half_day_id, counts.id))
        if mine is not None and (mine.is_attended or not theirs.is_attended):
            continue
        tap = Tap(counts.id, Status(theirs.status), theirs.minutes, theirs.remark, theirs.name_id)
        marks.write(db, theirs.half_day, Row(0, counts, mine), tap, Method.MERGE, None, now)
        db.flush()
        db.get_one(Mark, (theirs.half_day_id, counts.id)).organisation_id = theirs.organisation_id
    db.flush()


def take_marks_back(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> None:
    """Set marks that came from the merge to what stood there before; what was changed since stays."""
    taken_back = []
    for (half_day_id, _enrolment_id), mark in queries.marks.of_person(db, [counts.id]).items():
        change = queries.marks.last_change(db, half_day_id, counts.id)
        if change is None or change.method != Method.MERGE:
            continue
        taken_back.append(half_day_id)
        if change.old_status is None:
            db.delete(mark)
        else:
            before = MarkChange(
                half_day_id=half_day_id, enrolment_id=counts.id, old_status=mark.status, old_minutes=mark.minutes,
                old_name_id=mark.name_id, status=change.old_status, minutes=change.old_minutes,
                name_id=change.old_name_id, method=Method.MERGE, changed_at=now,
            )  # fmt: skip
            db.add(before)
            mark.status, mark.minutes = change.old_status, change.old_minutes
            mark.name_id = change.old_name_id
    db.flush()
    # Closed in between, the half-day was counted for the one of them only.
    for half_day in db.scalars(sa.select(HalfDay).where(HalfDay.id.in_(taken_back))).all():
        for enrolment in (counts, aside):
            marks.recount(db, half_day, enrolment, now=now)
