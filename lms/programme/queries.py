"""Every SELECT of cohorts and enrolments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.programme.models import Cohort, CohortModule, CohortTrainer, Enrolment


def enrolments_visible_to(actor: Actor) -> sa.Select[Enrolment]:
    """Enrolments that the person may see. Every read of other people's enrolments starts here.

    Administration and monitoring: all; training team: those of their cohorts; focal points: those of their
    organisations; everybody: their own.
    """
    query = sa.select(Enrolment).where(Enrolment.is_test.is_(False))
    if actor.roles & {Role.ADMINISTRATOR, Role.MONITOR}:
        return query
    own = Enrolment.person_id == actor.person_id
    covered = Enrolment.organisation_id.in_(actor.focal_organisation_ids)
    taught = Enrolment.cohort_id.in_(
        sa.select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.person_id)
    )
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
        .where(Enrolment.person_id == person_id, Enrolment.ended_at.is_(None), Cohort.archived_at.is_(None))
    )


def is_running(today: Any) -> sa.ColumnElement[bool]:
    """Condition on cohorts that run on that day (a date, or a parameter that stands for one)."""
    return sa.and_(Cohort.starts_on <= today, Cohort.ends_on >= today)


#: Built once: nearly every page of a participant asks it.
_RUNNING = (
    _current_enrolments(sa.bindparam("person_id"))
    .order_by(
        sa.case((is_running(sa.bindparam("today")), 0), else_=1),
        Enrolment.chosen_at.desc().nulls_last(),
        Cohort.starts_on.desc(),
        Enrolment.id.desc(),
    )
    .limit(1)
)


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
    """All enrolments of a person, newest cohort first, with their cohorts and modules."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .options(joinedload(Enrolment.cohort).selectinload(Cohort.modules))
        .where(Enrolment.person_id == person_id)
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


def modules_of_cohort(db: Session, cohort_id: int) -> list[str]:
    """Slugs of the modules that a cohort takes, in its order."""
    query = sa.select(CohortModule.module).where(CohortModule.cohort_id == cohort_id).order_by(CohortModule.position)
    return list(db.scalars(query))


def cohorts(db: Session) -> Sequence[Cohort]:
    """Cohorts that are not archived, newest first."""
    query = sa.select(Cohort).where(Cohort.archived_at.is_(None)).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return db.scalars(query).all()
