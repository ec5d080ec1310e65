"""Two enrolments of one person become one: what was answered in either counts for that one, and once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.db import insert_if_absent
from lms.programme.models import Enrolment
from lms.surveys import queries
from lms.surveys.models import Done


def count_as_answered(counts: Enrolment, *, aside: Enrolment, db: Session, **_now: Any) -> None:
    """Whoever answered with the account that stands aside is not asked again. Follow-ups stay where they are.

    Taken back, both keep it: nobody is asked twice, and no answer could be told apart anyway.
    """
    for round_id in db.scalars(sa.select(Done.round_id).where(Done.enrolment_id == aside.id)).all():
        # Whoever answers just now writes the rows of the round anew.
        queries.rounds.lock(db, round_id)
        insert_if_absent(db, Done, round_id=round_id, enrolment_id=counts.id)
