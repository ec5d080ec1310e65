"""SELECTs of the short reports of meetings, and of the figures beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.accounts.actor import Actor
from lms.attendance.models import HalfDay, Mark, Meeting, ShortReport
from lms.attendance.queries.groups import in_group
from lms.attendance.queries.meeting_trainers import leads
from lms.attendance.queries.meetings import cohorts_of
from lms.attendance.statuses import State
from lms.programme.models import Enrolment
from lms.programme.queries import is_present, taught_now


def meeting_or_none(
    db: Session, meeting_id: int, *, actor: Actor, taught: bool = False, lock: bool = False
) -> Meeting | None:
    """A meeting of ``cohorts_of``; ``lock``: those who write its report follow each other."""
    cohort_ids = cohorts_of(actor, taught=taught)
    query = (
        sa.select(Meeting)
        .options(selectinload(Meeting.half_days), joinedload(Meeting.cohort, innerjoin=True))
        .where(Meeting.id == meeting_id, Meeting.cohort_id.in_(cohort_ids))
    )
    return db.scalars(query.with_for_update(of=Meeting) if lock else query).first()


def of_meeting(db: Session, meeting_id: int) -> ShortReport | None:
    """The report of a meeting as it is stored, with who wrote it."""
    query = sa.select(ShortReport).options(joinedload(ShortReport.written_by))
    return db.scalars(query.where(ShortReport.meeting_id == meeting_id)).first()


def missing(db: Session, trainer_id: int, *, today: dt.date, since: dt.date) -> Sequence[Meeting]:
    """Meetings that a trainer leads without a report whose last day is between two days, the oldest first."""
    takes_place = sa.and_(HalfDay.meeting_id == Meeting.id, HalfDay.cancelled_at.is_(None))
    last = sa.select(sa.func.max(HalfDay.day)).where(takes_place).correlate(Meeting).scalar_subquery()
    query = (
        sa.select(Meeting)
        .join(Meeting.cohort)
        .options(contains_eager(Meeting.cohort), selectinload(Meeting.half_days))
        .where(
            Meeting.cohort_id.in_(taught_now(trainer_id)), leads(trainer_id), last >= since, last <= today,
            ~sa.exists().where(ShortReport.meeting_id == Meeting.id),
        )
        .order_by(last, Meeting.id)
    )  # fmt: skip
    return db.scalars(query).all()


@dataclass(frozen=True)
class GroupFigures:
    """People of one kind at a meeting."""

    key: str | None
    people: int
    #: Who attended one half-day at least, and who all that are closed.
    came: int
    came_to_all: int


@dataclass(frozen=True)
class Figures:
    """Who was expected at a meeting and who came, as its closed half-days say."""

    all: GroupFigures
    by_sex: Sequence[GroupFigures]
    by_level: Sequence[GroupFigures]
    closed: int
    planned: int


def figures(db: Session, meeting: Meeting) -> Figures:
    """Counted from the marks, in two statements; sex and level are those of the enrolment."""
    closed = [one for one in meeting.taking_place if one.state is State.CLOSED]
    marks = db.scalars(
        sa.select(Mark).options(joinedload(Mark.half_day)).where(Mark.half_day_id.in_([one.id for one in closed]))
    ).all()
    attended: dict[int, int] = {}
    for mark in marks:
        attended[mark.enrolment_id] = attended.get(mark.enrolment_id, 0) + mark.is_attended
    people = db.scalars(
        sa.select(Enrolment).where(
            Enrolment.cohort_id == meeting.cohort_id, Enrolment.is_test.is_(False),
            Enrolment.merged_into_id.is_(None),
            sa.or_(sa.and_(is_present(), *in_group(meeting.group_id)), Enrolment.id.in_(attended)),
        )
    ).all()  # fmt: skip

    def group(key: str | None, members: Sequence[Enrolment]) -> GroupFigures:
        counts = [attended.get(one.id, 0) for one in members]
        all_of_them = sum(count == len(closed) for count in counts) if closed else 0
        return GroupFigures(key, len(members), sum(count > 0 for count in counts), all_of_them)

    def by(kind: Callable[[Enrolment], str | None]) -> list[GroupFigures]:
        keys = sorted({kind(one) for one in people}, key=lambda key: (key is None, key or ""))
        return [group(key, [one for one in people if kind(one) == key]) for key in keys]

    return Figures(
        group(None, people), by(lambda one: one.sex), by(lambda one: one.level), len(closed), len(meeting.taking_place)
    )
