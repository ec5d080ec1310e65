"""The programme as its team describes it: names, controller, signatories, habits. One row, edited on a page.

Read from memory by every page; a process asks the database for a newer version every few seconds at most.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, composite, mapped_column, relationship

from lms.core.bilingual import EMPTY, Bilingual
from lms.core.db import Base

LOOK_EVERY_SECONDS = 5.0


class Profile(Base):
    """The settings that the team itself decides. Empty texts fall back to the curriculum's and the product's words."""

    __tablename__ = "programme_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Bilingual] = composite(mapped_column("name_ar", default=""), mapped_column("name_fr", default=""))
    short_name: Mapped[Bilingual] = composite(
        mapped_column("short_name_ar", default=""), mapped_column("short_name_fr", default="")
    )
    #: Who issues certificates.
    issuer: Mapped[Bilingual] = composite(
        mapped_column("issuer_ar", default=""), mapped_column("issuer_fr", default="")
    )
    #: Where people write for help; shown on the help page and in mails.
    contact: Mapped[str] = mapped_column(sa.Text, default="")
    logo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    #: First month of the fiscal year, 1-12 (1: calendar year, 10: October).
    fiscal_year_month: Mapped[int] = mapped_column(default=1)
    #: Staff sign in with a second factor.
    second_factor_required: Mapped[bool] = mapped_column(default=True)
    #: Reminders a person gets in seven days, at most.
    reminders_a_week: Mapped[int] = mapped_column(default=2)
    #: Days without any step after which somebody in a running cohort counts as behind.
    behind_after_days: Mapped[int] = mapped_column(default=10)
    #: Focal points are told which of their people were absent from a half-day (law 09-08: off unless asked).
    absences_to_focal_points: Mapped[bool] = mapped_column(default=False)
    #: How long things are kept: rule -> days, where the team changed the rule's default.
    retention: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class StoredImage(Base):
    """A picture that staff sent, decoded and written again as PNG: nothing of the original file is kept."""

    __tablename__ = "stored_image"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]


class Signatory(Base):
    """Who signs certificates, in their order, with scanned signature and stamp where they are given."""

    __tablename__ = "signatory"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[Bilingual] = composite(mapped_column("name_ar"), mapped_column("name_fr"))
    function: Mapped[Bilingual] = composite(mapped_column("function_ar"), mapped_column("function_fr"))
    signature_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    stamp_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_image.id"))
    archived_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    signature: Mapped[StoredImage | None] = relationship(foreign_keys=[signature_id])
    stamp: Mapped[StoredImage | None] = relationship(foreign_keys=[stamp_id])


@dataclass(frozen=True)
class Known:
    """The profile as pages read it: plain values, safe to keep between requests."""

    name: Bilingual = EMPTY
    short_name: Bilingual = EMPTY
    issuer: Bilingual = EMPTY
    contact: str = ""
    logo_id: int | None = None
    fiscal_year_month: int = 1
    second_factor_required: bool = True
    reminders_a_week: int = 2
    behind_after_days: int = 10
    absences_to_focal_points: bool = False
    version: int = 0


class Cache:
    """What this process knows, and when it looks again."""

    def __init__(self) -> None:
        self.known = Known()
        self.look_at = 0.0


def known(db: Session) -> Known:
    """The profile in force, at most a few seconds old."""
    cache: Cache = current_app.extensions["profile"]
    if time.monotonic() >= cache.look_at:
        cache.look_at = time.monotonic() + LOOK_EVERY_SECONDS
        if version(db) != cache.known.version:
            cache.known = now_stored(db)
    return cache.known


def look(db: Session) -> None:
    """Before a page: have what it shows of the profile at hand. Without a database the last reading serves."""
    try:
        known(db)
    except sa.exc.OperationalError:
        db.rollback()


def now_stored(db: Session) -> Known:
    """The profile as the database holds it this moment, for what is frozen."""
    return _plain(db.get(Profile, 1, populate_existing=True))


def version(db: Session) -> int:
    """Number of the stored profile; 0 while nobody saved one."""
    return db.scalars(sa.select(Profile.version).where(Profile.id == 1)).first() or 0


def named(name: Bilingual, default: Bilingual) -> Bilingual:
    """A name of the profile; the default in a language in which it is not given."""
    return Bilingual(name.ar or default.ar, name.fr or default.fr)


def remembered() -> Known:
    """The profile as this process last read it, without asking anything (error pages, files)."""
    cache: Cache = current_app.extensions["profile"]
    return cache.known


def for_editing(db: Session) -> Profile:
    """The row itself, made with the product's defaults when it is not there yet; flushes."""
    row = db.get(Profile, 1)
    if row is None:
        row = Profile(id=1, name=EMPTY, short_name=EMPTY, issuer=EMPTY, retention={})
        db.add(row)
        db.flush()
    return row


def look_again() -> None:
    """Let this process read the row anew at the next page; call after the commit of a change."""
    current_app.extensions["profile"].look_at = 0.0


def signatories(db: Session) -> list[Signatory]:
    """Who signs, in order, not archived."""
    query = sa.select(Signatory).where(Signatory.archived_at.is_(None)).order_by(Signatory.position, Signatory.id)
    return list(db.scalars(query))


def _plain(row: Profile | None) -> Known:
    if row is None:
        return Known()
    return Known(**{name: getattr(row, name) for name in Known.__dataclass_fields__})
