"""SELECTs of rounds: who is asked, how many answered, what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import taught_now
from lms.surveys.models import Done, Response, Round

#: Answers of fewer people are not shown: they would be somebody's (architecture, settled questions).
FEWEST = 5


def visible_to(actor: Actor) -> sa.Select[Round]:
    """The rounds that somebody of the team reads: monitoring all, trainers those of their cohorts."""
    query = sa.select(Round).join(Round.cohort).join(Round.quiz)
    query = query.options(contains_eager(Round.cohort), contains_eager(Round.quiz))
    if Role.MONITOR in actor.roles:
        return query
    return query.where(Round.cohort_id.in_(taught_now(actor.person_id)))


def _is_open(today: dt.date) -> tuple[Any, ...]:
    return (Round.closed_at.is_(None), Round.opens_on <= today, Round.closes_on >= today)


def under_way(db: Session, trainer_id: int, *, today: dt.date) -> tuple[int, int]:
    """How many rounds of a trainer's cohorts are open today, and how many answers these have so far."""
    query = (
        sa.select(sa.func.count(sa.distinct(Round.id)), sa.func.count(Response.id))
        .select_from(Round)
        .outerjoin(Response, Response.round_id == Round.id)
        .where(Round.cohort_id.in_(taught_now(trainer_id)), *_is_open(today))
    )
    rounds, answered = db.execute(query).one()
    return rounds, answered


def round_or_none(db: Session, actor: Actor, round_id: int) -> Round | None:
    return db.scalars(visible_to(actor).where(Round.id == round_id)).first()


def managed_or_none(db: Session, trainer_id: int, round_id: int) -> Round | None:
    """A round that a trainer may close: of their own cohorts, whatever else they read."""
    query = sa.select(Round).where(Round.id == round_id, Round.cohort_id.in_(taught_now(trainer_id)))
    return db.scalars(query).first()


def _is_asked() -> tuple[Any, ...]:
    """Conditions on enrolments of a round's cohort: those it is asked of.

    Who left before it opened is not; who left since still is.
    """
    left_on = sa.func.date(Enrolment.ended_at, type_=sa.Date())
    return (
        Enrolment.cohort_id == Round.cohort_id,
        Enrolment.merged_into_id.is_(None),
        Enrolment.is_test.is_(False),
        sa.or_(Enrolment.ended_at.is_(None), left_on >= Round.opens_on),
    )


def _has_answered() -> Any:
    query = sa.select(Done.round_id).where(Done.round_id == Round.id, Done.enrolment_id == Enrolment.id)
    return query.correlate(Round, Enrolment).exists()


@dataclass(frozen=True)
class Mine:
    """A round as one member meets it."""

    round: Round
    enrolment: Enrolment
    has_answered: bool


def _of_person(person_id: int) -> Any:
    return (
        sa.select(Round, Enrolment, _has_answered())
        .join(Enrolment, sa.and_(*_is_asked()))
        .join(Cohort, Cohort.id == Round.cohort_id)
        .options(joinedload(Round.quiz), joinedload(Round.cohort))
        .where(Enrolment.person_id == person_id, Cohort.archived_at.is_(None))
    )


def waiting_for(db: Session, person_id: int, *, today: dt.date) -> list[Round]:
    """The rounds that a member may answer today and has not, the one that closes first at the top."""
    query = _of_person(person_id).where(*_is_open(today), ~_has_answered())
    return [row[0] for row in db.execute(query.order_by(Round.closes_on, Round.id))]


def mine_or_none(db: Session, person_id: int, round_id: int) -> Mine | None:
    """One round of a member's cohorts, open or not."""
    row = db.execute(_of_person(person_id).where(Round.id == round_id)).first()
    return Mine(*row) if row else None


def lock(db: Session, round_id: int) -> Round:
    """The round as it stands, held until the transaction ends: nobody closes or answers it meanwhile."""
    query = sa.select(Round).where(Round.id == round_id).with_for_update().execution_options(populate_existing=True)
    return db.scalars(query).one()


@dataclass(frozen=True)
class Count:
    """How many people a round is asked of, and how many answered."""

    asked: int = 0
    answered: int = 0

    @property
    def rate(self) -> float | None:
        """Share of those asked who answered, 0-1; accounts that became one since count once on one side only."""
        return min(self.answered / self.asked, 1.0) if self.asked else None


def counts(db: Session, round_ids: Collection[int]) -> dict[int, Count]:
    """Both numbers of each round, in two statements."""
    asked = (
        sa.select(Round.id, sa.func.count(Enrolment.id))
        .join(Enrolment, sa.and_(*_is_asked()))
        .where(Round.id.in_(round_ids))
        .group_by(Round.id)
    )
    answered = (
        sa.select(Response.round_id, sa.func.count())
        .where(Response.round_id.in_(round_ids))
        .group_by(Response.round_id)
    )
    people, answers = ({row[0]: row[1] for row in db.execute(query)} for query in (asked, answered))
    return {round_id: Count(people.get(round_id, 0), answers.get(round_id, 0)) for round_id in round_ids}


def page_of(db: Session, actor: Actor, *, cohort_id: int | None, page: int) -> tuple[Sequence[Round], int]:
    """A page of the rounds that somebody reads, the newest first, and how many there are."""
    which = [Round.cohort_id == cohort_id] if cohort_id is not None else []
    query = visible_to(actor).where(*which)
    total = db.scalar(sa.select(sa.func.count()).select_from(query.with_only_columns(Round.id).subquery())) or 0
    query = query.order_by(Round.opens_on.desc(), Round.id.desc())
    return db.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all(), total


def answers_of(db: Session, round_id: int) -> list[dict[str, Any]]:
    """What was answered in a round, in an order that says nothing."""
    query = sa.select(Response.answers).where(Response.round_id == round_id).order_by(Response.id)
    return list(db.scalars(query))


def same_round(db: Session, quiz_id: int, cohort_id: int, module: str, opens_on: dt.date) -> Round:
    """The round of this survey, cohort and module that opened that day."""
    query = sa.select(Round).where(
        Round.quiz_id == quiz_id, Round.cohort_id == cohort_id, Round.module == module, Round.opens_on == opens_on
    )
    return db.scalars(query.execution_options(populate_existing=True)).one()


def was_asked(db: Session, quiz_id: int, cohort_id: int, module: str, *, since: dt.date) -> bool:
    """Whether a round of this survey, cohort and module opened on that day or later."""
    query = sa.exists().where(
        Round.quiz_id == quiz_id, Round.cohort_id == cohort_id, Round.module == module, Round.opens_on >= since
    )
    return db.scalar(sa.select(query)) or False


def cohorts_without(db: Session, quiz_id: int, *, since: dt.date, today: dt.date) -> Sequence[Cohort]:
    """Cohorts that ended from ``since`` to today and of which the whole was not asked this survey up to its end."""
    asked = sa.select(Round.id).where(
        Round.quiz_id == quiz_id, Round.module == "", Round.cohort_id == Cohort.id, Round.closes_on >= Cohort.ends_on
    )
    query = sa.select(Cohort).where(
        Cohort.archived_at.is_(None), Cohort.ends_on >= since, Cohort.ends_on <= today,
        ~asked.correlate(Cohort).exists(),
    )  # fmt: skip
    return db.scalars(query.order_by(Cohort.id)).all()


def answered_by(db: Session, person_id: int) -> Sequence[Round]:
    """The rounds in which somebody has answered, as far as that is still kept."""
    query = (
        sa.select(Round)
        .join(Done, Done.round_id == Round.id)
        .join(Enrolment, Enrolment.id == Done.enrolment_id)
        .options(joinedload(Round.quiz), joinedload(Round.cohort))
        .where(Enrolment.person_id == person_id)
        .order_by(Round.id)
    )
    return db.scalars(query).unique().all()
