"""Tries counted per key (account + address), with a stated wait after the free ones.

A try is counted before it is judged, so that a hundred parallel guesses count a hundred. Keys are hashed: the
table holds no address and no name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base, insert_if_absent
from lms.core.errors import DomainError

FREE_TRIES = 5
#: Wait after the 5th, 6th, … failure, in minutes; the last one repeats. About 12 tries an hour at most.
WAITS_MINUTES = (1, 2, 4, 8, 15)
#: Tries an hour on one account from places where it was not opened before. With the 11 that the waits let through
#: at one place where it was, an account meets fewer than 20 guesses an hour wherever they come from.
STRANGE_TRIES = 8
#: How long a place (client address) counts as known after the last success there.
KNOWN_FOR = dt.timedelta(days=30)
MISS_WINDOW = dt.timedelta(hours=1)
FORGET_AFTER = dt.timedelta(hours=12)


class Throttle(Base):
    """Failed tries on one key since the last success."""

    __tablename__ = "throttle"

    #: SHA-256 of purpose, account and address.
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    tries: Mapped[int]
    #: The last counted try, UTC.
    last_at: Mapped[dt.datetime]
    #: No try is judged before this moment, UTC.
    open_at: Mapped[dt.datetime]


class TooManyTries(DomainError):
    """Raised while a key has to wait. ``seconds`` says how long."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(_l("Too many tries."))
        self.seconds = seconds
        minutes = -(-seconds // 60)
        self.message = ngettext(
            "Too many tries. The next one is possible in %(num)s minute.",
            "Too many tries. The next one is possible in %(num)s minutes.",
            minutes,
        )


def hashed_key(*parts: str) -> str:
    """The stored form of a key such as ("sign-in", submitted address, client address)."""
    return hashlib.sha256("\x00".join(part.strip().casefold() for part in parts).encode()).hexdigest()


def count_try(db: Session, key: str, *, now: dt.datetime) -> None:
    """Count one try on ``key``; raise TooManyTries instead while it has to wait.

    The caller commits before judging the try. Waits grow by WAITS_MINUTES once FREE_TRIES are used.
    """
    row = _locked(db, key, now)
    if now - row.last_at > FORGET_AFTER:
        row.tries = 0
    if row.tries and now < row.open_at:
        raise TooManyTries(math.ceil((row.open_at - now).total_seconds()))
    row.tries += 1
    row.last_at = now
    over = row.tries - FREE_TRIES
    wait = WAITS_MINUTES[min(over, len(WAITS_MINUTES) - 1)] if over >= 0 else 0
    row.open_at = now + dt.timedelta(minutes=wait)
    db.flush()


def count_on_account(db: Session, account: str, place: str, *, now: dt.datetime) -> None:
    """Count one try on an account, wherever it comes from; raise TooManyTries once the hour's share is used.

    Places where the account was opened before stay open then (``count_try`` slows each of them by itself): guessing
    from many addresses cannot shut the person out who uses the product at the usual place.
    """
    wait = count_miss(db, account, free=STRANGE_TRIES, now=now)
    if wait > 0 and not is_known(db, place, now=now):
        raise TooManyTries(wait)


def remember(db: Session, place: str, *, now: dt.datetime) -> None:
    """Note that the account was opened at this place (a key of account and client address)."""
    _locked(db, place, now).last_at = now
    db.flush()


def is_known(db: Session, place: str, *, now: dt.datetime) -> bool:
    """Whether the account was opened at this place within the last weeks."""
    row = db.get(Throttle, place)
    return row is not None and now - row.last_at <= KNOWN_FOR


def count_miss(db: Session, key: str, *, free: int, now: dt.datetime) -> int:
    """Count a miss where hits are never held back; gives the seconds to wait once ``free`` an hour are used."""
    row = _locked(db, key, now)
    if now - row.open_at >= MISS_WINDOW:  # here open_at is the start of the hour being counted
        row.tries, row.open_at = 0, now
    row.tries += 1
    row.last_at = now
    db.flush()
    return int((row.open_at + MISS_WINDOW - now).total_seconds()) if row.tries > free else 0


def _locked(db: Session, key: str, now: dt.datetime) -> Throttle:
    insert_if_absent(db, Throttle, key=key, tries=0, last_at=now, open_at=now)
    return db.get_one(Throttle, key, with_for_update=True)


def forget(db: Session, key: str) -> None:
    """Forget the tries on ``key`` after a success."""
    db.execute(sa.delete(Throttle).where(Throttle.key == key))
