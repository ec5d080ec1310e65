"""Two enrolments of one person become one: what only the other has done is copied, and taken back on undo.

The ledger is append-only: a copy is a new entry that names where it came from, taking it back is a correction.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.programme.models import Enrolment
from lms.progress import queries, services
from lms.progress.models import LedgerChange, LedgerEntry

MERGED_FROM, PARTED_FROM = "merged_from", "parted_from"


def copy_missing(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime) -> None:
    """Give the enrolment that counts what the other one has done more of."""
    own = queries.entries(db, counts.id)
    for activity, entry in sorted(queries.entries(db, aside.id).items()):
        mine = own.get(activity)
        if mine is None or _worth(entry) > _worth(mine):
            services.record(
                db, counts, activity, module=entry.module, share=entry.share, minutes=entry.minutes,
                score=entry.score, happened_on=entry.happened_on, evidence={MERGED_FROM: aside.id}, now=now,
            )  # fmt: skip


def _worth(entry: LedgerEntry) -> tuple[Decimal, Decimal]:
    return entry.share, entry.score if entry.score is not None else Decimal(0)


def take_copies_back(counts: Enrolment, *, aside: Enrolment, db: Session, now: dt.datetime, **_rooms: Any) -> None:
    """Correct what was copied to what stood there before; what the person did since stays."""
    for activity, entry in sorted(queries.entries(db, counts.id).items()):
        if entry.evidence.get(MERGED_FROM) != aside.id:
            continue
        before = _before(db, counts.id, activity, aside.id)
        services.record(
            db, counts, activity, module=entry.module,
            share=before.share if before else 0, minutes=before.minutes if before else 0,
            score=before.score if before else None, happened_on=before.happened_on if before else entry.happened_on,
            evidence=before.evidence if before else {PARTED_FROM: aside.id}, now=now,
        )  # fmt: skip


def _before(db: Session, enrolment_id: int, activity: str, aside_id: int) -> LedgerChange | None:
    """The last change that did not come from that merge."""
    query = (
        sa.select(LedgerChange)
        .where(LedgerChange.enrolment_id == enrolment_id, LedgerChange.activity == activity)
        .order_by(LedgerChange.id.desc())
    )
    return next((one for one in db.scalars(query) if one.evidence.get(MERGED_FROM) != aside_id), None)
