"""Every SELECT of people, organisations, regions and roles."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import (
    Organisation,
    Person,
    Region,
    RoleGrant,
)
from lms.core.access import Role
from lms.core.text import fold


def people_visible_to(actor: Actor) -> sa.Select[Person]:
    """People that somebody may see. Every read of other people starts here.

    Administration and monitoring: everybody; focal points: their organisations' people; all others: themselves.
    """
    query = sa.select(Person).where(Person.anonymised_at.is_(None), Person.archived_at.is_(None))
    if actor.roles & {Role.ADMINISTRATOR, Role.MONITOR}:
        return query
    own = Person.id == actor.person_id
    if Role.FOCAL_POINT in actor.roles:
        return query.where(sa.or_(own, Person.organisation_id.in_(actor.focal_organisation_ids)))
    return query.where(own)


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


def organisations(db: Session) -> Sequence[Organisation]:
    """Organisations in the official order."""
    query = sa.select(Organisation).where(Organisation.archived_at.is_(None)).order_by(Organisation.position)
    return db.scalars(query).all()


def organisation_by_key(db: Session, key: str) -> Organisation | None:
    return db.scalars(sa.select(Organisation).where(Organisation.key == key)).first()


def regions(db: Session) -> Sequence[Region]:
    return db.scalars(sa.select(Region).order_by(Region.position)).all()


def people_to_export(db: Session, lang: str) -> Sequence[Person]:
    """Everybody with an account that is not put away, by name, with organisation and region."""
    query = (
        sa.select(Person)
        .options(joinedload(Person.organisation), joinedload(Person.region))
        .where(Person.anonymised_at.is_(None), Person.archived_at.is_(None), Person.merged_into_id.is_(None))
        .order_by(Person.sort_ar if lang == "ar" else Person.sort_fr, Person.id)
    )
    return db.scalars(query).all()
