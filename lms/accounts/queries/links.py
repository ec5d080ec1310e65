"""Every SELECT of one-time links."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import (
    LinkPurpose,
    OneTimeLink,
)
from lms.accounts.queries.sign_ins import token_hash


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
