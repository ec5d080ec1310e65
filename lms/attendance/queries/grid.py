"""SELECTs of the grid of a cohort: its half-days, its people, what was marked. As many statements whatever the size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Person
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.queries.groups import membership
from lms.attendance.queries.meetings import planned_of
from lms.programme.models import Enrolment


@dataclass(frozen=True)
class Narrowed:
    """What a grid is narrowed to; what says nothing narrows nothing."""

    #: Slug.
    module: str = ""
    #: Organisation on the day of the half-day.
    organisation_id: int | None = None
    from_day: dt.date | None = None
    to_day: dt.date | None = None

    @property
    def has_days(self) -> bool:
        return self.from_day is not None or self.to_day is not None

    def holds(self, half_day: HalfDay) -> bool:
        """Whether the half-day is in it; its organisation is that of each person."""
        return (
            (not self.module or half_day.meeting.module == self.module)
            and (self.from_day is None or half_day.day >= self.from_day)
            and (self.to_day is None or half_day.day <= self.to_day)
        )


@dataclass(frozen=True)
class Found:
    """What a grid is made of. Marks and corrections by (half-day, enrolment)."""

    half_days: Sequence[HalfDay]
    enrolments: Sequence[Enrolment]
    marks: dict[tuple[int, int], Mark]
    corrected: frozenset[tuple[int, int]]
    #: Group of each enrolment that belongs to one.
    groups: dict[int, int]


def of_cohort(db: Session, cohort_id: int, narrowed: Narrowed, *, lang: str) -> Found:
    """Everybody of the cohort by name in ``lang``, never test accounts, with the half-days that take place."""
    half_days = [one for one in planned_of(db, [cohort_id]) if narrowed.holds(one)]
    ids = [one.id for one in half_days]
    marks = db.scalars(
        sa.select(Mark).options(joinedload(Mark.organisation)).where(Mark.half_day_id.in_(ids))
    ).all()  # fmt: skip
    changes = db.execute(
        sa.select(MarkChange.half_day_id, MarkChange.enrolment_id).where(
            MarkChange.half_day_id.in_(ids), MarkChange.reason != ""
        )
    )
    return Found(
        half_days,
        _people(db, cohort_id, lang),
        {(one.half_day_id, one.enrolment_id): one for one in marks},
        frozenset((row[0], row[1]) for row in changes),
        membership(db, cohort_id),
    )


def _people(db: Session, cohort_id: int, lang: str) -> Sequence[Enrolment]:
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.person), joinedload(Enrolment.organisation), joinedload(Enrolment.cohort)
        )
        .where(
            Enrolment.cohort_id == cohort_id, Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False)
        )
        .order_by(Person.sort_ar if lang == "ar" else Person.sort_fr, Enrolment.id)
    )  # fmt: skip
    return db.scalars(query).all()
