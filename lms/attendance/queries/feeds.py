"""SELECTs of calendars: who reads one, and which half-days stand in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.actor import Actor
from lms.accounts.models import Person, RoleGrant
from lms.accounts.queries.sign_ins import token_hash
from lms.attendance.models import Feed, HalfDay, Meeting
from lms.attendance.queries.groups import is_for
from lms.attendance.queries.meetings import cohorts_of
from lms.core.access import Role
from lms.programme.models import Enrolment
from lms.programme.queries import is_open, taught_now


def of_token(db: Session, token: str) -> Feed | None:
    """The calendar behind an address, of a person whose account is open."""
    query = sa.select(Feed).join(Person, Person.id == Feed.person_id).where(Feed.token_hash == token_hash(token))
    return db.scalars(query.where(*is_open())).first()


def of_person(db: Session, person_id: int) -> Feed | None:
    """Somebody's calendar, if they have one."""
    return db.get(Feed, person_id)


def _cohorts_of(person_id: int) -> tuple[Any, ...]:
    """Ids of the cohorts somebody takes part in, and of those they train as long as they hold the role."""
    enrolled = sa.select(Enrolment.cohort_id).where(
        Enrolment.person_id == person_id, Enrolment.ended_at.is_(None), Enrolment.merged_into_id.is_(None)
    )
    is_trainer = sa.exists().where(RoleGrant.person_id == person_id, RoleGrant.role == Role.TRAINER)
    return enrolled, taught_now(person_id).where(is_trainer)


def _half_days() -> sa.Select[HalfDay]:
    """Cancelled ones too: whoever has them in a calendar must see it."""
    return (
        sa.select(HalfDay)
        .join(HalfDay.meeting)
        .join(Meeting.cohort)
        .options(contains_eager(HalfDay.meeting).contains_eager(Meeting.cohort))
        .order_by(HalfDay.day, HalfDay.starts, HalfDay.id)
    )


def half_days_of(db: Session, person_id: int, *, since: dt.date) -> Sequence[HalfDay]:
    """Half-days of somebody's training sessions from a day on, in one statement."""
    enrolled, taught = _cohorts_of(person_id)
    theirs = sa.and_(Meeting.cohort_id.in_(enrolled), is_for(person_id))
    query = _half_days().where(HalfDay.day >= since, sa.or_(theirs, Meeting.cohort_id.in_(taught)))
    return db.scalars(query).all()


def half_days_to_keep(
    db: Session, actor: Actor, *, half_day_id: int | None = None, meeting_id: int | None = None
) -> Sequence[HalfDay]:
    """One half-day, or those of a meeting, for somebody who takes part, trains or monitors; else none."""
    enrolled, _taught = _cohorts_of(actor.person_id)
    theirs = sa.and_(Meeting.cohort_id.in_(enrolled), is_for(actor.person_id))
    which = HalfDay.id == half_day_id if half_day_id is not None else HalfDay.meeting_id == meeting_id
    return db.scalars(_half_days().where(which, sa.or_(theirs, Meeting.cohort_id.in_(cohorts_of(actor))))).all()
