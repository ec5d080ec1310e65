"""SELECTs of cohorts, their modules and their trainers."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from lms.accounts.actor import Actor
from lms.accounts.models import Person, RoleGrant
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Cohort, CohortModule, CohortTrainer, Enrolment
from lms.programme.queries.enrolments import is_running, taught_by, taught_now


def cohorts_visible_to(actor: Actor) -> sa.Select[Cohort]:
    """Cohorts that somebody may open. Administration and monitoring: all; trainers: theirs, while not archived."""
    query = sa.select(Cohort)
    if actor.roles & {Role.ADMINISTRATOR, Role.MONITOR}:
        return query
    if Role.TRAINER not in actor.roles:
        return query.where(sa.false())
    return query.where(Cohort.id.in_(taught_now(actor.person_id)))


class CohortState(enum.StrEnum):
    """Where a cohort stands on a day; the tabs of the list."""

    RUNNING = "running"
    COMING = "coming"
    OVER = "over"
    ARCHIVED = "archived"

    @property
    def label(self) -> Any:
        return _STATE_LABELS[self]

    def holds(self, today: dt.date) -> sa.ColumnElement[bool]:
        """Condition on cohorts in this state that day."""
        if self is CohortState.ARCHIVED:
            return Cohort.archived_at.is_not(None)
        in_time = {
            CohortState.RUNNING: is_running(today),
            CohortState.COMING: Cohort.starts_on > today,
            CohortState.OVER: Cohort.ends_on < today,
        }
        return sa.and_(Cohort.archived_at.is_(None), in_time[self])


_STATE_LABELS = {
    CohortState.RUNNING: _l("Running"),
    CohortState.COMING: _l("To come"),
    CohortState.OVER: _l("Over"),
    CohortState.ARCHIVED: _l("Archived"),
}


@dataclass(frozen=True)
class CohortRow:
    """One line of the list."""

    cohort: Cohort
    people: int
    trainers: Sequence[Person]


def cohort_counts(db: Session, *, today: dt.date) -> dict[CohortState, int]:
    """How many cohorts stand in each state."""
    columns = [sa.func.coalesce(sa.func.sum(sa.case((state.holds(today), 1), else_=0)), 0) for state in CohortState]
    return dict(zip(CohortState, db.execute(sa.select(*columns)).one(), strict=True))


def cohort_page(db: Session, state: CohortState, *, today: dt.date, page: int) -> list[CohortRow]:
    """A page of the cohorts in that state: those that begin next first, else the newest first."""
    order = Cohort.starts_on.asc() if state is CohortState.COMING else Cohort.starts_on.desc()
    query = sa.select(Cohort).where(state.holds(today)).order_by(order, Cohort.id.desc())
    return _rows(db, db.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all())


def taught_cohorts(db: Session, actor: Actor, state: CohortState, *, today: dt.date) -> list[CohortRow]:
    """Those in that state that the actor may see, the newest fifty."""
    query = cohorts_visible_to(actor).where(state.holds(today)).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return _rows(db, db.scalars(query.limit(PAGE_SIZE)).all())


def _rows(db: Session, found: Sequence[Cohort]) -> list[CohortRow]:
    ids = [cohort.id for cohort in found]
    people, trainers = people_counts(db, ids), _trainers(db, ids)
    return [CohortRow(cohort, people.get(cohort.id, 0), trainers.get(cohort.id, [])) for cohort in found]


def is_present() -> sa.ColumnElement[bool]:
    """Condition on enrolments that count in a cohort's lists: not left, not merged, no test account."""
    return sa.and_(Enrolment.ended_at.is_(None), Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False))


def people_counts(db: Session, cohort_ids: Collection[int]) -> dict[int, int]:
    """How many people each cohort has."""
    query = (
        sa.select(Enrolment.cohort_id, sa.func.count())
        .where(Enrolment.cohort_id.in_(cohort_ids), is_present())
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def _trainers(db: Session, cohort_ids: Collection[int]) -> dict[int, list[Person]]:
    query = (
        sa.select(CohortTrainer.cohort_id, Person)
        .join(Person, Person.id == CohortTrainer.person_id)
        .where(CohortTrainer.cohort_id.in_(cohort_ids))
        .order_by(Person.sort_fr, Person.id)
    )
    found: dict[int, list[Person]] = {}
    for cohort_id, person in db.execute(query):
        found.setdefault(cohort_id, []).append(person)
    return found


def trainers_of(db: Session, cohort_id: int) -> list[Person]:
    """Trainers of a cohort by name."""
    return _trainers(db, [cohort_id]).get(cohort_id, [])


def possible_trainers(db: Session, lang: str) -> Sequence[Person]:
    """People who hold the trainer's role and whose account is open, by name."""
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = (
        sa.select(Person)
        .where(
            Person.id.in_(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.TRAINER)),
            *is_open(),
        )
        .order_by(order, Person.id)
    )
    return db.scalars(query).all()


def is_open() -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on people whose account is open."""
    return (
        Person.suspended_at.is_(None),
        Person.archived_at.is_(None),
        Person.anonymised_at.is_(None),
        Person.merged_into_id.is_(None),
    )


def get_cohort_or_none(db: Session, cohort_id: int, *, actor: Actor) -> Cohort | None:
    """One cohort with its modules, for somebody who may see it."""
    query = cohorts_visible_to(actor).options(selectinload(Cohort.modules)).where(Cohort.id == cohort_id)
    return db.scalars(query).first()


def modules_of_cohort(db: Session, cohort_id: int) -> list[str]:
    """Slugs of the modules that a cohort takes, in its order."""
    query = sa.select(CohortModule.module).where(CohortModule.cohort_id == cohort_id).order_by(CohortModule.position)
    return list(db.scalars(query))


def cohorts(db: Session) -> Sequence[Cohort]:
    """Cohorts that are not archived, newest first."""
    query = sa.select(Cohort).where(Cohort.archived_at.is_(None)).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return db.scalars(query).all()


@dataclass(frozen=True)
class WaitingCohort:
    """A cohort that runs or starts soon, with what may be missing in it."""

    cohort: Cohort
    is_running: bool
    trainers: int
    people: int
    #: Enrolled people who have never opened their account.
    unopened: int


def waiting_cohorts(
    db: Session, *, today: dt.date, soon: dt.date, trainer_id: int | None = None
) -> list[WaitingCohort]:
    """Cohorts that run today or start until ``soon``, of one trainer's where one is named, the earliest first."""
    base = sa.select(Cohort).where(*([Cohort.id.in_(taught_by(trainer_id))] if trainer_id else []))
    trainers = sa.select(sa.func.count()).where(CohortTrainer.cohort_id == Cohort.id)
    people = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.cohort_id == Cohort.id, is_present())
    unopened = people.join(Person, Person.id == Enrolment.person_id).where(Person.password_hash.is_(None))
    query = (
        base.add_columns(
            *(part.correlate(Cohort).scalar_subquery() for part in (trainers, people, unopened)),
        )
        .where(Cohort.archived_at.is_(None), Cohort.starts_on <= soon, Cohort.ends_on >= today)
        .order_by(Cohort.starts_on, Cohort.id)
        .limit(PAGE_SIZE)
    )
    return [WaitingCohort(row[0], row[0].starts_on <= today, *row[1:]) for row in db.execute(query)]


def cohorts_taught(db: Session, person_id: int) -> Sequence[Cohort]:
    """The cohorts that somebody trains and that are not archived, newest first."""
    query = sa.select(Cohort).where(Cohort.id.in_(taught_now(person_id)))
    return db.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def trained_by(db: Session, person_id: int) -> Sequence[Bilingual]:
    """Names of the cohorts that somebody trains or trained."""
    query = (
        sa.select(Cohort)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(CohortTrainer.person_id == person_id)
        .order_by(Cohort.starts_on)
    )
    return [cohort.name for cohort in db.scalars(query)]
