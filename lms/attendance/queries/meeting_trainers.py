"""Who leads a meeting: the trainers picked for it, else all of its cohort; who led what was held is kept with it.

The one place that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from lms.accounts.models import Person
from lms.attendance.models import HalfDay, HalfDayTrainer, Meeting, MeetingTrainer
from lms.programme import queries as programme
from lms.programme.models import CohortTrainer


def trainers_of(db: Session, meeting: Meeting) -> Sequence[Person]:
    """Who leads it, by name, in two statements at most."""
    return picked_of(db, [meeting]).get(meeting.id) or programme.trainers_of(db, meeting.cohort_id)


def picked_of(db: Session, meetings: Sequence[Meeting]) -> dict[int, list[Person]]:
    """Those picked for each meeting, by name; one that has none stands not here. One statement."""
    query = (
        sa.select(MeetingTrainer.meeting_id, Person)
        .join(Person, Person.id == MeetingTrainer.person_id)
        .where(MeetingTrainer.meeting_id.in_({one.id for one in meetings}))
        .order_by(Person.sort_fr, Person.id)
    )
    found: dict[int, list[Person]] = {}
    for meeting_id, person in db.execute(query):
        found.setdefault(meeting_id, []).append(person)
    return found


def of_half_days(db: Session, half_days: Sequence[HalfDay]) -> dict[int, Sequence[Person]]:
    """Who led each half-day of one meeting, or is to lead it, by name; in three statements at most.

    Two accounts that became one are one person.
    """
    written = aliased(Person)
    query = (
        sa.select(HalfDayTrainer.half_day_id, Person)
        .join(written, written.id == HalfDayTrainer.person_id)
        .join(Person, Person.id == sa.func.coalesce(written.merged_into_id, written.id))
        .where(HalfDayTrainer.half_day_id.in_([one.id for one in half_days]))
        .order_by(Person.sort_fr, Person.id)
    )
    led: dict[int, list[Person]] = {}
    for half_day_id, person in db.execute(query):
        led.setdefault(half_day_id, []).append(person)
    if all(one.was_held for one in half_days):
        return {one.id: led.get(one.id, []) for one in half_days}
    to_lead = trainers_of(db, half_days[0].meeting)
    return {one.id: led.get(one.id, []) if one.was_held else to_lead for one in half_days}


def together(trainers: Iterable[Sequence[Person]]) -> list[Person]:
    """Those who lead any of some half-days, each once."""
    return list({person.id: person for led in trainers for person in led}.values())


def picked_ids(db: Session, meeting_id: int) -> list[int]:
    """Ids of those picked for a meeting."""
    query = sa.select(MeetingTrainer.person_id).where(MeetingTrainer.meeting_id == meeting_id)
    return sorted(db.scalars(query))


def leads(person_id: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Condition on meetings of somebody's own cohorts: that they lead it."""
    picked = sa.exists().where(MeetingTrainer.meeting_id == Meeting.id)
    return sa.or_(~picked, picked.where(MeetingTrainer.person_id == person_id))


def leaders(db: Session, half_day_ids: Sequence[int]) -> Sequence[tuple[Person, int]]:
    """(trainer, half-day) for each trainer who leads it; asks nothing for none."""
    if not half_day_ids:
        return []
    query = (
        sa.select(Person, HalfDay.id)
        .join(CohortTrainer, CohortTrainer.person_id == Person.id)
        .join(Meeting, Meeting.cohort_id == CohortTrainer.cohort_id)
        .join(HalfDay, HalfDay.meeting_id == Meeting.id)
        .where(HalfDay.id.in_(half_day_ids), leads(CohortTrainer.person_id))  # type: ignore[arg-type]
        .order_by(Person.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def of_person(db: Session, person_id: int) -> Sequence[Meeting]:
    """Meetings that somebody was picked for or led a half-day of, the oldest first, with their half-days."""
    picked = sa.select(MeetingTrainer.meeting_id).where(MeetingTrainer.person_id == person_id)
    own = sa.select(Person.id).where(sa.or_(Person.id == person_id, Person.merged_into_id == person_id))
    led = sa.select(HalfDay.meeting_id).join(HalfDayTrainer).where(HalfDayTrainer.person_id.in_(own))
    query = (
        sa.select(Meeting)
        .join(Meeting.half_days)
        .options(contains_eager(Meeting.half_days))
        .where(sa.or_(Meeting.id.in_(picked), Meeting.id.in_(led)))
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return db.scalars(query).unique().all()
