"""Keeping positions and recording lessons read. Flushes, never commits."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.curriculum.catalogue import Lesson, Step
from lms.learning.models import LessonPosition
from lms.programme.models import Enrolment
from lms.progress import activities
from lms.progress import services as progress


def read_step(db: Session, enrolment: Enrolment, lesson: Lesson, step: Step, *, now: dt.datetime) -> Step | None:
    """Mark a step as read; gives the next one, None at the end of the lesson.

    With its last missing step the lesson counts as read: the ledger gets it once, with its nominal minutes.
    """
    row = _position(db, enrolment.id, lesson, step, now)
    read = {*row.steps_read, step.id}
    row.steps_read = [one.id for one in lesson.steps if one.id in read]
    following = next_step(lesson, step)
    unread = next((one for one in lesson.steps if one.id not in read), None)
    row.step, row.opened_at = (following or unread or step).id, now
    if unread is None and row.read_at is None:
        row.read_at = now
        progress.record(
            db,
            enrolment,
            activities.lesson(lesson.key),
            module=lesson.module,
            share=1,
            minutes=lesson.minutes,
            happened_on=local_date(now),
            evidence={"steps": row.steps_read},
            now=now,
        )
    db.flush()
    return following or unread


def next_step(lesson: Lesson, step: Step) -> Step | None:
    return lesson.steps[step.number] if step.number < len(lesson.steps) else None


def _position(db: Session, enrolment_id: int, lesson: Lesson, step: Step, now: dt.datetime) -> LessonPosition:
    key = {"enrolment_id": enrolment_id, "lesson": lesson.key}
    row = db.get(LessonPosition, key, with_for_update=True)
    if row is None:
        insert_if_absent(db, LessonPosition, **key, step=step.id, steps_read=[], opened_at=now)
        row = db.get_one(LessonPosition, key, with_for_update=True)
    return row
