"""Planning meetings: making and changing them, and single half-days of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lms.attendance import mails, naming, queries
from lms.attendance.errors import HalfDayCancelled, HalfDaysOverlap, HasMarks, OutsideCohort
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.services import meeting_trainers
from lms.attendance.statuses import State
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.clock import PROGRAMME_ZONE, WEEKEND
from lms.core.edits import check_version
from lms.core.i18n import long_date
from lms.programme.models import Cohort


@dataclass(frozen=True)
class Times:
    """When a half-day begins and ends on the wall."""

    starts: dt.time
    ends: dt.time


#: As half-days are usually held; a page proposes them.
MORNING, AFTERNOON = Times(dt.time(9), dt.time(12, 30)), Times(dt.time(14), dt.time(17))


@dataclass(frozen=True)
class Slot:
    """A half-day to plan."""

    day: dt.date
    starts: dt.time
    ends: dt.time


@dataclass(frozen=True)
class About:
    """What a meeting is, but for its half-days."""

    module: str
    title: Bilingual
    mode: str
    place: str = ""
    link: str = ""
    #: For one group only; None: for all.
    group_id: int | None = None
    #: Trainers of the cohort who lead it; none: all of them.
    trainer_ids: frozenset[int] = frozenset()

    def columns(self) -> dict[str, Any]:
        """What stands in the row of the meeting."""
        return {name: value for name, value in vars(self).items() if name != "trainer_ids"}


def working_days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Days from the first to the last without the weekends between; the first one always."""
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        if number == 0 or day.weekday() not in WEEKEND:
            yield day


def plan(
    db: Session,
    cohort: Cohort,
    about: About,
    *,
    first: dt.date,
    last: dt.date,
    morning: Times | None,
    afternoon: Times | None,
    actor_id: int,
    now: dt.datetime,
) -> Meeting:
    """A meeting with a half-day for each time of each working day. Raises what ``plan_slots`` raises."""
    refuse_outside(cohort, first, "first")
    slots = [
        Slot(day, times.starts, times.ends)
        for day in working_days(first, last)
        for times in (morning, afternoon)
        if times is not None
    ]
    refuse_outside(cohort, slots[-1].day, "last")
    field = {times.starts: name for times, name in ((afternoon, "afternoon_starts"), (morning, "morning_starts"))
             if times is not None}  # fmt: skip
    return plan_slots(
        db, cohort, about, slots, fields=[field[one.starts] for one in slots], actor_id=actor_id, now=now
    )  # fmt: skip


def plan_slots(
    db: Session, cohort: Cohort, about: About, slots: Sequence[Slot], *, fields: Sequence[str], actor_id: int,
    now: dt.datetime, import_id: int | None = None,
) -> Meeting:  # fmt: skip
    """A meeting with just these half-days.

    Raises HalfDaysOverlap with the one of ``fields`` at the slot's place, OutsideCohort, NoTrainerOfCohort.
    """
    for slot in slots:
        refuse_outside(cohort, slot.day, "day")
    meeting = Meeting(cohort_id=cohort.id, import_id=import_id, **about.columns())
    meeting.half_days = [
        HalfDay(day=one.day, starts=one.starts, ends=one.ends, zone=str(PROGRAMME_ZONE)) for one in slots
    ]
    queries.meetings.queue(db, cohort.id)
    meeting.listed = queries.marks.by_name(db, cohort.id)
    days = [one.day for one in slots]
    others = queries.meetings.of_cohort(db, cohort.id, from_day=min(days), to_day=max(days))
    for one, field in zip(meeting.half_days, fields, strict=True):
        _refuse_overlap(db, one, [*others, *(other for other in meeting.half_days if other is not one)], field)
    db.add(meeting)
    db.flush()
    meeting_trainers.pick(db, meeting, about.trainer_ids)
    audit.record(
        db, "attendance.plan-meeting", actor_id=actor_id, subject=meeting, now=now, after=as_json(db, meeting)
    )  # fmt: skip
    return meeting


def refuse_outside(cohort: Cohort, day: dt.date, field: str) -> None:
    """Raise OutsideCohort for a day before the cohort's first or after its last."""
    if not cohort.starts_on <= day <= cohort.ends_on:
        raise OutsideCohort(field, long_date(cohort.starts_on), long_date(cohort.ends_on))


def _refuse_overlap(db: Session, one: HalfDay, others: Sequence[HalfDay], field: str) -> None:
    for other in others:
        at_once = one.day == other.day and one.starts < other.ends and other.starts < one.ends
        if at_once and concerns_both(one.meeting.group_id, other.meeting.group_id):
            with db.no_autoflush:
                other_named = naming.in_sentence(db, other)
            raise HalfDaysOverlap(field, other_named)


def concerns_both(group_id: int | None, other_id: int | None) -> bool:
    """Whether somebody would have to be at meetings of both: not where each is for another group."""
    return group_id == other_id or None in (group_id, other_id)


def as_json(db: Session, meeting: Meeting) -> dict[str, Any]:
    """All that is decided about a meeting and its half-days; without trainers all of the cohort lead it."""
    return {
        "module": meeting.module,
        "title": meeting.title.as_dict(),
        "mode": meeting.mode,
        "place": meeting.place,
        "link": meeting.link,
        "group_id": meeting.group_id,
        "trainers": queries.meeting_trainers.picked_ids(db, meeting.id),
        # By day: a file may name them in another order than they are read back in.
        "half_days": sorted(_when(one) for one in meeting.half_days),
    }


def _when(one: HalfDay) -> str:
    return f"{one.day.isoformat()} {one.starts:%H:%M}–{one.ends:%H:%M}"


def edit(db: Session, meeting: Meeting, about: About, *, version: int | None, actor_id: int, now: dt.datetime) -> None:
    """Store what was changed about a meeting.

    Raises EditedMeanwhile, HasMarks, HalfDaysOverlap, NoTrainerOfCohort.
    """
    check_version(meeting, version)
    # Nobody is marked between the question whether somebody is and the answer.
    queries.meetings.lock_half_days(db, HalfDay.meeting_id == meeting.id)
    before = as_json(db, meeting)
    is_another = (before["module"], before["group_id"]) != (about.module, about.group_id)
    if is_another and any(queries.marks.has_marks(db, one.id) for one in meeting.half_days):
        raise HasMarks
    for name, value in about.columns().items():
        setattr(meeting, name, value)
    if before["group_id"] != about.group_id:
        _refuse_other_group(db, meeting)
    db.flush()
    if meeting_trainers.pick(db, meeting, about.trainer_ids):
        # They stand in a table of their own; the version counts changes of these too.
        flag_modified(meeting, "module")
        db.flush()
    if (after := as_json(db, meeting)) == before:
        return
    audit.record(
        db, "attendance.edit-meeting", actor_id=actor_id, subject=meeting, now=now, before=before, after=after
    )  # fmt: skip
    if (before["place"], before["link"]) != (meeting.place, meeting.link):
        coming = [one for one in meeting.half_days if one.state is not State.CANCELLED and one.ends_at > now]
        mails.tell(db, meeting, coming, now=now)


def _refuse_other_group(db: Session, meeting: Meeting) -> None:
    queries.meetings.queue(db, meeting.cohort_id)
    for one in meeting.taking_place:
        others = queries.meetings.of_cohort(db, meeting.cohort_id, from_day=one.day, to_day=one.day)
        _refuse_overlap(db, one, [other for other in others if other.id != one.id], "group")


def move(
    db: Session, half_day: HalfDay, *, day: dt.date, starts: dt.time, ends: dt.time, actor_id: int, now: dt.datetime
) -> None:
    """Hold a half-day at another time. Raises HalfDayCancelled, HasMarks once somebody is marked, HalfDaysOverlap.

    Raises OutsideCohort too: a day that was planned before the cohort's days changed may stay.
    """
    if half_day.state is State.CANCELLED:
        raise HalfDayCancelled
    before = _when(half_day)
    if (half_day.day, half_day.starts, half_day.ends) == (day, starts, ends):
        return
    was_coming = half_day.ends_at > now
    if half_day.was_held or queries.marks.has_marks(db, half_day.id):
        raise HasMarks
    if day != half_day.day:
        refuse_outside(half_day.meeting.cohort, day, "day")
    queries.meetings.queue(db, half_day.meeting.cohort_id)
    others = queries.meetings.of_cohort(db, half_day.meeting.cohort_id, from_day=day, to_day=day)
    with db.no_autoflush:
        half_day.day, half_day.starts, half_day.ends = day, starts, ends
        _refuse_overlap(db, half_day, [one for one in others if one.id != half_day.id], "starts")
    db.flush()
    audit.record(
        db, "attendance.move-half-day", actor_id=actor_id, subject=half_day, now=now, before=before,
        after=_when(half_day),
    )  # fmt: skip
    if was_coming or half_day.ends_at > now:
        mails.tell(db, half_day.meeting, [half_day], now=now)


def cancel(db: Session, half_day: HalfDay, *, actor_id: int, now: dt.datetime) -> None:
    """A half-day does not take place; it is planned no longer. Raises HasMarks once somebody is marked."""
    if half_day.state is State.CANCELLED:
        return
    if half_day.was_held or queries.marks.has_marks(db, half_day.id):
        raise HasMarks
    half_day.cancelled_at = now
    db.flush()
    audit.record(db, "attendance.cancel-half-day", actor_id=actor_id, subject=half_day, now=now, before=_when(half_day))
    if half_day.ends_at > now:
        mails.tell(db, half_day.meeting, [half_day], now=now)
