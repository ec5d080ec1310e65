"""Taps that a device sends by itself, at once or hours later: each is settled once, whatever is sent how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import (
    ClosedSince,
    HalfDayCancelled,
    HalfDayClosed,
    NotOnTheList,
    OwnMark,
    TooLateToCorrect,
)
from lms.attendance.models import HalfDay, LastTap
from lms.attendance.queries.marks import Row
from lms.attendance.services import marks
from lms.attendance.services.marks import Tap


@dataclass(frozen=True)
class Sent:
    """One tap as a device sends it."""

    enrolment_id: int
    counter: int
    #: What is said; None: it cannot be stored, for ``fault``.
    tap: Tap | None
    fault: Any = ""
    #: How often the half-day had been closed when it was tapped.
    closings: int = 0
    #: From « Everyone present »: whoever has a mark by now keeps it.
    only_unmarked: bool = False


@dataclass(frozen=True)
class Settled:
    """What became of one tap."""

    enrolment_id: int
    counter: int
    #: Why it is refused for good; empty: it is taken, now or before.
    error: Any = ""


def settle(
    db: Session, half_day: HalfDay, sent: Sequence[Sent], *, device: str, actor_id: int, now: dt.datetime
) -> list[Settled]:
    """Settle taps of one device, each by itself, in their order. Lock the half-day first.

    Within a device the highest counter of a person wins: what is not newer than the last one taken changes nothing and
    is taken, and so is « Everyone present » for somebody who has a mark. Between devices the order of arrival decides,
    which is that of the calls.
    """
    known = queries.taps.last_of(db, half_day.id, device)
    refusal = _refusal(half_day, now)
    listed = {} if refusal else {one.enrolment.id: one for one in queries.marks.rows(db, half_day)}
    taken: dict[int, Sent] = {}
    taps: dict[int, Tap] = {}
    settled = []
    for one in sorted(sent, key=lambda one: one.counter):
        last = known.get(one.enrolment_id)
        error = ""
        if last is None or one.counter > last.counter:
            row = listed.get(one.enrolment_id)
            error = refusal or _fault(half_day, one, row, actor_id)
            if not error and one.tap is not None:
                taken[one.enrolment_id] = one
                if not (one.only_unmarked and _is_marked(row, taps)):
                    taps[one.enrolment_id] = one.tap
        settled.append(Settled(one.enrolment_id, one.counter, error))
    if taps:
        marks.take(db, half_day, list(taps.values()), actor_id=actor_id, now=now)
    _remember(db, half_day.id, device, known, taken.values())
    return settled


def _refusal(half_day: HalfDay, now: dt.datetime) -> Any:
    """Why nothing at all is marked on it."""
    try:
        marks.refuse_marks(half_day, now)
    except (HalfDayCancelled, HalfDayClosed, TooLateToCorrect) as error:
        return error.message
    return ""


def _fault(half_day: HalfDay, one: Sent, row: Row | None, actor_id: int) -> Any:
    """Why just this tap is refused; empty where it is taken."""
    if one.tap is None:
        return one.fault
    if one.closings != half_day.closings:
        return ClosedSince().message
    if row is None:
        return NotOnTheList().message
    return OwnMark().message if marks.is_own(row, actor_id) else ""


def _is_marked(row: Row | None, taps: dict[int, Tap]) -> bool:
    """Whether somebody has a mark already, or is about to by an earlier tap of the same message."""
    return row is not None and (row.mark is not None or row.enrolment.id in taps)


def _remember(db: Session, half_day_id: int, device: str, known: dict[int, LastTap], taken: Any) -> None:
    for one in taken:
        if last := known.get(one.enrolment_id):
            last.counter = one.counter
        else:
            db.add(LastTap(half_day_id=half_day_id, enrolment_id=one.enrolment_id, device=device, counter=one.counter))
    db.flush()
