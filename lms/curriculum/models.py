"""The last good reading of the content files, kept so that a broken tree never takes the lessons away."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class ContentSnapshot(Base):
    """One parsed and rendered curriculum, both languages. Workers serve the newest."""

    __tablename__ = "content_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of all files and of the renderer's version.
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime]
    #: JSON, compressed.
    body: Mapped[bytes]


class ContentProblem(Base):
    """What the last sync found wrong; empty after a good one. Shown on the health page."""

    __tablename__ = "content_problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    found_at: Mapped[dt.datetime]


class PaperFile(Base):
    """A lesson, module or guide as PDF, kept under the hash of its content; asked for before it is drawn."""

    __tablename__ = "paper_file"
    __table_args__ = (sa.UniqueConstraint("name", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Such as ``lesson:concepts/reading-figures``.
    name: Mapped[str] = mapped_column(sa.String(160))
    lang: Mapped[str] = mapped_column(sa.String(2))
    #: Of the content asked for last; what is drawn is of the same.
    digest: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[dt.datetime]
    drawn_at: Mapped[dt.datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    #: Why it could not be drawn; empty as a rule.
    fault: Mapped[str] = mapped_column(sa.Text, default="")
    pdf: Mapped[bytes | None] = mapped_column(deferred=True)
