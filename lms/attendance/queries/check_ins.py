"""SELECTs of check-ins, and of half-days as somebody who arrives meets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Person
from lms.attendance.models import CheckIn, HalfDay, Mark, Meeting
from lms.attendance.queries import marks
from lms.attendance.queries.groups import is_for
from lms.attendance.statuses import CAME
from lms.programme import queries as programme
from lms.programme.models import Enrolment

#: Around the day: a zone may be a day ahead or behind.
BESIDE = dt.timedelta(days=1)


def half_day_or_none(db: Session, half_day_id: int, *, share: bool = False) -> HalfDay | None:
    """A half-day whoever asks, with meeting and cohort.

    ``share``: on PostgreSQL many who check in hold the row side by side, and whoever marks, strikes or closes waits for
    them, and they for it: nobody is written after the closing. SQLite lets one transaction write at a time anyway.
    """
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .options(contains_eager(HalfDay.meeting).joinedload(Meeting.cohort))
        .where(HalfDay.id == half_day_id)
    )
    if share:
        query = query.with_for_update(read=True, of=HalfDay).execution_options(populate_existing=True)
    return db.scalars(query).first()


def find(db: Session, half_day_id: int, enrolment_id: int) -> CheckIn | None:
    return db.get(CheckIn, (half_day_id, enrolment_id), populate_existing=True)


def of_person(db: Session, half_day_id: int, person_id: int) -> CheckIn | None:
    """Somebody's own check-in at a half-day."""
    query = (
        sa.select(CheckIn)
        .join(CheckIn.enrolment)
        .where(CheckIn.half_day_id == half_day_id, Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None))
    )
    return db.scalars(query).first()


def arrivals(db: Session, half_day_id: int) -> Sequence[CheckIn]:
    """Check-ins of a half-day, the newest first, each with the person and who struck it out."""
    query = (
        sa.select(CheckIn)
        .join(CheckIn.enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(CheckIn.enrolment).options(
                contains_eager(Enrolment.person), joinedload(Enrolment.organisation)
            ),
            joinedload(CheckIn.struck_by),
        )
        .where(CheckIn.half_day_id == half_day_id, Enrolment.merged_into_id.is_(None))
        .order_by(CheckIn.at.desc(), CheckIn.enrolment_id.desc())
    )
    return db.scalars(query).all()


def came_of_all(db: Session, half_day: HalfDay) -> tuple[int, int]:
    """How many people are marked as having come, of how many on the list: two figures in one statement."""
    came = Mark.status.in_(CAME)
    query = (
        sa.select(sa.func.count(sa.case((came, 1))), sa.func.count())
        .select_from(Enrolment)
        .outerjoin(Mark, sa.and_(Mark.enrolment_id == Enrolment.id, Mark.half_day_id == half_day.id))
        .where(marks.on_the_list(half_day, half_day.meeting))
    )
    here, people = db.execute(query).one()
    return here, people


def around(db: Session, person_id: int, *, day: dt.date) -> Sequence[HalfDay]:
    """Half-days of somebody's cohorts on a day or beside it that take place, the earliest first."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .join(Enrolment, Enrolment.cohort_id == Meeting.cohort_id)
        .options(contains_eager(HalfDay.meeting))
        .where(
            Enrolment.person_id == person_id, programme.is_present(), HalfDay.cancelled_at.is_(None),
            is_for(person_id), HalfDay.day >= day - BESIDE, HalfDay.day <= day + BESIDE,
        )
        .order_by(HalfDay.day, HalfDay.starts)
    )  # fmt: skip
    return db.scalars(query).unique().all()


def data_of(db: Session, person_id: int) -> Sequence[tuple[CheckIn, dt.date]]:
    """All check-ins of a person with the day of the half-day, the oldest first."""
    query = (
        sa.select(CheckIn, HalfDay.day)
        .join(CheckIn.half_day)
        .join(CheckIn.enrolment)
        .join(Enrolment.person)
        .where(Person.id == person_id)
        .order_by(CheckIn.at)
    )
    return [(check_in, day) for check_in, day in db.execute(query)]
