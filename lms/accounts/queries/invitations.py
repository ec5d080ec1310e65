"""Every SELECT of the list of invitations: where each person's stands."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased, contains_eager

from lms.accounts.models import ImportBatch, ImportRow, LinkPurpose, OneTimeLink, Organisation, Person, RoleGrant
from lms.accounts.queries.people import matching
from lms.accounts.queries.sign_ins import IS_OPEN
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE


class InvitationState(enum.StrEnum):
    """Where somebody's invitation stands; the last one counts."""

    NOT_INVITED = "not-invited"
    INVITED = "invited"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OPENED = "opened"

    @property
    def label(self) -> Any:
        return _LABELS[self]


_LABELS = {
    InvitationState.NOT_INVITED: _l("Not invited yet"),
    InvitationState.INVITED: _l("Invited"),
    InvitationState.EXPIRED: _l("Expired"),
    InvitationState.REVOKED: _l("Called off"),
    InvitationState.OPENED: _l("Account opened"),
}


@dataclass(frozen=True)
class Selection:
    """Which people are meant: those of a filter, or those named."""

    state: InvitationState | None = None
    organisation_id: int | None = None
    batch_id: int | None = None
    search: str = ""
    person_ids: tuple[int, ...] | None = None
    without_address: bool = False


@dataclass(frozen=True)
class InvitationRow:
    """One person with the last invitation and who made it."""

    person: Person
    state: InvitationState
    link: OneTimeLink | None
    inviter: Person | None


_EARLIER = aliased(OneTimeLink)
#: Id of somebody's last invitation: one look at an index a person.
_LAST = (
    sa.select(sa.func.max(_EARLIER.id))
    .where(_EARLIER.person_id == Person.id, _EARLIER.purpose == LinkPurpose.INVITATION)
    .correlate(Person)
    .scalar_subquery()
)


def _state(now: dt.datetime) -> sa.Case[str]:
    return sa.case(
        (Person.password_hash.is_not(None), InvitationState.OPENED.value),
        (OneTimeLink.id.is_(None), InvitationState.NOT_INVITED.value),
        (OneTimeLink.revoked_at.is_not(None), InvitationState.REVOKED.value),
        (OneTimeLink.expires_at <= now, InvitationState.EXPIRED.value),
        else_=InvitationState.INVITED.value,
    )


def _chosen(query: Any, selection: Selection, *, now: dt.datetime) -> Any:
    """The query narrowed to the selection: accounts in use, each with its last invitation."""
    query = query.select_from(Person).outerjoin(OneTimeLink, OneTimeLink.id == _LAST)
    query = query.where(*IS_OPEN, Person.merged_into_id.is_(None))
    if selection.person_ids is not None:
        query = query.where(Person.id.in_(selection.person_ids))
    if selection.state is not None:
        query = query.where(_state(now) == selection.state.value)
    if selection.organisation_id is not None:
        query = query.where(Person.organisation_id == selection.organisation_id)
    if selection.without_address:
        query = query.where(Person.email.is_(None))
    if selection.batch_id is not None:
        query = query.where(Person.id.in_(_people_of_batch(selection.batch_id)))
    return query.where(matching(selection.search)) if selection.search else query


def _people_of_batch(batch_id: int) -> sa.Select[Any]:
    return (
        sa.select(ImportRow.subject_id)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(ImportRow.batch_id == batch_id, ImportBatch.kind == "people", ImportRow.subject_id.is_not(None))
    )


def invitation_counts(db: Session, selection: Selection, *, now: dt.datetime) -> dict[InvitationState, int]:
    """How many people of the selection are in each state."""
    state = _state(now).label("state")
    chosen = _chosen(sa.select(Person.id, state), selection, now=now).subquery()
    rows = db.execute(sa.select(chosen.c.state, sa.func.count()).group_by(chosen.c.state)).all()
    found = {InvitationState(name): int(count) for name, count in rows}
    return {state: found.get(state, 0) for state in InvitationState}


def invitation_page(
    db: Session, selection: Selection, *, lang: str, page: int, now: dt.datetime
) -> list[InvitationRow]:
    """A page of the selection by name."""
    inviter = aliased(Person)
    query = _chosen(sa.select(Person, _state(now), OneTimeLink, inviter), selection, now=now)
    rows = db.execute(
        query.outerjoin(inviter, inviter.id == OneTimeLink.created_by_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .options(contains_eager(Person.organisation))
        .order_by(Person.sort_ar if lang == "ar" else Person.sort_fr, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return [InvitationRow(person, InvitationState(state), link, by) for person, state, link, by in rows]


def people_to_invite(db: Session, selection: Selection, *, now: dt.datetime) -> Sequence[Person]:
    """People of the selection whose account is not opened yet, by organisation and name."""
    query = _chosen(sa.select(Person), selection, now=now).where(Person.password_hash.is_(None))
    return db.scalars(
        query.outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .options(contains_eager(Person.organisation))
        .order_by(Organisation.position, Person.sort_fr, Person.id)
    ).all()


def count_to_invite(db: Session, selection: Selection, *, now: dt.datetime) -> tuple[int, int]:
    """How many of the selection can be invited, and how many of these have an e-mail address."""
    query = _chosen(sa.select(sa.func.count(Person.id), sa.func.count(Person.email)), selection, now=now)
    total, addresses = db.execute(query.where(Person.password_hash.is_(None))).one()
    return int(total), int(addresses)


def count_live(db: Session, selection: Selection, *, now: dt.datetime) -> int:
    """How many of the selection have an invitation that works."""
    return invitation_counts(db, selection, now=now)[InvitationState.INVITED]


def taken_codes(db: Session, codes: Sequence[str]) -> set[str]:
    return set(db.scalars(sa.select(Person.code).where(Person.code.in_(codes))))


def person_to_invite(db: Session, person_id: int, *, now: dt.datetime) -> Person | None:
    """Somebody whose account is in use and not opened yet."""
    found = people_to_invite(db, Selection(person_ids=(person_id,)), now=now)
    return found[0] if found else None


def has_learners(db: Session) -> bool:
    """Whether anybody takes part: nothing else tells a new installation from one in use."""
    query = sa.select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id)
    return db.scalars(query.where(RoleGrant.role == Role.LEARNER, *IS_OPEN).limit(1)).first() is not None
