"""Two enrolments of one person become one: the marks of both count, all else follows; on undo they part again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
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

#: What an undone merge gives back of a mark, beside when it was marked.
GIVEN_BACK = ("status", "minutes", "name_id", "remark", "method", "organisation_id", "marked_by_id")


def join(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> dict[str, Any]:
    """Let everything of this room count for one of the two; gives back what moved, for the undo."""
    copied = copy_marks(counts, aside=aside, db=db, now=now)
    return {"marks": copied, **following.follow(db, counts, aside)}


def part(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime, rooms: dict[str, Any]) -> None:
    """Undo ``join``; ``rooms``: what it gave back is its own.

    A merge that was recorded without its marks leaves them all: which of them it brought is not known.
    """
    moved = rooms.get("attendance") or {}
    take_marks_back(counts, aside=aside, copied=moved.get("marks", []), db=db, now=now)
    following.part(db, counts, aside, moved)


def copy_marks(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> list[dict[str, Any]]:
    """Give the enrolment that counts the other's marks where it has none, or was not there.

    Gives back, as JSON, where it did so, when, and what stood there. The ledger copies its own entries.
    """
    is_theirs = Mark.enrolment_id == aside.id
    # Whoever takes the roll or closes at this moment may be marking the same person.
    queries.meetings.lock_half_days(db, HalfDay.id.in_(sa.select(Mark.half_day_id).where(is_theirs)))
    own, copied = queries.marks.of_person(db, [counts.id]), []
    for theirs in db.scalars(sa.select(Mark).options(joinedload(Mark.half_day)).where(is_theirs)).all():
        mine = own.get((theirs.half_day_id, counts.id))
        if mine is not None and (mine.is_attended or not theirs.is_attended):
            continue
        before = _as_json(mine) if mine is not None else None
        copied.append({"half_day": theirs.half_day_id, "at": now.isoformat(), "before": before})
        tap = Tap(counts.id, Status(theirs.status), theirs.minutes, theirs.remark, theirs.name_id)
        marks.write(db, theirs.half_day, Row(0, counts, mine), tap, Method.MERGE, None, now)
        db.flush()
        db.get_one(Mark, (theirs.half_day_id, counts.id)).organisation_id = theirs.organisation_id
    db.flush()
    return copied


def _as_json(mark: Mark) -> dict[str, Any]:
    return {"marked_at": mark.marked_at.isoformat(), **{name: getattr(mark, name) for name in GIVEN_BACK}}


def take_marks_back(
    counts: Enrolment, *, aside: Enrolment, copied: Sequence[dict[str, Any]], db: Session, now: dt.datetime
) -> None:
    """Set marks that one merge brought to what stood there before; what was changed since stays.

    ``copied``: what ``copy_marks`` gave back.
    """
    queries.meetings.lock_half_days(db, HalfDay.id.in_([one["half_day"] for one in copied]))
    own, taken_back = queries.marks.of_person(db, [counts.id]), []
    for one in copied:
        mark = own.get((one["half_day"], counts.id))
        if mark is not None and _is_copy(mark, one):
            taken_back.append(mark.half_day)
            _give_back(db, mark, one["before"], now)
    db.flush()
    # Closed in between, the half-day was counted for the one of them only.
    for half_day in taken_back:
        for enrolment in (counts, aside):
            marks.recount(db, half_day, enrolment, now=now)


def _is_copy(mark: Mark, one: dict[str, Any]) -> bool:
    """Whether a mark is as this merge left it: also again, once what was written over it was taken back."""
    return mark.method == Method.MERGE and mark.marked_at == dt.datetime.fromisoformat(one["at"])


def _give_back(db: Session, mark: Mark, before: dict[str, Any] | None, now: dt.datetime) -> None:
    if before is None:
        db.delete(mark)
        return
    db.add(
        MarkChange(
            half_day_id=mark.half_day_id, enrolment_id=mark.enrolment_id, old_status=mark.status,
            old_minutes=mark.minutes, old_name_id=mark.name_id, status=before["status"], minutes=before["minutes"],
            name_id=before["name_id"], method=Method.MERGE, changed_at=now,
        )
    )  # fmt: skip
    for name in GIVEN_BACK:
        setattr(mark, name, before[name])
    mark.marked_at = dt.datetime.fromisoformat(before["marked_at"])
