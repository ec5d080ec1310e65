"""Files of people and organisations: what was read and what it did."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class BatchState(enum.StrEnum):
    """Where an import stands. Only a confirmed one has written people or organisations."""

    CHECKED = "checked"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


class ImportBatch(Base):
    """One file that was uploaded: checked, then confirmed or left; a confirmed one can be undone."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "people" or "organisations".
    kind: Mapped[str] = mapped_column(sa.String(16))
    filename: Mapped[str] = mapped_column(sa.String(200))
    #: SHA-256 of the bytes sent.
    sha256: Mapped[str] = mapped_column(sa.String(64))
    #: How a CSV was read: utf-8, utf-16, windows-1256, windows-1252; empty for XLSX.
    encoding: Mapped[str] = mapped_column(sa.String(16), default="")
    #: Columns of the file that were not understood, and other sentences about the whole file.
    remarks: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(sa.String(10), default=BatchState.CHECKED)
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class ImportRow(Base):
    """One line of the file as read (and mended), and what confirming it did."""

    __tablename__ = "import_row"
    __table_args__ = (sa.UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id", ondelete="CASCADE"))
    #: Line of the sheet, the heading being 1.
    number: Mapped[int]
    #: column -> text as it stands now.
    cells: Mapped[dict[str, Any]]
    #: new, same, changed, error or skipped.
    outcome: Mapped[str] = mapped_column(sa.String(8))
    #: Row written by the confirmation.
    subject_id: Mapped[int | None]
    #: What stood there before, for the undo; NULL for a new row.
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON())
