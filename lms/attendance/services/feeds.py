"""Calendars to subscribe to: one secret address a person, renewed and revoked by them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.queries.sign_ins import token_hash
from lms.accounts.services.links import new_token
from lms.attendance.models import Feed


def make(db: Session, person_id: int, *, now: dt.datetime) -> str:
    """A new token, given this once; the address of before ends with it."""
    revoke(db, person_id)
    token = new_token()
    db.add(Feed(person_id=person_id, token_hash=token_hash(token), made_at=now))
    db.flush()
    return token


def revoke(db: Session, person_id: int) -> None:
    """From now on the address leads nowhere."""
    db.execute(sa.delete(Feed).where(Feed.person_id == person_id).execution_options(synchronize_session="fetch"))
    db.flush()
