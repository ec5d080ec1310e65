"""One-time links: making, spending, revoking. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.errors import LinkNotUsable
from lms.accounts.models import (
    LinkPurpose,
    OneTimeLink,
    Person,
)


def make_link(
    db: Session,
    person: Person,
    purpose: LinkPurpose,
    *,
    lasts: dt.timedelta,
    now: dt.datetime,
    channel: str = "mail",
    actor_id: int | None = None,
) -> str:
    """A one-time token; earlier links of the same purpose stop working."""
    revoke_links(db, person.id, now=now, purpose=purpose)
    token = new_token()
    db.add(
        OneTimeLink(
            purpose=purpose,
            token_hash=queries.token_hash(token),
            person_id=person.id,
            channel=channel,
            created_by_id=actor_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    db.flush()
    return token


def new_token() -> str:
    return secrets.token_urlsafe(32)


def revoke_links(db: Session, person_id: int, *, now: dt.datetime, purpose: LinkPurpose | None = None) -> None:
    query = sa.update(OneTimeLink).where(
        OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None)
    )
    if purpose is not None:
        query = query.where(OneTimeLink.purpose == purpose)
    db.execute(query.values(revoked_at=now))


def use_link(db: Session, token: str, purpose: LinkPurpose, *, now: dt.datetime) -> Person:
    """Spend a one-time link. Raises LinkNotUsable; of two parallel uses one gets it."""
    link = queries.usable_link(db, token, purpose, now=now)
    if link is None:
        raise LinkNotUsable
    spent = db.execute(
        sa.update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkNotUsable
    person = link.person
    if person.suspended_at or person.archived_at or person.anonymised_at:
        raise LinkNotUsable
    return person


def calendar_name(key: str) -> str:
    """The name of an event for ever, in whatever calendar: the same one sent again replaces the first."""
    return f"{key}@{public_address('').partition('//')[2]}"


def public_address(path: str) -> str:
    """A path of ours as a full address for mails and codes: the configured origin, never the request's."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base or 'http://127.0.0.1:8000'}{path}"
