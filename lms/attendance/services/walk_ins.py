"""People who came without standing on the list: they ask or are noted, then a trainer matches or refuses them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import arriving, queries
from lms.attendance.arriving import Window
from lms.attendance.errors import (
    DecidedAlready,
    HalfDayCancelled,
    NotOnTheList,
    NotOpenYet,
    TooLateToCheckIn,
    TooLateToCorrect,
)
from lms.attendance.models import HalfDay, WalkIn
from lms.attendance.services import marks
from lms.attendance.services.marks import By, Tap
from lms.attendance.statuses import Method, Reason, State, Status
from lms.core import audit
from lms.core import db as database
from lms.programme import services as programme


@dataclass(frozen=True)
class Newcomer:
    """What a trainer writes of somebody who is not on the list."""

    name: str
    organisation: str
    contact: str
    status: Status
    minutes: int | None = None


def ask(db: Session, half_day: HalfDay, person_id: int, *, now: dt.datetime) -> None:
    """Somebody with an account who is not enrolled asks to be taken in; asking again changes nothing.

    They are noted as present or late by the time. Raises TooLateToCheckIn, NotOpenYet.
    """
    where = arriving.window(half_day, now)
    if where is Window.OVER:
        raise TooLateToCheckIn
    if where is not Window.OPEN:
        raise NotOpenYet
    status, minutes = arriving.status_at(half_day, now)
    database.insert_if_absent(
        db, WalkIn, half_day_id=half_day.id, person_id=person_id, name="", organisation="", contact="",
        status=status.value, minutes=minutes, noted_at=now, noted_by_id=person_id,
    )  # fmt: skip


def note(db: Session, half_day: HalfDay, said: Newcomer, *, actor: By, now: dt.datetime) -> WalkIn:
    """Write down somebody by name; after the closing as long as marks may be corrected.

    Raises HalfDayCancelled, TooLateToCorrect, LongerThanHalfDay.
    """
    if half_day.state is State.CANCELLED:
        raise HalfDayCancelled
    _refuse_late(half_day, actor, now)
    marks.refuse_longer(half_day, said.status, said.minutes)
    found = WalkIn(
        half_day_id=half_day.id, name=said.name, organisation=said.organisation, contact=said.contact,
        status=said.status.value, minutes=said.minutes if said.status.has_minutes else None, noted_at=now,
        noted_by_id=actor.person_id,
    )  # fmt: skip
    db.add(found)
    db.flush()
    audit.record(db, "attendance.note-walk-in", actor_id=actor.person_id, subject=found, now=now)
    return found


def _refuse_late(half_day: HalfDay, actor: By, now: dt.datetime) -> None:
    if half_day.state is State.CLOSED and not marks.may_correct(half_day, actor, now=now):
        raise TooLateToCorrect


def enrol(db: Session, walk_in: WalkIn, *, actor: By, now: dt.datetime) -> None:
    """Enrol somebody who asked with an account, and mark them. Lock the half-day first.

    Raises what ``match`` raises; NotOnTheList for an account that cannot be enrolled, or left the training session.
    """
    _refuse_decided(walk_in)
    if walk_in.person_id is None:
        raise NotOnTheList
    programme.enrolments.enrol_together(
        db, walk_in.half_day.meeting.cohort, [walk_in.person_id], actor_id=actor.person_id, now=now
    )
    found = queries.walk_ins.enrolment_of(db, walk_in)
    if found is None:
        raise NotOnTheList
    match(db, walk_in, found.id, actor=actor, now=now)


def match(db: Session, walk_in: WalkIn, enrolment_id: int, *, actor: By, now: dt.datetime) -> None:
    """Say that this was somebody of the training session: the mark becomes what was noted, unless they attended.

    Of another group too: the mark puts them on the list. Lock the half-day first. Raises DecidedAlready, NotOnTheList,
    OwnMark, TooLateToCorrect.
    """
    _refuse_decided(walk_in)
    half_day = walk_in.half_day
    _refuse_late(half_day, actor, now)
    row = queries.walk_ins.row_or_none(db, half_day, enrolment_id)
    if row is None:
        raise NotOnTheList
    if row.mark is None or not row.mark.is_attended:
        tap = Tap(enrolment_id, Status(walk_in.status), walk_in.minutes, row.mark.remark if row.mark else "")
        if half_day.state is not State.CLOSED:
            marks.mark_one(db, half_day, row, tap, Method.WALK_IN, actor_id=actor.person_id, now=now)
        else:
            marks.correct(
                db, half_day, tap, reason=Reason.WALK_IN, reason_text="", actor=actor, now=now,
                method=Method.WALK_IN, row=row,
            )  # fmt: skip
    _decide(db, walk_in, "attendance.match-walk-in", actor, now, enrolment_id=enrolment_id)


def refuse(db: Session, walk_in: WalkIn, *, actor: By, now: dt.datetime) -> None:
    """Say that this person does not belong to the half-day. Raises DecidedAlready, TooLateToCorrect."""
    _refuse_decided(walk_in)
    _refuse_late(walk_in.half_day, actor, now)
    _decide(db, walk_in, "attendance.refuse-walk-in", actor, now)


def _refuse_decided(walk_in: WalkIn) -> None:
    if walk_in.decided_at is not None:
        raise DecidedAlready


def _decide(
    db: Session, walk_in: WalkIn, action: str, actor: By, now: dt.datetime, *, enrolment_id: int | None = None
) -> None:
    walk_in.enrolment_id, walk_in.decided_at, walk_in.decided_by_id = enrolment_id, now, actor.person_id
    db.flush()
    audit.record(db, action, actor_id=actor.person_id, subject=walk_in, now=now, enrolment_id=enrolment_id)
