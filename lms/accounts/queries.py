"""Every SELECT of people, organisations and sign-ins."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import (
    AccessEntry,
    LinkPurpose,
    NoticeAcceptance,
    OneTimeLink,
    Organisation,
    Person,
    Region,
    RoleGrant,
    SignIn,
)
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.text import fold


def token_hash(token: str) -> str:
    """The stored form of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def people_visible_to(actor: Actor) -> sa.Select[Person]:
    """People that somebody may see. Every read of other people starts here.

    Administration and monitoring: everybody; focal points: their organisations' people; all others: themselves.
    """
    query = sa.select(Person).where(Person.anonymised_at.is_(None))
    if actor.roles & {Role.ADMINISTRATOR, Role.MONITOR}:
        return query
    own = Person.id == actor.person_id
    if Role.FOCAL_POINT in actor.roles:
        return query.where(sa.or_(own, Person.organisation_id.in_(actor.focal_organisation_ids)))
    return query.where(own)


_LATEST_NOTICE = (
    sa.select(sa.func.max(NoticeAcceptance.version)).where(NoticeAcceptance.person_id == Person.id).scalar_subquery()
)
#: Built once: every request asks it.
_ACTOR: Any = (
    sa.select(
        SignIn.id, SignIn.last_seen_at, SignIn.idle_minutes, Person.id.label("person_id"),
        sa.literal_column("person.name_ar").label("name_ar"),
        sa.literal_column("person.name_fr").label("name_fr"),
        Person.lang, Person.organisation_id, RoleGrant.role,
        RoleGrant.organisation_id.label("covered"), _LATEST_NOTICE.label("notice"),
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        SignIn.token_hash == sa.bindparam("token_hash"), SignIn.closed_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"), Person.suspended_at.is_(None), Person.anonymised_at.is_(None),
    )
)  # fmt: skip


def load_actor(db: Session, token: str, *, now: dt.datetime) -> tuple[Actor, dt.datetime] | None:
    """The person behind a cookie's token and when they were last seen; one SELECT.

    None when the sign-in is closed, too old or idle for too long, or the account is suspended.
    """
    rows = db.execute(_ACTOR, {"token_hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    if first.idle_minutes and now - first.last_seen_at > dt.timedelta(minutes=first.idle_minutes):
        return None
    actor = Actor(
        person_id=first.person_id,
        sign_in_id=first.id,
        token=token,
        name=Bilingual(first.name_ar, first.name_fr),
        lang=first.lang,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        organisation_id=first.organisation_id,
        focal_organisation_ids=frozenset(row.covered for row in rows if row.role == Role.FOCAL_POINT),
        notice_version=first.notice,
    )
    return actor, first.last_seen_at


def person_signing_in(db: Session, name: str) -> Person | None:
    """The open account with this e-mail address or own code."""
    plain = name.strip().lower()
    query = sa.select(Person).where(
        sa.or_(Person.email == plain, sa.func.lower(Person.code) == plain),
        Person.suspended_at.is_(None),
        Person.anonymised_at.is_(None),
    )
    return db.scalars(query).first()


def get_person_or_none(db: Session, person_id: int) -> Person | None:
    query = (
        sa.select(Person)
        .options(joinedload(Person.organisation), joinedload(Person.region), joinedload(Person.grants))
        .where(Person.id == person_id)
    )
    return db.scalars(query).unique().first()


def roles_of(db: Session, person_id: int) -> set[str]:
    return set(db.scalars(sa.select(RoleGrant.role).where(RoleGrant.person_id == person_id)))


def is_address_taken(db: Session, email: str, *, by_other_than: int | None = None) -> bool:
    query = sa.select(Person.id).where(Person.email == email.strip().lower(), Person.id != (by_other_than or 0))
    return db.scalars(query).first() is not None


def usable_link(db: Session, token: str, purpose: LinkPurpose, *, now: dt.datetime) -> OneTimeLink | None:
    """The link behind a token while it works; locked against a second use at the same moment."""
    query = (
        sa.select(OneTimeLink)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.revoked_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .with_for_update()
    )
    return db.scalars(query).first()


def any_link(db: Session, token: str, purpose: LinkPurpose) -> OneTimeLink | None:
    """The link behind a token, whatever its state: to send a new one in its place."""
    query = (
        sa.select(OneTimeLink)
        .options(joinedload(OneTimeLink.person))
        .where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.purpose == purpose)
    )
    return db.scalars(query).first()


def open_sign_ins(db: Session, person_id: int, *, now: dt.datetime) -> Sequence[SignIn]:
    """Browsers in which the person is signed in, last used first."""
    query = (
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.closed_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.last_seen_at.desc())
    )
    return db.scalars(query).all()


def views_of(db: Session, person_id: int, *, limit: int = 50) -> Sequence[tuple[AccessEntry, Person]]:
    """Who looked at the person's data, newest first."""
    query = (
        sa.select(AccessEntry, Person)
        .join(Person, Person.id == AccessEntry.actor_id)
        .where(AccessEntry.person_id == person_id)
        .order_by(AccessEntry.happened_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def organisations(db: Session) -> Sequence[Organisation]:
    """Organisations in the official order."""
    query = sa.select(Organisation).where(Organisation.archived_at.is_(None)).order_by(Organisation.position)
    return db.scalars(query).all()


def organisation_by_key(db: Session, key: str) -> Organisation | None:
    return db.scalars(sa.select(Organisation).where(Organisation.key == key)).first()


def regions(db: Session) -> Sequence[Region]:
    return db.scalars(sa.select(Region).order_by(Region.position)).all()


def has_people(db: Session) -> bool:
    return db.scalars(sa.select(Person.id).limit(1)).first() is not None


def has_administrator(db: Session) -> bool:
    """Whether somebody with a password administers the programme."""
    query = (
        sa.select(Person.id)
        .join(RoleGrant)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.password_hash.is_not(None))
    )
    return db.scalars(query.limit(1)).first() is not None


def matching(text: str) -> sa.ColumnElement[bool]:
    """Condition: a person's names match what was typed, folded (domain notes, 8.6)."""
    words = fold(text).split()
    joined = "".join(words)
    conditions = [Person.search.contains(word, autoescape=True) for word in words]
    return sa.or_(sa.and_(sa.true(), *conditions), Person.search.contains(joined, autoescape=True))
