"""Opening and closing sign-ins. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.models import (
    Person,
    SignIn,
)
from lms.core import audit
from lms.core.access import STAFF
from lms.core.db import short_write

STAFF_IDLE_MINUTES = 60

SIGN_IN_LASTS = dt.timedelta(hours=12)

STAYING_LASTS = dt.timedelta(days=30)

SEEN_EVERY = dt.timedelta(minutes=5)


def open_sign_in(
    db: Session, person: Person, *, stay: bool, device: str, now: dt.datetime, second_factor: bool = False
) -> str:
    """A new sign-in; gives the token for the cookie. Staff: 60 minutes idle, 12 hours; others may stay 30 days.

    ``second_factor``: the person gave one beside the password.
    """
    is_staff = bool(queries.roles_of(db, person.id) & STAFF)
    token = secrets.token_urlsafe(32)
    db.add(
        SignIn(
            token_hash=queries.token_hash(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (STAYING_LASTS if stay and not is_staff else SIGN_IN_LASTS),
            second_factor_at=now if second_factor else None,
            confirmed_at=now,
            idle_minutes=STAFF_IDLE_MINUTES if is_staff else None,
            device=device[:80],
        )
    )
    db.flush()
    audit.record(db, "accounts.sign-in", actor_id=person.id, subject=person, now=now)
    return token


def close_sign_ins(
    db: Session, person_id: int, *, now: dt.datetime, keep: int | None = None, only: int | None = None
) -> None:
    """End the person's sign-ins: all, all but ``keep``, or ``only`` one."""
    condition = [SignIn.person_id == person_id, SignIn.closed_at.is_(None)]
    if keep is not None:
        condition.append(SignIn.id != keep)
    if only is not None:
        condition.append(SignIn.id == only)
    db.execute(sa.update(SignIn).where(*condition).values(closed_at=now))


def confirm(db: Session, sign_in_id: int, *, now: dt.datetime) -> None:
    """The person proved again in this browser who they are."""
    db.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(confirmed_at=now))


def note_seen(sign_in_id: int, *, now: dt.datetime) -> None:
    """Move the idle limit on, in a short transaction of its own (a page view otherwise only reads)."""
    with short_write() as db:
        db.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))
