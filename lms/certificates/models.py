"""The register of certificates: append-only facts, stored bytes, a chain that shows tampering.

Context: a certificate generated again at view time changes with names, titles and locale. Decision (2026-11-24):
facts are frozen at issue, drawn once, stored with their SHA-256; a correction is a new row with a new serial and
code that says which one it replaces. Consequence: nothing here is ever updated but state and file.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Kind(enum.StrEnum):
    ACHIEVEMENT = "achievement"
    PARTICIPATION = "participation"


class Certificate(Base):
    """One line of the register."""

    __tablename__ = "certificate"
    __table_args__ = (
        # One certificate a rule: a correction has the next revision and replaces the one before.
        sa.UniqueConstraint("enrolment_id", "rule", "revision"),
        sa.UniqueConstraint("year", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    #: Kind and modules: ``achievement:concepts``.
    rule: Mapped[str] = mapped_column(sa.String(60))
    revision: Mapped[int] = mapped_column(default=1)
    year: Mapped[int]
    number: Mapped[int]
    #: ``GSI-2026-000123-C``.
    serial: Mapped[str] = mapped_column(sa.String(20), unique=True)
    #: 16 Crockford base-32 characters, 80 random bits, without separators.
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    #: All that is printed, frozen at issue.
    facts: Mapped[dict[str, Any]]
    #: What made the person eligible: activities, scores, days.
    evidence: Mapped[dict[str, Any]]
    issued_at: Mapped[dt.datetime]
    #: NULL: issued by rule, on the holder's confirmation of the name.
    issued_by_id: Mapped[int | None]
    revoked_at: Mapped[dt.datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    #: SHA-256 of serial, code, facts, evidence, moment and previous hash.
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class CertificateFile(Base):
    """The stored PDF: the same bytes at every download."""

    __tablename__ = "certificate_file"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    pdf: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    drawn_at: Mapped[dt.datetime]


class CertificateCounter(Base):
    """Last number given in a year; locked while one is taken, so that no number is used twice."""

    __tablename__ = "certificate_counter"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
