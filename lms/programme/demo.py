"""Two cohorts to explore with: one finished, one running. Dates follow the day the demo is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person, RoleGrant
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.programme import services
from lms.programme.models import Cohort

MODULES = ("concepts", "model", "planning")
#: How many of the invented learners took the finished cohort; the others are in the running one.
IN_FINISHED = 28


def make_cohorts(db: Session, *, now: dt.datetime, password_hash: str) -> None:
    """A finished and a running online cohort with every demo learner in one of them."""
    today = local_date(now)
    trainer = _one_with(db, Role.TRAINER)
    finished = _cohort(
        db,
        Bilingual("الدورة التكوينية الأولى", "Première session de formation"),
        today - dt.timedelta(days=120),
        today - dt.timedelta(days=60),
        [trainer],
        now=now - dt.timedelta(days=125),
    )
    running = _cohort(
        db,
        Bilingual("الدورة التكوينية الثانية", "Deuxième session de formation"),
        today - dt.timedelta(days=21),
        today + dt.timedelta(days=42),
        [trainer],
        now=now - dt.timedelta(days=28),
    )
    learners = _learners(db)
    account = next(person for person in learners if person.email == "learner@example.org")
    others = [person for person in learners if person is not account]
    for person in others[:IN_FINISHED]:
        services.enrol(db, finished, person, now=now - dt.timedelta(days=122))
    for person in [account, *others[IN_FINISHED:]]:
        services.enrol(db, running, person, now=now - dt.timedelta(days=24))


def _cohort(
    db: Session, name: Bilingual, start: dt.date, end: dt.date, trainers: Sequence[Person], now: dt.datetime
) -> Cohort:
    return services.create_cohort(
        db,
        name=name,
        starts_on=start,
        ends_on=end,
        modules=MODULES,
        has_sessions=False,
        trainers=trainers,
        now=now,
    )


def _one_with(db: Session, role: Role) -> Person:
    return db.scalars(_people_with(role).limit(1)).one()


def _learners(db: Session) -> list[Person]:
    return list(db.scalars(_people_with(Role.LEARNER)))


def _people_with(role: Role) -> sa.Select[Person]:
    return sa.select(Person).join(RoleGrant).where(RoleGrant.role == role).order_by(Person.id)
