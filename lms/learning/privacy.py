"""What this room holds on a person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.learning.models import LessonPosition
from lms.programme.models import Enrolment


def positions_of(db: Session, person_id: int) -> dict[str, Any]:
    query = (
        sa.select(LessonPosition)
        .join(Enrolment, Enrolment.id == LessonPosition.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )
    return {
        "lessons_opened": [
            {
                "lesson": row.lesson,
                "steps_read": row.steps_read,
                "opened_at": row.opened_at.isoformat(),
                "read_at": row.read_at.isoformat() if row.read_at else None,
            }
            for row in db.scalars(query)
        ]
    }
