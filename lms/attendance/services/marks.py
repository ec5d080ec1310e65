"""The roll call: marking, closing, correcting. What counts goes into the ledger when a half-day is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from lms.attendance import confirming, events, queries
from lms.attendance.choices import value_of
from lms.attendance.errors import (
    HalfDayCancelled,
    HalfDayClosed,
    HalfDayOpenAgain,
    LongerThanHalfDay,
    MarkedMeanwhile,
    NobodyTakesTheRoll,
    NotBegun,
    NothingToCorrect,
    NotOnTheList,
    OwnMark,
    TooLateToCorrect,
)
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.queries.marks import Row
from lms.attendance.services import meeting_trainers
from lms.attendance.statuses import OWN_CHECK_IN, Method, Reason, State, Status
from lms.core import audit
from lms.core.access import Role
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.progress import activities
from lms.progress import services as progress

#: What is known otherwise than by one's own word: somebody may be the one who writes it down of themselves.
SAYS_OWN = {*OWN_CHECK_IN, Method.SHEET, Method.CLOSING, Method.MERGE}
#: A trainer corrects this long after the closing; monitoring later too (domain, §5).
TRAINER_CORRECTS_FOR = dt.timedelta(hours=48)


class By(Protocol):
    """Who acts: an ``Actor``, or who stands for one where nobody is signed in."""

    @property
    def person_id(self) -> int: ...

    @property
    def roles(self) -> frozenset[Role]: ...


@dataclass(frozen=True)
class Tap:
    """What a trainer says of one person."""

    enrolment_id: int
    status: Status
    #: Minutes attended by somebody late or gone early; None: not written down.
    minutes: int | None = None
    remark: str = ""
    #: The programme's own name of the status.
    name_id: int | None = None


def take(
    db: Session, half_day: HalfDay, taps: Sequence[Tap], *, actor_id: int, now: dt.datetime,
    method: Method = Method.ROLL_CALL, import_id: int | None = None,
) -> int:  # fmt: skip
    """Mark people; says how many marks differ from before. Lock the half-day first. ``import_id``: from that file.

    Raises HalfDayCancelled, HalfDayClosed, TooLateToCorrect on one that was opened again long ago, NotOnTheList for
    somebody who is not enrolled, and what ``write`` raises: then nothing is to be kept.
    """
    refuse_marks(half_day, now)
    rows = {one.enrolment.id: one for one in queries.marks.rows(db, half_day)}
    if any(tap.enrolment_id not in rows for tap in taps):
        raise NotOnTheList
    changed = [
        write(db, half_day, rows[tap.enrolment_id], tap, method, actor_id, now, import_id=import_id) for tap in taps
    ]
    db.flush()
    return sum(changed)


def is_own(row: Row, actor_id: int | None) -> bool:
    """Whether somebody would mark themselves: a trainer who is enrolled too."""
    return row.enrolment.person_id == actor_id


def refuse_marks(half_day: HalfDay, now: dt.datetime) -> None:
    """Raise HalfDayCancelled, HalfDayClosed or TooLateToCorrect where no marks are taken now."""
    if half_day.state is State.CANCELLED:
        raise HalfDayCancelled
    if half_day.state is State.CLOSED:
        raise HalfDayClosed
    # Left open, it would let a trainer change it without end.
    if half_day.reopened_until is not None and now > half_day.reopened_until:
        raise TooLateToCorrect


def refuse_longer(half_day: HalfDay, status: Status, minutes: int | None) -> None:
    """Raise LongerThanHalfDay for more minutes attended than the half-day has: asked wherever somebody says them."""
    if status.is_longer(minutes, half_day.minutes):
        raise LongerThanHalfDay(half_day.minutes)


def everyone_present(db: Session, half_day: HalfDay, *, actor_id: int, now: dt.datetime) -> int:
    """Mark as present those whom nobody has marked, but oneself; says how many."""
    unmarked = [one for one in queries.marks.rows(db, half_day) if one.mark is None and not is_own(one, actor_id)]
    taps = [Tap(one.enrolment.id, Status.PRESENT) for one in unmarked]
    return take(db, half_day, taps, actor_id=actor_id, now=now)


def said_by(mark: Mark | None) -> tuple[str | None, int | None, str, int | None]:
    """What a mark says of somebody: status, minutes, remark, the programme's own name; of nobody marked, none."""
    return (mark.status, mark.minutes, mark.remark, mark.name_id) if mark is not None else (None, None, "", None)


def key_of(rows: Sequence[Row]) -> str:
    """Names what a list says of everybody: somebody marked, or taken back, in between gives another key."""
    return confirming.key_of((row.enrolment.id, said_by(row.mark)) for row in rows)


def write(
    db: Session, half_day: HalfDay, row: Row, tap: Tap, method: Method, actor_id: int | None, now: dt.datetime,
    *, reason: str = "", reason_text: str = "", import_id: int | None = None,
) -> bool:  # fmt: skip
    """Write one mark and the row of its change; False where nothing differs. The one writer of marks.

    On a half-day that was opened again each change carries the reason of the opening, unless it has its own. A merge of
    accounts is none of those for which it was opened. Raises OwnMark.
    """
    if method not in SAYS_OWN and is_own(row, actor_id):
        raise OwnMark
    if not reason and method != Method.MERGE:
        reason, reason_text = half_day.reopened_reason, half_day.reopened_text
    minutes = tap.minutes if tap.status.has_minutes else None
    old = row.mark
    before = said_by(old)
    if before == (tap.status, minutes, tap.remark, tap.name_id):
        return False
    mark = old
    if mark is None:
        mark = Mark(
            half_day_id=half_day.id, enrolment_id=row.enrolment.id,
            organisation_id=row.enrolment.person.organisation_id or row.enrolment.organisation_id,
        )  # fmt: skip
        db.add(mark)
    mark.status, mark.minutes, mark.remark, mark.method = tap.status, minutes, tap.remark, method
    mark.name_id, mark.marked_at, mark.marked_by_id = tap.name_id, now, actor_id
    db.add(
        MarkChange(
            half_day_id=half_day.id, enrolment_id=row.enrolment.id, old_status=before[0], old_minutes=before[1],
            old_name_id=before[3], status=tap.status, minutes=minutes, name_id=tap.name_id, method=method,
            reason=reason, reason_text=reason_text,
            changed_at=now, changed_by_id=actor_id, import_id=import_id,
        )
    )  # fmt: skip
    return True


def mark_one(
    db: Session, half_day: HalfDay, row: Row, tap: Tap, method: Method, *, actor_id: int | None, now: dt.datetime
) -> bool:
    """Mark one person otherwise than on the roll call; False where nothing differs.

    The half-day is locked, or shared with others who check in. Raises HalfDayCancelled, HalfDayClosed.
    """
    refuse_marks(half_day, now)
    changed = write(db, half_day, row, tap, method, actor_id, now)
    db.flush()
    return changed


def close(db: Session, half_day: HalfDay, *, actor_id: int, now: dt.datetime, shown: str | None = None) -> None:
    """Countersign a half-day: whoever is not marked was absent; the ledger takes it over. Lock the half-day first.

    ``shown``: key of the list that somebody read and confirms; None where no page was shown. A second closing changes
    nothing. Raises HalfDayCancelled, NotBegun before its beginning, and MarkedMeanwhile where the list is another now.
    """
    if half_day.state is State.CANCELLED:
        raise HalfDayCancelled
    if half_day.state is State.CLOSED:
        return
    if now < half_day.starts_at:
        raise NotBegun
    rows = queries.marks.rows(db, half_day)
    if shown is not None and shown != key_of(rows):
        raise MarkedMeanwhile
    for row in rows:
        if becomes_absent(half_day, row):
            write(db, half_day, row, Tap(row.enrolment.id, Status.ABSENT), Method.CLOSING, actor_id, now)
    if not half_day.was_held:
        meeting_trainers.keep(db, [half_day])
    half_day.closed_at, half_day.closed_by_id = now, actor_id
    half_day.first_closed_at = half_day.first_closed_at or now
    half_day.closings += 1
    half_day.reopened_reason = half_day.reopened_text = ""
    db.flush()
    for row in queries.marks.rows(db, half_day):
        count(db, half_day, row, now=now)
    audit.record(db, "attendance.close-half-day", actor_id=actor_id, subject=half_day, now=now)
    events.half_day_closed.send(half_day, db=db, now=now)


def becomes_absent(half_day: HalfDay, row: Row) -> bool:
    """Whether the closing marks somebody as absent: nobody marked them, and they were enrolled by then."""
    return row.mark is None and row.enrolment.enrolled_at <= half_day.ends_at


def count(db: Session, half_day: HalfDay, row: Row, *, now: dt.datetime) -> None:
    """What the ledger holds of one person's half-day: 1 attended, 0 not; nothing of somebody who has no mark."""
    if row.mark is not None:
        _record(db, half_day, row.enrolment, row.mark, now=now)


def recount(db: Session, half_day: HalfDay, enrolment: Enrolment, *, now: dt.datetime) -> None:
    """Let the ledger follow a mark of a held half-day that was set, or taken away: then it is 0."""
    if half_day.was_held:
        _record(db, half_day, enrolment, db.get(Mark, (half_day.id, enrolment.id)), now=now)


def _record(db: Session, half_day: HalfDay, enrolment: Enrolment, mark: Mark | None, *, now: dt.datetime) -> None:
    status = Status(mark.status) if mark is not None else Status.ABSENT
    minutes = mark.minutes if mark is not None else None
    progress.record(
        db,
        enrolment,
        activities.half_day(half_day.id),
        module=half_day.meeting.module,
        share=int(status.is_attended(minutes, half_day.minutes)),
        minutes=status.minutes_of(minutes, half_day.minutes),
        happened_on=half_day.day,
        evidence={"half_day": half_day.id, "status": status.value if mark is not None else None},
        now=now,
    )


def corrects_until(half_day: HalfDay) -> dt.datetime | None:
    """Until when a trainer corrects, UTC: counted from the first closing. None before it."""
    return half_day.first_closed_at + TRAINER_CORRECTS_FOR if half_day.first_closed_at is not None else None


def may_correct(half_day: HalfDay, actor: By, *, now: dt.datetime) -> bool:
    """Whether somebody who sees the closed half-day may still change it."""
    until = corrects_until(half_day)
    if half_day.state is not State.CLOSED or until is None:
        return False
    return Role.MONITOR in actor.roles or now <= until


def refuse_corrections(half_day: HalfDay, actor: By, now: dt.datetime) -> None:
    """Raise HalfDayOpenAgain or TooLateToCorrect where somebody corrects nothing now."""
    if half_day.state is State.REOPENED:
        raise HalfDayOpenAgain
    if not may_correct(half_day, actor, now=now):
        raise TooLateToCorrect


def refuse_reopening(db: Session, half_day: HalfDay, actor: By, now: dt.datetime) -> None:
    """Raise TooLateToCorrect, or NobodyTakesTheRoll where the half-day would stay open."""
    if not may_correct(half_day, actor, now=now):
        raise TooLateToCorrect
    cohort = half_day.meeting.cohort
    if cohort.archived_at is not None or not programme.trainers_of(db, cohort.id):
        raise NobodyTakesTheRoll


def reopen(db: Session, half_day: HalfDay, *, reason: Reason, reason_text: str, actor: By, now: dt.datetime) -> None:
    """Take the roll again; what is changed carries the reason, and counts once it is closed again.

    Marks are taken for the rest of the trainer's 48 hours; opened by monitoring, for 48 hours from now.

    One that is open stays as it is. Lock the half-day first. Raises TooLateToCorrect, NobodyTakesTheRoll.
    """
    if half_day.state is not State.CLOSED:
        return
    refuse_reopening(db, half_day, actor, now)
    half_day.closed_at = half_day.closed_by_id = None
    half_day.reopened_reason, half_day.reopened_text = reason, reason_text
    until = corrects_until(half_day)
    half_day.reopened_until = now + TRAINER_CORRECTS_FOR if Role.MONITOR in actor.roles else until
    db.flush()
    audit.record(
        db, "attendance.reopen-half-day", actor_id=actor.person_id, subject=half_day,
        reason=str(reason_text or reason), now=now,
    )  # fmt: skip


def correct(
    db: Session, half_day: HalfDay, tap: Tap, *, reason: Reason, reason_text: str, actor: By, now: dt.datetime,
    method: Method = Method.CORRECTION, row: Row | None = None,
) -> None:  # fmt: skip
    """Change a mark of a closed half-day; the old value is kept, the ledger follows. Lock the half-day first.

    ``row``: of somebody who is not on the list yet. Raises what ``refuse_corrections`` raises, NotOnTheList, OwnMark,
    LongerThanHalfDay, NothingToCorrect.
    """
    refuse_corrections(half_day, actor, now)
    if method == Method.CORRECTION:
        # What was noted of a walk-in is said already.
        refuse_longer(half_day, tap.status, tap.minutes)
    row = row or queries.marks.row_or_none(db, half_day, tap.enrolment_id)
    if row is None:
        raise NotOnTheList
    before = value_of(row.mark.status, row.mark.name_id) if row.mark is not None else None
    if not write(db, half_day, row, tap, method, actor.person_id, now, reason=reason, reason_text=reason_text):
        raise NothingToCorrect
    db.flush()
    row = queries.marks.row_or_none(db, half_day, tap.enrolment_id)
    if row is not None:
        count(db, half_day, row, now=now)
    audit.record(
        db, "attendance.correct-mark", actor_id=actor.person_id, subject=half_day, reason=str(reason_text or reason),
        now=now, enrolment_id=tap.enrolment_id, before=before, after=value_of(tap.status.value, tap.name_id),
    )  # fmt: skip
    events.mark_corrected.send(half_day, db=db, enrolment_id=tap.enrolment_id, actor_id=actor.person_id, now=now)
