"""Keeping positions, lessons read and sheets. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import PersonMerge
from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.core.edits import EditedMeanwhile, check_version
from lms.curriculum.catalogue import Lesson, Step
from lms.learning import queries
from lms.learning.models import LessonPosition, Worksheet
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


def write_sheet(
    db: Session, person_id: int, sheet: str, texts: Mapping[str, str], *, version: int | None, now: dt.datetime
) -> None:
    """Keep what the person wrote on a sheet. ``version``: of the row when the form was opened, None for a new one.

    Raises EditedMeanwhile when another window stored something else since.
    """
    row = queries.worksheets(db, person_id, [sheet]).get(sheet)
    if row is not None and row.texts == texts:
        return
    if row is not None:
        check_version(row, version)
        row.texts, row.changed_at = dict(texts), now
        db.flush()
    elif version is not None or not insert_if_absent(
        db, Worksheet, person_id=person_id, sheet=sheet, texts=dict(texts), changed_at=now, version=1
    ):
        raise EditedMeanwhile


def forget_sheets(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """The person has no name here any more: what they wrote goes too. ``now`` is what every such hook gets."""
    db.execute(sa.delete(Worksheet).where(Worksheet.person_id == person_id))


def move_sheets(merge: PersonMerge, *, db: Session, now: dt.datetime) -> dict[str, Any]:
    """Give the kept account the other one's sheets that it has not filled itself; ids, for the undo."""
    own = queries.worksheets(db, merge.kept_id)
    moved = [row for key, row in queries.worksheets(db, merge.merged_id).items() if key not in own]
    for row in moved:
        row.person_id = merge.kept_id
    db.flush()
    return {"worksheets": [row.id for row in moved]}


def part_sheets(merge: PersonMerge, *, db: Session, now: dt.datetime) -> None:
    """Give the sheets back to the account they came from."""
    ids = merge.moved.get("learning", {}).get("worksheets", [])
    db.execute(sa.update(Worksheet).where(Worksheet.id.in_(ids)).values(person_id=merge.merged_id))
