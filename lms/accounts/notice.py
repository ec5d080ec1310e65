"""The privacy notice: its version in force, and what the programme's owner states in it.

Every page asks for the version: a process keeps it and looks for a newer one every few seconds at most.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from lms.accounts.models import PrivacyNotice
from lms.core.bilingual import EMPTY, Bilingual

#: Date of the product's own text. Changing the text means a new date: everybody is asked to read it again.
VERSION = "2026-11-24"
LOOK_EVERY_SECONDS = 5.0
#: Versions sort as text, so that a day has nine at most.
MOST_A_DAY = 9


@dataclass(frozen=True)
class Stated:
    """What a version states, as plain values that may be kept between requests. Empty: not stated yet."""

    version: str
    controller: Bilingual = EMPTY
    recipients: Bilingual = EMPTY
    contact: str = ""
    cndp_number: str = ""
    changes: Bilingual = EMPTY
    published_at: dt.datetime | None = None

    @property
    def day(self) -> dt.date:
        return day_of(self.version)


class Cache:
    """What this process knows, and when it looks again."""

    def __init__(self) -> None:
        self.published: Stated | None = None
        self.look_at = 0.0


def init_app(app: Flask) -> None:
    app.extensions["notice"] = Cache()


def current(db: Session) -> Stated:
    """The version in force: the newest published one, else the product's own."""
    cache: Cache = current_app.extensions["notice"]
    if time.monotonic() >= cache.look_at:
        cache.published = now_published(db)
        cache.look_at = time.monotonic() + LOOK_EVERY_SECONDS
    # A text of the product that is newer than what was published is asked for again.
    return cache.published if cache.published and cache.published.version >= VERSION else _own(cache.published)


def _own(published: Stated | None) -> Stated:
    """The product's own version, with what was stated last."""
    if published is None:
        return Stated(VERSION)
    return Stated(VERSION, published.controller, published.recipients, published.contact, published.cndp_number)


def now_published(db: Session) -> Stated | None:
    """The newest published version as the database holds it this moment."""
    row = db.scalars(sa.select(PrivacyNotice).order_by(PrivacyNotice.version.desc()).limit(1)).first()
    return stated(row) if row is not None else None


def stated(row: PrivacyNotice) -> Stated:
    """A stored version as plain values."""
    return Stated(
        row.version, row.controller, row.recipients, row.contact, row.cndp_number, row.changes, row.published_at
    )


def look_again() -> None:
    """Let this process read the newest version at the next page; call after the commit of a new one."""
    current_app.extensions["notice"].look_at = 0.0


def day_of(version: str) -> dt.date:
    """The day in a version's name; a second one of a day is called ``2026-11-24-2``."""
    return dt.date.fromisoformat(version[:10])


def next_version(newest: str, today: dt.date) -> str | None:
    """Name of a version published now: it sorts after all others. None once a day has had its nine."""
    if today.isoformat() > newest:
        return today.isoformat()
    number = int(newest[11:] or 1) + 1
    return f"{newest[:10]}-{number}" if number <= MOST_A_DAY else None
