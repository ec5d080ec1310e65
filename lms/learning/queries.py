"""Every SELECT of this room: positions, sheets, and where a person stands in the modules of their cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.curriculum.catalogue import Curriculum
from lms.learning.models import LessonPosition, Worksheet
from lms.learning.path import Path, path_of
from lms.programme.models import Enrolment
from lms.programme.queries import modules_of_cohort
from lms.progress import queries as progress


def position(db: Session, enrolment_id: int, lesson: str) -> LessonPosition | None:
    return db.get(LessonPosition, (enrolment_id, lesson))


def last_position(db: Session, enrolment_id: int) -> LessonPosition | None:
    """The unfinished lesson that was opened last."""
    query = (
        sa.select(LessonPosition)
        .where(LessonPosition.enrolment_id == enrolment_id, LessonPosition.read_at.is_(None))
        .order_by(LessonPosition.opened_at.desc())
        .limit(1)
    )
    return db.scalars(query).first()


def path(db: Session, curriculum: Curriculum, enrolment: Enrolment, *, today: dt.date) -> Path:
    """The modules of the enrolment's cohort with what is done, open and locked."""
    return path_of(
        curriculum,
        modules_of_cohort(db, enrolment.cohort_id),
        progress.entries(db, enrolment.id),
        progress.modules(db, enrolment.id),
        cohort=enrolment.cohort,
        today=today,
    )


def worksheets(db: Session, person_id: int, sheets: Collection[str] | None = None) -> dict[str, Worksheet]:
    """What the person wrote, by key of the sheet; only on these sheets, when they are named."""
    query = sa.select(Worksheet).where(Worksheet.person_id == person_id).order_by(Worksheet.id)
    if sheets is not None:
        query = query.where(Worksheet.sheet.in_(sheets))
    return {row.sheet: row for row in db.scalars(query)}
