"""Every SELECT of organisations and regions as the administration keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, OrganisationAlias, Person, Region, RoleGrant
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE

_MEMBERS = (Person.archived_at.is_(None), Person.anonymised_at.is_(None))


def every_organisation(db: Session) -> Sequence[Organisation]:
    """All organisations in the official order, archived ones last: what is past still names them."""
    order = (Organisation.archived_at.is_not(None), Organisation.position, Organisation.id)
    return db.scalars(sa.select(Organisation).order_by(*order)).all()


def _put_away(is_archived: bool) -> sa.ColumnElement[bool]:
    return Organisation.archived_at.is_not(None) if is_archived else Organisation.archived_at.is_(None)


def organisation_counts(db: Session) -> tuple[int, int]:
    """How many organisations are in use, and how many are archived."""
    archived = sa.func.count(Organisation.archived_at)
    total, put_away = db.execute(sa.select(sa.func.count(Organisation.id), archived)).one()
    return total - put_away, put_away


def organisation_page(db: Session, *, is_archived: bool, page: int) -> Sequence[tuple[Organisation, int]]:
    """Organisations in the official order, each with how many people it has now."""
    people = (
        sa.select(sa.func.count(Person.id))
        .where(Person.organisation_id == Organisation.id, *_MEMBERS)
        .correlate(Organisation)
        .scalar_subquery()
    )
    query = (
        sa.select(Organisation, people)
        .where(_put_away(is_archived))
        .order_by(Organisation.position, Organisation.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def count_members(db: Session, organisation_id: int) -> int:
    """People with an account who belong to it now."""
    query = sa.select(sa.func.count(Person.id)).where(Person.organisation_id == organisation_id, *_MEMBERS)
    return db.scalar(query) or 0


def count_focal_points(db: Session, organisation_id: int) -> int:
    """People of any organisation who are its focal points."""
    query = (
        sa.select(sa.func.count(sa.distinct(Person.id)))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.FOCAL_POINT, RoleGrant.organisation_id == organisation_id, *_MEMBERS)
    )
    return db.scalar(query) or 0


def managed_organisation(db: Session, organisation_id: int) -> Organisation | None:
    """The organisation as it is stored now, whatever this session has read before."""
    query = sa.select(Organisation).where(Organisation.id == organisation_id)
    return db.scalars(query.execution_options(populate_existing=True)).first()


def managed_region(db: Session, region_id: int) -> Region | None:
    """The region as it is stored now."""
    query = sa.select(Region).where(Region.id == region_id)
    return db.scalars(query.execution_options(populate_existing=True)).first()


def last_position(db: Session) -> int:
    return db.scalar(sa.select(sa.func.max(Organisation.position))) or 0


def in_use_ids(db: Session) -> list[int]:
    """Ids of the organisations in use, in the official order."""
    query = sa.select(Organisation.id).where(_put_away(False)).order_by(Organisation.position, Organisation.id)
    return list(db.scalars(query))


def keys_like(db: Session, key: str) -> set[str]:
    return set(db.scalars(sa.select(Organisation.key).where(Organisation.key.startswith(key, autoescape=True))))


def named_since(db: Session, moment: dt.datetime) -> Sequence[Organisation]:
    """Those whose names are taken: in use, or archived so lately that they can come back."""
    query = sa.select(Organisation).where(sa.or_(_put_away(False), Organisation.archived_at >= moment))
    return db.scalars(query).all()


def spellings_of(db: Session, organisation_id: int) -> Sequence[OrganisationAlias]:
    query = sa.select(OrganisationAlias).where(OrganisationAlias.organisation_id == organisation_id)
    return db.scalars(query.order_by(OrganisationAlias.folded)).all()


def spelling_or_none(db: Session, organisation_id: int, spelling_id: int) -> OrganisationAlias | None:
    mine = OrganisationAlias.organisation_id == organisation_id
    return db.scalars(sa.select(OrganisationAlias).where(mine, OrganisationAlias.id == spelling_id)).first()


def meaning_of(db: Session, folded: str) -> OrganisationAlias | None:
    """What a spelling stands for, if it is known."""
    return db.scalars(sa.select(OrganisationAlias).where(OrganisationAlias.folded == folded)).first()


def people_by_region(db: Session) -> dict[int | None, int]:
    """Region id -> how many people work there now."""
    query = (
        sa.select(Person.region_id, sa.func.count(Person.id))
        .where(Person.region_id.is_not(None), *_MEMBERS)
        .group_by(Person.region_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
