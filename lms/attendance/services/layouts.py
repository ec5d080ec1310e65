"""The layout of a cohort's sheets: words, columns, logos."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import TooManyFiles
from lms.attendance.models import CohortSheet, CohortSheetLogo
from lms.core import audit, images
from lms.core.bilingual import Bilingual
from lms.core.edits import EditedMeanwhile, check_version
from lms.programme.models import Cohort

MOST_LOGOS = 3


@dataclass(frozen=True)
class Words:
    """What is set but for the logos."""

    title: Bilingual
    footer: Bilingual
    columns: Sequence[str]
    blanks: Sequence[Bilingual]


def save(db: Session, cohort: Cohort, words: Words, *, version: int | None, actor_id: int, now: dt.datetime) -> None:
    """Store the layout; ``version``: of the row when the form was opened, 0: there was none. Raises EditedMeanwhile."""
    queries.meetings.queue(db, cohort.id)
    row = queries.layouts.sheet_or_none(db, cohort.id)
    before = _as_json(row) if row is not None else None
    if row is None:
        if version:
            raise EditedMeanwhile
        row = CohortSheet(cohort_id=cohort.id)
        db.add(row)
    else:
        check_version(row, version)
    row.title, row.footer, row.columns = words.title, words.footer, list(words.columns)
    row.blanks = [one.as_dict() for one in words.blanks]
    db.flush()
    if (after := _as_json(row)) != before:
        audit.record(
            db, "attendance.set-sheet", actor_id=actor_id, subject=cohort, now=now, before=before, after=after
        )  # fmt: skip


def _as_json(row: CohortSheet) -> dict[str, object]:
    return {
        "title": row.title.as_dict(),
        "footer": row.footer.as_dict(),
        "columns": list(row.columns),
        "blanks": [f"{one['ar']} {one['fr']}".strip() for one in row.blanks],
    }


def add_logo(db: Session, cohort: Cohort, data: bytes, name: str, *, actor_id: int, now: dt.datetime) -> None:
    """One more logo, after the others. Raises ImageRefused, TooManyFiles."""
    queries.meetings.queue(db, cohort.id)
    if len(queries.layouts.logos(db, cohort.id)) >= MOST_LOGOS:
        raise TooManyFiles(MOST_LOGOS)
    image = images.store(db, data, now=now)
    db.add(CohortSheetLogo(cohort_id=cohort.id, image_id=image.id, name=name))
    db.flush()
    audit.record(db, "attendance.add-sheet-logo", actor_id=actor_id, subject=cohort, now=now, name=name)


def remove_logo(db: Session, cohort: Cohort, logo_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """Take a logo away with its picture; one that is gone already changes nothing."""
    queries.meetings.queue(db, cohort.id)
    logo = next((one for one in queries.layouts.logos(db, cohort.id) if one.id == logo_id), None)
    if logo is None:
        return
    name, image = logo.name, logo.image
    db.delete(logo)
    db.flush()
    db.delete(image)
    db.flush()
    audit.record(db, "attendance.remove-sheet-logo", actor_id=actor_id, subject=cohort, now=now, name=name)
