"""Every SELECT of the list of people as the administration keeps it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from lms.accounts import codes
from lms.accounts.models import (
    LinkPurpose,
    OneTimeLink,
    Person,
    PersonMerge,
    RoleGrant,
    SignIn,
    Transfer,
)
from lms.accounts.queries.people import matching
from lms.core.paging import PAGE_SIZE

#: Filter of people who belong to no organisation.
WITHOUT = "-"


class PersonState(enum.StrEnum):
    """Where an account stands, in the order in which one state hides the next."""

    ARCHIVED = "archived"
    SUSPENDED = "suspended"
    ACTIVE = "active"
    INVITED = "invited"
    NOT_INVITED = "not-invited"

    @property
    def label(self) -> Any:
        return _STATES[self]


_STATES = {
    PersonState.ARCHIVED: _l("Account archived"),
    PersonState.SUSPENDED: _l("Account suspended"),
    PersonState.ACTIVE: _l("Account open"),
    PersonState.INVITED: _l("Invited"),
    PersonState.NOT_INVITED: _l("Not invited yet"),
}
_HAS_INVITATION = (
    sa.select(OneTimeLink.id)
    .where(
        OneTimeLink.person_id == Person.id, OneTimeLink.purpose == LinkPurpose.INVITATION,
        OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None),
    )
    .exists()
)  # fmt: skip
_STATE = sa.case(
    (Person.archived_at.is_not(None), PersonState.ARCHIVED.value),
    (Person.suspended_at.is_not(None), PersonState.SUSPENDED.value),
    (Person.password_hash.is_not(None), PersonState.ACTIVE.value),
    (_HAS_INVITATION, PersonState.INVITED.value),
    else_=PersonState.NOT_INVITED.value,
)
_LAST_SIGN_IN = sa.select(sa.func.max(SignIn.created_at)).where(SignIn.person_id == Person.id).scalar_subquery()


@dataclass(frozen=True)
class Wanted:
    """Filters of the list; empty ones filter nothing. Archived people show only when asked for."""

    search: str = ""
    organisation: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    """One person of the list."""

    person: Person
    state: PersonState
    last_sign_in: dt.datetime | None


def people_page(db: Session, wanted: Wanted, *, organisation_id: int | None, lang: str, page: int) -> list[Line]:
    """A page of people by name, each with roles, organisation, state and last sign-in."""
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = (
        sa.select(Person, _STATE, _LAST_SIGN_IN)
        .options(joinedload(Person.organisation), selectinload(Person.grants))
        .where(*_conditions(wanted, organisation_id))
        .order_by(order, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [Line(row[0], PersonState(row[1]), row[2]) for row in db.execute(query)]


def count_people(db: Session, wanted: Wanted, *, organisation_id: int | None) -> int:
    query = sa.select(sa.func.count(Person.id)).where(*_conditions(wanted, organisation_id))
    return db.scalar(query) or 0


def _conditions(wanted: Wanted, organisation_id: int | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Person.anonymised_at.is_(None), Person.merged_into_id.is_(None)]
    found.append(_STATE.in_([wanted.state]) if wanted.state else Person.archived_at.is_(None))
    if wanted.organisation:
        # WITHOUT has no id: NULL it is.
        found.append(Person.organisation_id == organisation_id)
    if wanted.role:
        holds = sa.select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.role == wanted.role)
        found.append(holds.exists())
    if wanted.search:
        found.append(_found_by(wanted.search))
    return found


def _found_by(text: str) -> sa.ColumnElement[bool]:
    """Names folded, e-mail, code, or the digits of a telephone number however they are spaced."""
    plain = text.strip().lower()
    ways = [
        matching(text),
        Person.email.contains(plain, autoescape=True),
        # As it is printed, with its hyphens, or as it is kept.
        Person.code.contains(codes.plain(text) or text, autoescape=True),
    ]
    digits = "".join(one for one in plain if one.isdecimal()).lstrip("0")
    if len(digits) >= 4:
        ways.append(Person.phone.contains(digits, autoescape=True))
    return sa.or_(*ways)


def state_of(db: Session, person_id: int) -> PersonState:
    return PersonState(db.scalars(sa.select(_STATE).select_from(Person).where(Person.id == person_id)).one())


def last_sign_in(db: Session, person_id: int) -> dt.datetime | None:
    return db.scalar(sa.select(sa.func.max(SignIn.created_at)).where(SignIn.person_id == person_id))


def managed_person(db: Session, person_id: int) -> Person | None:
    """A person as administrators may open it: archived too, wiped not."""
    query = (
        sa.select(Person)
        .options(joinedload(Person.organisation), joinedload(Person.region), selectinload(Person.grants))
        .where(Person.id == person_id, Person.anonymised_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return db.scalars(query).first()


def transfers_of(db: Session, person_id: int) -> Sequence[Transfer]:
    """Moves, the newest day first."""
    query = sa.select(Transfer).where(Transfer.person_id == person_id)
    return db.scalars(query.order_by(Transfer.happened_on.desc(), Transfer.id.desc())).all()


@dataclass(frozen=True)
class Merged:
    """An account made one with another: which one, and who did it."""

    merge: PersonMerge
    other: Person
    actor: Person | None


def merges_of(db: Session, person_id: int) -> list[Merged]:
    """Merges into this account that stand, newest first."""
    other, actor = aliased(Person), aliased(Person)
    query = (
        sa.select(PersonMerge, other, actor)
        .join(other, other.id == PersonMerge.merged_id)
        .outerjoin(actor, actor.id == PersonMerge.merged_by_id)
        .where(PersonMerge.kept_id == person_id, PersonMerge.undone_at.is_(None))
        .order_by(PersonMerge.id.desc())
    )
    return [Merged(*row) for row in db.execute(query)]


def merge_or_none(db: Session, merge_id: int) -> PersonMerge | None:
    return db.get(PersonMerge, merge_id)
