"""Every SELECT of who looked at whose data, of requests about data, and of versions of the notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.accounts.models import (
    AccessEntry,
    NoticeAcceptance,
    Person,
    PrivacyNotice,
    PrivacyRequest,
    RequestKind,
)
from lms.core.paging import PAGE_SIZE

#: Condition on people who objected to the use of their data, until the team refused it: no message to many reaches
#: them, and no reminder.
OBJECTS = (
    sa.select(PrivacyRequest.id)
    .where(
        PrivacyRequest.person_id == Person.id,
        PrivacyRequest.kind == RequestKind.OBJECTION.value,
        sa.or_(PrivacyRequest.outcome.is_(None), PrivacyRequest.outcome == "done"),
    )
    .exists()
)


def views_of(db: Session, person_id: int, *, limit: int = 50, offset: int = 0) -> Sequence[tuple[AccessEntry, Person]]:
    """Who looked at the person's data, with their roles and organisation, newest first."""
    query = (
        sa.select(AccessEntry, Person)
        .join(Person, Person.id == AccessEntry.actor_id)
        .options(joinedload(Person.organisation), selectinload(Person.grants))
        .where(AccessEntry.person_id == person_id)
        .order_by(AccessEntry.happened_at.desc(), AccessEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def count_views(db: Session, person_id: int) -> int:
    """How often somebody looked at the person's data."""
    return db.scalar(sa.select(sa.func.count(AccessEntry.id)).where(AccessEntry.person_id == person_id)) or 0


def accepted_notice(db: Session, person_id: int) -> NoticeAcceptance | None:
    """The newest version of the notice that the person read."""
    query = sa.select(NoticeAcceptance).where(NoticeAcceptance.person_id == person_id)
    return db.scalars(query.order_by(NoticeAcceptance.version.desc()).limit(1)).first()


def requests_of(db: Session, person_id: int) -> Sequence[PrivacyRequest]:
    """A person's own requests, newest first."""
    query = sa.select(PrivacyRequest).where(PrivacyRequest.person_id == person_id).order_by(PrivacyRequest.id.desc())
    return db.scalars(query.limit(PAGE_SIZE)).all()


def open_request(db: Session, person_id: int, kind: str) -> PrivacyRequest | None:
    """The request of this kind that still waits for its answer."""
    query = sa.select(PrivacyRequest).where(
        PrivacyRequest.person_id == person_id, PrivacyRequest.kind == kind, PrivacyRequest.answered_at.is_(None)
    )
    return db.scalars(query.limit(1)).first()


def requests(db: Session, *, answered: bool, page: int) -> Sequence[PrivacyRequest]:
    """Requests with their people: waiting ones by due date, so the late ones first; answered ones newest first."""
    query = sa.select(PrivacyRequest).options(joinedload(PrivacyRequest.person))
    if answered:
        query = query.where(PrivacyRequest.answered_at.is_not(None)).order_by(PrivacyRequest.answered_at.desc())
    else:
        query = query.where(PrivacyRequest.answered_at.is_(None)).order_by(PrivacyRequest.due_on, PrivacyRequest.id)
    return db.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()


def request_or_none(db: Session, request_id: int) -> PrivacyRequest | None:
    query = sa.select(PrivacyRequest).options(joinedload(PrivacyRequest.person)).where(PrivacyRequest.id == request_id)
    return db.scalars(query).first()


@dataclass(frozen=True)
class RequestCounts:
    """How many requests wait, of those how many are late, and how many were answered."""

    waiting: int
    late: int
    answered: int


def request_counts(db: Session, *, today: dt.date) -> RequestCounts:
    waits = PrivacyRequest.answered_at.is_(None)
    query = sa.select(
        sa.func.count(PrivacyRequest.id).filter(waits),
        sa.func.count(PrivacyRequest.id).filter(waits, PrivacyRequest.due_on < today),
        sa.func.count(PrivacyRequest.id).filter(PrivacyRequest.answered_at.is_not(None)),
    )
    return RequestCounts(*db.execute(query).one())


def notices(db: Session) -> Sequence[tuple[PrivacyNotice, int]]:
    """Published versions, newest first, each with how many people accepted it."""
    accepted = (
        sa.select(NoticeAcceptance.version, sa.func.count().label("people"))
        .group_by(NoticeAcceptance.version)
        .subquery()
    )
    query = (
        sa.select(PrivacyNotice, sa.func.coalesce(accepted.c.people, 0))
        .outerjoin(accepted, accepted.c.version == PrivacyNotice.version)
        .order_by(PrivacyNotice.version.desc())
        .limit(PAGE_SIZE)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def notice_or_none(db: Session, version: str) -> PrivacyNotice | None:
    return db.scalars(sa.select(PrivacyNotice).where(PrivacyNotice.version == version)).first()


def acceptances(db: Session, version: str) -> int:
    """How many people accepted this version."""
    return db.scalar(sa.select(sa.func.count()).where(NoticeAcceptance.version == version)) or 0


def merged_into(db: Session, person_id: int) -> list[int]:
    """Ids of the accounts whose history this one took over, directly or through another."""
    found: list[int] = []
    level = [person_id]
    while level:
        level = list(db.scalars(sa.select(Person.id).where(Person.merged_into_id.in_(level), Person.id.not_in(found))))
        found += level
    return found
