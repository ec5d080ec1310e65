"""What the ledger holds on a person, for their own reading."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core.i18n import percent
from lms.core.own_data import Words
from lms.programme.models import Enrolment
from lms.progress.models import LedgerEntry

WORDS = {
    "progress": Words(_l("Progress")),
    "progress.activity": Words(_l("Activity")),
    "progress.share": Words(_l("Share done"), percent),
    "progress.minutes": Words(_l("Minutes counted")),
    "progress.score": Words(_l("Result"), percent),
    "progress.happened_on": Words(_l("Day")),
}


def ledger_of(db: Session, person_id: int) -> dict[str, Any]:
    """Everything recorded as done by the person."""
    query = (
        sa.select(LedgerEntry)
        .join(Enrolment, Enrolment.id == LedgerEntry.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(LedgerEntry.recorded_at)
    )
    return {
        "progress": [
            {
                "activity": entry.activity,
                "share": float(entry.share),
                "minutes": entry.minutes,
                "score": None if entry.score is None else float(entry.score),
                "happened_on": entry.happened_on.isoformat(),
            }
            for entry in db.scalars(query)
        ]
    }
