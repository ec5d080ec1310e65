"""SELECTs of people who came without standing on the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import Person
from lms.attendance.models import HalfDay, Meeting, WalkIn
from lms.attendance.queries import marks
from lms.attendance.queries.marks import Row
from lms.core.text import fold
from lms.programme.models import Enrolment
from lms.programme.queries import is_present, taught_now


def of_half_day(db: Session, half_day_id: int) -> Sequence[WalkIn]:
    """All of one half-day, those that wait first, then in the order they came."""
    query = (
        sa.select(WalkIn)
        .options(
            joinedload(WalkIn.person).joinedload(Person.organisation),
            joinedload(WalkIn.enrolment).joinedload(Enrolment.person),
        )
        .where(WalkIn.half_day_id == half_day_id)
        .order_by(WalkIn.decided_at.is_not(None), WalkIn.id)
    )
    return db.scalars(query).all()


def one_or_none(db: Session, half_day: HalfDay, walk_in_id: int) -> WalkIn | None:
    """One of a half-day that the caller may open."""
    return db.scalars(sa.select(WalkIn).where(WalkIn.id == walk_in_id, WalkIn.half_day_id == half_day.id)).first()


def of_person(db: Session, half_day_id: int, person_id: int) -> WalkIn | None:
    """What somebody asked for themselves at a half-day."""
    query = sa.select(WalkIn).where(WalkIn.half_day_id == half_day_id, WalkIn.person_id == person_id)
    return db.scalars(query).first()


def waiting(db: Session, half_day_id: int) -> int:
    """How many nobody has matched or refused."""
    query = sa.select(sa.func.count()).where(WalkIn.half_day_id == half_day_id, WalkIn.decided_at.is_(None))
    return db.scalar(query) or 0


def matched(db: Session, half_day_id: int) -> set[int]:
    """Enrolments of those who were matched with somebody of the training session."""
    query = sa.select(WalkIn.enrolment_id).where(WalkIn.half_day_id == half_day_id)
    return {one for one in db.scalars(query) if one is not None}


def waiting_of_trainer(db: Session, trainer_id: int, *, closed_since: dt.datetime) -> Sequence[tuple[HalfDay, int]]:
    """Half-days of a trainer's cohorts where somebody waits, the oldest first, and how many.

    Without those first closed before ``closed_since``: they are for monitoring.
    """
    query = (
        sa.select(HalfDay, sa.func.count(WalkIn.id))
        .join(WalkIn, WalkIn.half_day_id == HalfDay.id)
        .join(Meeting, Meeting.id == HalfDay.meeting_id)
        .where(Meeting.cohort_id.in_(taught_now(trainer_id)), WalkIn.decided_at.is_(None))
        .where(sa.or_(HalfDay.first_closed_at.is_(None), HalfDay.first_closed_at >= closed_since))
        .group_by(HalfDay.id)
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return [(half_day, number) for half_day, number in db.execute(query)]


def enrolment_of(db: Session, walk_in: WalkIn) -> Enrolment | None:
    """Where somebody who asked is enrolled now, in the cohort of the half-day."""
    query = sa.select(Enrolment).where(
        Enrolment.cohort_id == walk_in.half_day.meeting.cohort_id, Enrolment.person_id == walk_in.person_id,
        is_present(),
    )  # fmt: skip
    return db.scalars(query).first()


def row_or_none(db: Session, half_day: HalfDay, enrolment_id: int) -> Row | None:
    """Somebody of the cohort at a half-day, on its list or, of another group, not yet."""
    row = marks.row_or_none(db, half_day, enrolment_id)
    if row is not None:
        return row
    others = marks.enrolled(db, half_day.meeting.cohort_id)
    return next((Row(0, one, None) for one in others if one.id == enrolment_id), None)


def free(db: Session, half_day: HalfDay) -> list[Enrolment]:
    """Those of the cohort who are not marked as attending, by name: one of them may be who nobody knew."""
    there = {one.enrolment.id for one in marks.rows(db, half_day) if one.mark is not None and one.mark.is_attended}
    people = [one for one in marks.enrolled(db, half_day.meeting.cohort_id) if one.id not in there]
    return sorted(people, key=lambda one: (one.person.sort_fr, one.id))


def like(name: str, people: Iterable[Enrolment]) -> Enrolment | None:
    """The one of them whose name in either script holds the same words, whatever their order and accents."""
    words = set(fold(name).split())
    return next(
        (
            one
            for one in people
            for text in one.person.name.as_dict().values()
            if words and set(fold(text).split()) == words
        ),
        None,
    )


def data_of(db: Session, person_id: int) -> Sequence[tuple[WalkIn, dt.date]]:
    """What is kept of a person who came without standing on the list, with the day."""
    mine = sa.or_(
        WalkIn.person_id == person_id,
        WalkIn.enrolment_id.in_(sa.select(Enrolment.id).where(Enrolment.person_id == person_id)),
    )
    query = sa.select(WalkIn, HalfDay.day).join(HalfDay, HalfDay.id == WalkIn.half_day_id).where(mine)
    return [(one, day) for one, day in db.execute(query.order_by(WalkIn.id))]
