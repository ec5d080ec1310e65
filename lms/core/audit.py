"""Who did what, when and why, in rows that cannot be changed unseen.

Each row's hash covers its ids, its commitment and the hash before it. Personal values stand in a side table
that can be erased without breaking the chain: the row keeps only a salted commitment to them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base, insert_if_absent

GENESIS = "0" * 64


class AuditEntry(Base):
    """One act. Append-only."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[dt.datetime]
    #: Person who acted; none for the system itself.
    actor_id: Mapped[int | None]
    #: Dotted name of the act, e.g. ``certificates.revoke``.
    action: Mapped[str] = mapped_column(sa.String(80), index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    #: SHA-256 of salt + reason + values in ``audit_detail``.
    commitment: Mapped[str] = mapped_column(sa.String(64))
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditDetail(Base):
    """Reason and values of an act; may hold personal data, may be erased."""

    __tablename__ = "audit_detail"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    values: Mapped[dict[str, Any]]


class AuditHead(Base):
    """End of the chain: one row, locked while an entry is added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(sa.String(64))


def record(
    db: Session,
    action: str,
    *,
    actor_id: int | None,
    subject: Any = None,
    reason: str = "",
    now: dt.datetime,
    **values: Any,
) -> AuditEntry:
    """Append an act to the chain. ``values`` (before/after) must be JSON; flushes."""
    head = db.get(AuditHead, 1, with_for_update=True)
    if head is None:
        insert_if_absent(db, AuditHead, id=1, hash=GENESIS)
        head = db.get_one(AuditHead, 1, with_for_update=True)
    salt = secrets.token_hex(16)
    entry = AuditEntry(
        happened_at=now,
        actor_id=actor_id,
        action=action,
        subject_type=subject.__tablename__ if subject is not None else "",
        subject_id=subject.id if subject is not None else None,
        commitment=_commitment(salt, reason, values),
        previous_hash=head.hash,
        hash="",
    )
    entry.hash = head.hash = _entry_hash(entry)
    db.add(entry)
    db.flush()
    db.add(AuditDetail(entry_id=entry.id, salt=salt, reason=reason, values=values))
    db.flush()
    return entry


@dataclass(frozen=True)
class Checked:
    """What a check of a part of the chain found."""

    #: Id of the first row that does not fit; None when all looked at do.
    broken: int | None
    #: Rows looked at, and the id of the last of them.
    count: int
    last: int
    #: Whether the end of the chain was reached.
    is_end: bool


def first_broken_entry(db: Session) -> int | None:
    """Id of the first row whose hash, link or kept detail does not fit; None when the chain is whole."""
    return check_chain(db).broken


def check_chain(db: Session, *, after: int = 0, limit: int | None = None) -> Checked:
    """Check the rows that follow ``after``, at most ``limit`` of them, one at a time in memory."""
    before = sa.select(AuditEntry.hash).where(AuditEntry.id <= after).order_by(AuditEntry.id.desc()).limit(1)
    previous = db.scalars(before).first() or GENESIS
    query = (
        sa.select(AuditEntry, AuditDetail)
        .outerjoin(AuditDetail)
        .where(AuditEntry.id > after)
        .order_by(AuditEntry.id)
        .limit(limit)
        .execution_options(yield_per=500)
    )
    count, last = 0, after
    with db.execute(query) as rows:  # left early, a cursor on the server has to be closed
        for entry, detail in rows:
            kept = detail is None or _commitment(detail.salt, detail.reason, detail.values) == entry.commitment
            if entry.previous_hash != previous or _entry_hash(entry) != entry.hash or not kept:
                return Checked(int(entry.id), count, last, is_end=False)
            previous, count, last = entry.hash, count + 1, int(entry.id)
    return Checked(None, count, last, is_end=limit is None or count < limit)


def _commitment(salt: str, reason: str, values: dict[str, Any]) -> str:
    text = json.dumps([salt, reason, values], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _entry_hash(entry: AuditEntry) -> str:
    parts = (
        entry.happened_at.isoformat(),
        entry.actor_id,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.commitment,
        entry.previous_hash,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
