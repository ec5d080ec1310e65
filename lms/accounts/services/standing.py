"""Taking roles away, closing accounts and opening them again. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.errors import LastAdministrator, OwnAccount, RoleNotPossible, TooLateToBringBack
from lms.accounts.models import Organisation, Person, RoleGrant
from lms.accounts.queries.sign_ins import IS_OPEN
from lms.accounts.services.links import revoke_links
from lms.accounts.services.people import grant_role, suspend
from lms.accounts.services.sign_ins import close_sign_ins
from lms.core import audit
from lms.core.access import Role

BRING_BACK_WITHIN = dt.timedelta(days=30)


def give_role(
    db: Session, person: Person, role: Role, *, organisation: Organisation | None, actor_id: int, now: dt.datetime
) -> None:
    """Give a role. Raises RoleNotPossible when it is held already or a focal point has no organisation."""
    covered = organisation if role is Role.FOCAL_POINT else None
    held = {(one.role, one.organisation_id) for one in person.grants}
    is_lacking = role is Role.FOCAL_POINT and covered is None
    if is_lacking or (str(role), covered.id if covered else None) in held:
        raise RoleNotPossible
    grant_role(db, person, role, organisation=covered, actor_id=actor_id, now=now)


def revoke_role(db: Session, person: Person, grant: RoleGrant, *, actor_id: int | None, now: dt.datetime) -> None:
    """Take a role away; open sign-ins end. Raises OwnAccount or LastAdministrator."""
    if grant.role == Role.ADMINISTRATOR:
        if person.id == actor_id:
            raise OwnAccount
        _keep_an_administrator(db, without=person.id)
    db.execute(sa.delete(RoleGrant).where(RoleGrant.id == grant.id))
    db.expire(person, ["grants"])
    close_sign_ins(db, person.id, now=now)
    audit.record(
        db, "accounts.revoke-role", actor_id=actor_id, subject=person, now=now,
        role=grant.role, organisation_id=grant.organisation_id,
    )  # fmt: skip


def close_account(db: Session, person: Person, *, actor_id: int | None, reason: str, now: dt.datetime) -> None:
    """Suspend somebody else's account. Raises OwnAccount or LastAdministrator."""
    _check_may_go(db, person, actor_id)
    if person.suspended_at is None:
        suspend(db, person, actor_id=actor_id, reason=reason, now=now)
        db.flush()


def reactivate(db: Session, person: Person, *, actor_id: int | None, now: dt.datetime) -> None:
    """Open a suspended account again: the password still holds, sign-ins and links stay ended."""
    if person.suspended_at is not None:
        person.suspended_at = None
        db.flush()
        audit.record(db, "accounts.reactivate", actor_id=actor_id, subject=person, now=now)


def archive_person(db: Session, person: Person, *, actor_id: int | None, reason: str, now: dt.datetime) -> None:
    """Put an account away; sign-ins and links end. Raises OwnAccount or LastAdministrator."""
    _check_may_go(db, person, actor_id)
    if person.archived_at is None:
        close_sign_ins(db, person.id, now=now)
        revoke_links(db, person.id, now=now)
        put_away(db, person, "accounts.archive-person", actor_id=actor_id, reason=reason, now=now)


def end_sign_ins(
    db: Session, person: Person, *, keep: int | None = None, actor_id: int | None, now: dt.datetime
) -> None:
    """Sign somebody out of every browser but ``keep``."""
    close_sign_ins(db, person.id, now=now, keep=keep)
    audit.record(db, "accounts.end-sign-ins", actor_id=actor_id, subject=person, now=now)


def put_away(db: Session, row: Any, action: str, *, actor_id: int | None, reason: str = "", now: dt.datetime) -> None:
    """Archive a person or an organisation; a second time changes nothing."""
    if row.archived_at is None:
        row.archived_at = now
        db.flush()
        audit.record(db, action, actor_id=actor_id, subject=row, reason=reason, now=now)


def bring_back(db: Session, row: Any, action: str, *, actor_id: int | None, now: dt.datetime) -> None:
    """Restore a person or an organisation. Raises TooLateToBringBack after 30 days, and for a merged account."""
    if row.archived_at is None:
        return
    if now - row.archived_at > BRING_BACK_WITHIN or getattr(row, "merged_into_id", None):
        raise TooLateToBringBack
    row.archived_at = None
    db.flush()
    audit.record(db, action, actor_id=actor_id, subject=row, now=now)


def _check_may_go(db: Session, person: Person, actor_id: int | None) -> None:
    if person.id == actor_id:
        raise OwnAccount
    if any(one.role == Role.ADMINISTRATOR for one in person.grants):
        _keep_an_administrator(db, without=person.id)


def _keep_an_administrator(db: Session, *, without: int) -> None:
    """Raise LastAdministrator unless somebody else with a password administers.

    The grants are locked first: of two who take each other's role away at one moment, the second sees the first.
    """
    is_administrator = RoleGrant.role == Role.ADMINISTRATOR
    db.execute(sa.select(RoleGrant.id).where(is_administrator).order_by(RoleGrant.id).with_for_update()).all()
    others = (
        sa.select(Person.id)
        .join(RoleGrant)
        .where(is_administrator, Person.id != without, Person.password_hash.is_not(None), *IS_OPEN)
    )
    if db.scalars(others.limit(1)).first() is None:
        raise LastAdministrator
