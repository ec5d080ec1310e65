"""SELECTs of the people of one cohort."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import Person
from lms.accounts.queries import matching
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries.enrolments import enrolments_visible_to
from lms.programme.work import Steps, work


@dataclass(frozen=True)
class MemberRow:
    """One person of a cohort, with what they did in it."""

    enrolment: Enrolment
    steps: Steps


#: Which people of a cohort are listed.
PRESENT, BEHIND, LEFT = "present", "behind", "left"


def members(actor: Actor, cohort: Cohort, show: str, *, idle_since: dt.datetime) -> sa.Select[Enrolment]:
    """The cohort's enrolments that the actor may see; the administration sees test accounts too."""
    if Role.ADMINISTRATOR in actor.roles:
        query = sa.select(Enrolment).where(Enrolment.merged_into_id.is_(None))
    else:
        query = enrolments_visible_to(actor)
    query = query.where(Enrolment.cohort_id == cohort.id)
    if show == LEFT:
        return query.where(Enrolment.ended_at.is_not(None))
    query = query.where(Enrolment.ended_at.is_(None))
    return query.where(work().is_behind(idle_since)) if show == BEHIND else query


def member_page(
    db: Session,
    actor: Actor,
    cohort: Cohort,
    *,
    show: str,
    search: str,
    lang: str,
    page: int,
    idle_since: dt.datetime,
) -> tuple[list[MemberRow], int]:
    """A page of the cohort's people by name, and how many there are."""
    query = members(actor, cohort, show, idle_since=idle_since).join(Person, Person.id == Enrolment.person_id)
    if search:
        query = query.where(matching(search))
    total = db.execute(query.with_only_columns(sa.func.count(Enrolment.id))).scalar_one()
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    rows = db.scalars(
        query.options(contains_eager(Enrolment.person), joinedload(Enrolment.organisation))
        .order_by(order, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    steps = work().steps(db, [row.id for row in rows])
    return [MemberRow(row, steps.get(row.id, Steps())) for row in rows], int(total)


def member_counts(db: Session, actor: Actor, cohort: Cohort, *, idle_since: dt.datetime) -> dict[str, int]:
    """How many people each of the lists holds."""
    found = {}
    for show in (PRESENT, BEHIND, LEFT):
        query = members(actor, cohort, show, idle_since=idle_since).with_only_columns(sa.func.count(Enrolment.id))
        found[show] = int(db.execute(query).scalar_one())
    return found
