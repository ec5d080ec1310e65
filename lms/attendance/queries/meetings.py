"""SELECTs of meetings and their half-days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from lms.accounts.actor import Actor
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.queries.groups import is_for
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Cohort
from lms.programme.queries import running_enrolments, taught_now


def cohorts_of(actor: Actor, *, taught: bool = False) -> sa.Select[Any]:
    """Ids of the cohorts whose attendance somebody opens: monitoring all, trainers theirs. The one rule of this room.

    ``taught``: those in which they take it. Whoever trains one cohort and monitors takes no roll in the others, and
    another role beside that of a trainer opens none.
    """
    if Role.MONITOR in actor.roles and not taught:
        return sa.select(Cohort.id)
    if Role.TRAINER not in actor.roles:
        return sa.select(Cohort.id).where(sa.false())
    return taught_now(actor.person_id)


def visible_to(actor: Actor, *, taught: bool = False) -> sa.Select[HalfDay]:
    """Half-days of ``cohorts_of``, with meeting and cohort."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .join(Meeting.cohort)
        .options(contains_eager(HalfDay.meeting).contains_eager(Meeting.cohort))
    )
    return query.where(Meeting.cohort_id.in_(cohorts_of(actor, taught=taught)))


def half_day_or_none(
    db: Session, half_day_id: int, *, actor: Actor, taught: bool = False, lock: bool = False
) -> HalfDay | None:
    """One half-day, for somebody who may open it; ``lock``: acts on it follow each other on PostgreSQL too."""
    query = visible_to(actor, taught=taught).where(HalfDay.id == half_day_id)
    return db.scalars(query.with_for_update(of=HalfDay) if lock else query).first()


def opens(db: Session, cohort_id: int, *, actor: Actor, taught: bool = False) -> bool:
    """Whether a cohort is one of ``cohorts_of``."""
    ids = cohorts_of(actor, taught=taught)
    return db.scalar(sa.select(sa.exists().where(Cohort.id == cohort_id, Cohort.id.in_(ids)))) or False


def meeting_or_none(db: Session, meeting_id: int, *, trainer_id: int) -> Meeting | None:
    """A meeting of a cohort that the trainer holds, with its half-days."""
    query = (
        sa.select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.cohort_id.in_(taught_now(trainer_id)))
        .options(selectinload(Meeting.half_days))
    )
    return db.scalars(query).first()


def half_days_page(
    db: Session, actor: Actor, *, today: dt.date, is_past: bool, cohort_id: int | None, page: int
) -> tuple[Sequence[HalfDay], int]:
    """From today on the next first, or before today the newest first; and how many there are."""
    in_time = HalfDay.day < today if is_past else HalfDay.day >= today
    query = visible_to(actor).where(in_time, *([Meeting.cohort_id == cohort_id] if cohort_id else []))
    total = db.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(HalfDay.id).subquery())) or 0
    order = [HalfDay.day.desc(), HalfDay.starts.desc()] if is_past else [HalfDay.day, HalfDay.starts]
    found = query.order_by(*order, HalfDay.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return db.scalars(found).all(), total


def open_until(db: Session, trainer_id: int, *, today: dt.date) -> Sequence[HalfDay]:
    """Half-days of a trainer, until today, that are neither closed nor cancelled: the oldest first."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .options(contains_eager(HalfDay.meeting).joinedload(Meeting.cohort))
        .where(
            Meeting.cohort_id.in_(taught_now(trainer_id)),
            HalfDay.day <= today, HalfDay.closed_at.is_(None), HalfDay.cancelled_at.is_(None),
        )
        .order_by(HalfDay.day, HalfDay.starts)
    )  # fmt: skip
    return db.scalars(query).all()


def queue(db: Session, cohort_id: int) -> None:
    """Let those who plan for a cohort follow each other on PostgreSQL too: two half-days at one time are refused."""
    db.execute(sa.select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())


def lock_half_days(db: Session, which: sa.ColumnElement[bool]) -> None:
    """Let marking, closing and moving of half-days wait on PostgreSQL too; what was read is read again.

    ``which``: condition on half-days and their meetings.
    """
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .where(which)
        .order_by(HalfDay.id)
        .with_for_update(of=HalfDay)
        .execution_options(populate_existing=True)
    )
    db.scalars(query).all()


def of_cohort(db: Session, cohort_id: int, *, from_day: dt.date, to_day: dt.date) -> Sequence[HalfDay]:
    """Half-days of a cohort between two days that take place."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .where(
            Meeting.cohort_id == cohort_id, HalfDay.cancelled_at.is_(None), HalfDay.day >= from_day,
            HalfDay.day <= to_day,
        )
    )  # fmt: skip
    return db.scalars(query).all()


def planned_of(db: Session, cohort_ids: Sequence[int]) -> Sequence[HalfDay]:
    """The whole programme of cohorts: half-days that are not cancelled, in their order, with their meetings."""
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .options(contains_eager(HalfDay.meeting))
        .where(Meeting.cohort_id.in_(cohort_ids), HalfDay.cancelled_at.is_(None))
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return db.scalars(query).all()


def next_of_person(db: Session, person_id: int, *, now: dt.datetime, today: dt.date) -> HalfDay | None:
    """The next half-day of somebody's running cohorts, or the one that is on."""
    running = running_enrolments(db, person_id, today=today)
    cohort_ids = [one.cohort_id for one in running]
    query = (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .options(contains_eager(HalfDay.meeting))
        .where(Meeting.cohort_id.in_(cohort_ids), HalfDay.cancelled_at.is_(None), HalfDay.day >= today)
        .where(is_for(person_id))
        .order_by(HalfDay.day, HalfDay.starts)
        .limit(12)
    )
    return next((one for one in db.scalars(query) if one.ends_at > now), None)
