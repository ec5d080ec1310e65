"""SELECTs of follow-ups: those due to a member, sums by cohort and by organisation, what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import Organisation, Person
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import taught_now
from lms.programme.queries.cohorts import is_open, is_present
from lms.surveys.models import FollowUp

#: Answered for so long from the day it is due.
LASTS = dt.timedelta(days=60)
#: How long the link of a supervisor works, and their address is kept.
TICKET_LASTS = dt.timedelta(days=30)


def of_person(person_id: int) -> sa.Select[FollowUp]:
    """A member's own follow-ups. Every read of a member starts here."""
    return (
        sa.select(FollowUp)
        .join(FollowUp.enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(FollowUp.enrolment).contains_eager(Enrolment.cohort))
        .where(Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None))
    )


def mine_or_none(db: Session, person_id: int, follow_up_id: int) -> FollowUp | None:
    return db.scalars(of_person(person_id).where(FollowUp.id == follow_up_id)).first()


def _is_open(today: dt.date) -> tuple[Any, ...]:
    return (FollowUp.due_on <= today, FollowUp.due_on >= today - LASTS)


def _is_due(today: dt.date) -> tuple[Any, ...]:
    return (FollowUp.answered_on.is_(None), *_is_open(today))


def waiting_for(db: Session, person_id: int, *, today: dt.date) -> Sequence[FollowUp]:
    """The follow-ups that a member may answer today, or for which they may still name a supervisor; oldest first."""
    waits = sa.or_(FollowUp.answered_on.is_(None), FollowUp.supervisor_asked_on.is_(None))
    query = of_person(person_id).where(
        *_is_open(today), waits, Enrolment.ended_at.is_(None), Cohort.archived_at.is_(None)
    )
    return db.scalars(query.order_by(FollowUp.due_on)).all()


def waiting(db: Session, *, today: dt.date) -> Sequence[FollowUp]:
    """All follow-ups that wait for their answer today, with people and cohorts."""
    query = (
        sa.select(FollowUp)
        .join(FollowUp.enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.person)
        .options(
            contains_eager(FollowUp.enrolment).options(
                contains_eager(Enrolment.cohort), contains_eager(Enrolment.person)
            )
        )
        .where(*_is_due(today), is_present(), Cohort.archived_at.is_(None))
    )
    return db.scalars(query.order_by(FollowUp.id)).all()


def lock(db: Session, follow_up_id: int) -> FollowUp:
    """The follow-up as it stands, held until the transaction ends."""
    query = sa.select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def by_token(db: Session, token_hash: str) -> FollowUp | None:
    """The follow-up whose supervisor got this link, used or not."""
    query = (
        sa.select(FollowUp)
        .options(joinedload(FollowUp.enrolment).options(joinedload(Enrolment.cohort), joinedload(Enrolment.person)))
        .where(FollowUp.supervisor_token_hash == token_hash)
    )
    return db.scalars(query).first()


def ended_cohorts(db: Session, *, since: dt.date, until: dt.date) -> Sequence[Cohort]:
    """Cohorts that ended in that time and are not archived."""
    query = sa.select(Cohort).where(Cohort.archived_at.is_(None), Cohort.ends_on >= since, Cohort.ends_on <= until)
    return db.scalars(query.order_by(Cohort.id)).all()


def present_in(db: Session, cohort_id: int) -> Sequence[int]:
    """Ids of the enrolments of a cohort that count, of people whose account is open."""
    query = (
        sa.select(Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, is_present(), *is_open())
    )
    return db.scalars(query.order_by(Enrolment.id)).all()


def asked_before(db: Session, day: dt.date) -> Sequence[FollowUp]:
    """Follow-ups that still hold the address of a supervisor who was asked before that day."""
    query = sa.select(FollowUp).where(FollowUp.supervisor_address.is_not(None), FollowUp.supervisor_asked_on < day)
    return db.scalars(query).all()


# --- For the team ----------------------------------------------------------------------------------------------------


def _counted(actor: Actor) -> tuple[Any, ...]:
    """Conditions on follow-ups and their enrolments: what somebody of the team may count."""
    counts = (Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False))
    return counts if Role.MONITOR in actor.roles else (*counts, Enrolment.cohort_id.in_(taught_now(actor.person_id)))


@dataclass(frozen=True)
class Line:
    """The follow-up of a cohort after some months, in numbers."""

    cohort: Cohort
    months: int
    due: int
    answered: int
    supervisors_asked: int
    supervisors_answered: int
    #: The last day on which somebody may answer.
    ends_on: dt.date

    @property
    def rate(self) -> float:
        return self.answered / self.due


def lines(db: Session, actor: Actor, *, cohort_id: int | None = None) -> list[Line]:
    """By cohort and months, the newest first; two statements."""
    query = (
        sa.select(
            Enrolment.cohort_id, FollowUp.months, sa.func.count(), sa.func.count(FollowUp.answered_on),
            sa.func.count(FollowUp.supervisor_asked_on), sa.func.count(FollowUp.supervisor_answered_on),
            sa.func.max(FollowUp.due_on),
        )
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .where(*_counted(actor))
        .group_by(Enrolment.cohort_id, FollowUp.months)
    )  # fmt: skip
    if cohort_id is not None:
        query = query.where(Enrolment.cohort_id == cohort_id)
    rows = db.execute(query).all()
    cohorts = {one.id: one for one in db.scalars(sa.select(Cohort).where(Cohort.id.in_({row[0] for row in rows})))}
    found = [Line(cohorts[row[0]], *row[1:6], row[6] + LASTS) for row in rows]
    return sorted(found, key=lambda one: (one.ends_on, one.cohort.id, one.months), reverse=True)


@dataclass(frozen=True)
class Answered:
    """One follow-up that was answered, as far as sums look at it."""

    organisation_id: int | None
    answers: dict[str, Any]
    supervisor_answers: dict[str, Any] | None


#: Answered follow-ups by cohort and months.
AnsweredBy = dict[tuple[int, int], list[Answered]]


def answered(db: Session, actor: Actor, *, cohort_id: int | None = None) -> AnsweredBy:
    """What members of a cohort, or of all that somebody of the team counts, answered; one statement."""
    query = (
        sa.select(
            Enrolment.cohort_id, FollowUp.months, Enrolment.organisation_id, FollowUp.answers,
            FollowUp.supervisor_answers,
        )
        .join(Enrolment, Enrolment.id == FollowUp.enrolment_id)
        .where(*_counted(actor), FollowUp.answered_on.is_not(None))
    )  # fmt: skip
    if cohort_id is not None:
        query = query.where(Enrolment.cohort_id == cohort_id)
    found: AnsweredBy = {}
    for cohort, months, *row in db.execute(query):
        found.setdefault((cohort, months), []).append(Answered(*row))
    return found


def answered_by_member(db: Session, cohort_id: int, months: int, lang: str) -> Sequence[FollowUp]:
    """The follow-ups of a cohort that were answered, with people and organisations, by name. Monitoring only."""
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = (
        sa.select(FollowUp)
        .join(FollowUp.enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(FollowUp.enrolment).options(
                contains_eager(Enrolment.person), joinedload(Enrolment.organisation)
            )
        )
        .where(
            Enrolment.cohort_id == cohort_id, FollowUp.months == months, FollowUp.answered_on.is_not(None),
            Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False),
        )
        .order_by(order, FollowUp.id)
    )  # fmt: skip
    return db.scalars(query).all()


def organisations(db: Session, ids: Collection[int]) -> dict[int, Organisation]:
    return {one.id: one for one in db.scalars(sa.select(Organisation).where(Organisation.id.in_(ids)))}


def all_of_person(db: Session, person_id: int) -> Sequence[FollowUp]:
    """Everything kept of a member's follow-ups, those that came with a merged account too."""
    query = (
        sa.select(FollowUp)
        .join(FollowUp.enrolment)
        .options(contains_eager(FollowUp.enrolment).joinedload(Enrolment.cohort))
        .where(Enrolment.person_id == person_id)
    )
    return db.scalars(query.order_by(FollowUp.id)).all()


def is_named_elsewhere(db: Session, found: FollowUp) -> bool:
    """Whether another member named the same supervisor, who has not answered for them yet."""
    query = sa.select(FollowUp.id).where(
        FollowUp.id != found.id,
        FollowUp.supervisor_address == found.supervisor_address,
        FollowUp.supervisor_answered_on.is_(None),
    )
    return db.scalars(query.limit(1)).first() is not None
