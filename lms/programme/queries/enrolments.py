"""SELECTs of enrolments: who may see which, and which of a person's counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.programme.models import Cohort, CohortTrainer, Enrolment


def taught_by(person_id: int) -> sa.Select[Any]:
    """Ids of the cohorts that somebody trains."""
    return sa.select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == person_id)


def taught_now(person_id: int) -> sa.Select[Any]:
    """Ids of the cohorts that somebody trains and that are not archived."""
    return sa.select(Cohort.id).where(Cohort.id.in_(taught_by(person_id)), Cohort.archived_at.is_(None))


def looked_after_by(trainer_id: int) -> tuple[Any, ...]:
    """Conditions: the enrolments that a trainer grades, gives time and answers.

    Those of their cohorts that are not archived, without test accounts and never their own: nobody gives themselves
    time or marks themselves.
    """
    return (
        Enrolment.cohort_id.in_(taught_now(trainer_id)),
        Enrolment.person_id != trainer_id,
        Enrolment.is_test.is_(False),
        Enrolment.merged_into_id.is_(None),
    )


def enrolments_visible_to(actor: Actor) -> sa.Select[Enrolment]:
    """Enrolments that the person may see. Every read of other people's enrolments starts here.

    Administration and monitoring: all; training team: those of their cohorts; focal points: those of their
    organisations; everybody: their own.
    """
    query = sa.select(Enrolment).where(Enrolment.is_test.is_(False), Enrolment.merged_into_id.is_(None))
    if actor.roles & {Role.ADMINISTRATOR, Role.MONITOR}:
        return query
    own = Enrolment.person_id == actor.person_id
    covered = Enrolment.organisation_id.in_(actor.focal_organisation_ids)
    taught = Enrolment.cohort_id.in_(taught_by(actor.person_id))
    conditions = [own]
    if Role.FOCAL_POINT in actor.roles:
        conditions.append(covered)
    if Role.TRAINER in actor.roles:
        conditions.append(taught)
    return query.where(sa.or_(*conditions))


def _current_enrolments(person_id: Any) -> sa.Select[Enrolment]:
    return (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort))
        .where(
            Enrolment.person_id == person_id,
            Enrolment.ended_at.is_(None),
            Enrolment.merged_into_id.is_(None),
            Cohort.archived_at.is_(None),
        )
    )


def is_running(today: Any) -> sa.ColumnElement[bool]:
    """Condition on cohorts that run on that day (a date, or a parameter that stands for one)."""
    return sa.and_(Cohort.starts_on <= today, Cohort.ends_on >= today)


def first_choice(today: Any) -> tuple[sa.ColumnElement[Any], ...]:
    """Order of a person's enrolments (joined with their cohorts), the one that counts that day first.

    Not left, then running, then chosen last, then the newest cohort. The one rule for every « which of them? ».
    """
    return (
        sa.case((Enrolment.ended_at.is_(None), 0), else_=1),
        sa.case((is_running(today), 0), else_=1),
        Enrolment.chosen_at.desc().nulls_last(),
        Cohort.starts_on.desc(),
        Enrolment.id.desc(),
    )


#: Built once: nearly every page of a participant asks it.
_RUNNING = _current_enrolments(sa.bindparam("person_id")).order_by(*first_choice(sa.bindparam("today"))).limit(1)


def running_enrolment(db: Session, person_id: int, *, today: dt.date) -> Enrolment | None:
    """The person's enrolment that counts today: of the running cohorts the one chosen, else the newest.

    Without a running cohort the last one's.
    """
    return db.scalars(_RUNNING, {"person_id": person_id, "today": today}).first()


def running_enrolments(db: Session, person_id: int, *, today: dt.date) -> Sequence[Enrolment]:
    """All enrolments of the person in running cohorts, newest cohort first: more than one can be chosen from."""
    query = _current_enrolments(person_id).where(is_running(today))
    return db.scalars(query.order_by(Cohort.starts_on.desc(), Enrolment.id.desc())).all()


def enrolments_of(db: Session, person_id: int) -> Sequence[Enrolment]:
    """All enrolments of a person that count, newest cohort first, with their cohorts and modules."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .options(joinedload(Enrolment.cohort).selectinload(Cohort.modules))
        .where(Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None))
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    )
    return db.scalars(query).all()


def get_enrolment_or_none(db: Session, enrolment_id: int) -> Enrolment | None:
    """One enrolment with its person, organisation and cohort."""
    query = (
        sa.select(Enrolment)
        .options(
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.person),
            joinedload(Enrolment.organisation),
        )
        .where(Enrolment.id == enrolment_id)
    )
    return db.scalars(query).first()
