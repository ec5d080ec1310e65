"""What this room holds on a person, and the words for what rooms below hold in keys of the curriculum."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core import db as database
from lms.core.feature import Processing
from lms.core.i18n import current_language
from lms.core.own_data import Words
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.errors import NoCurriculum
from lms.learning import queries
from lms.learning.models import LessonPosition
from lms.programme.models import Enrolment
from lms.progress import activities


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


def sheets_of(db: Session, person_id: int) -> dict[str, Any]:
    return {
        "worksheets": [
            {"sheet": row.sheet, "texts": list(row.texts.values()), "changed_at": row.changed_at.isoformat()}
            for row in queries.worksheets(db, person_id).values()
        ]
    }


def held(db: Session, person_id: int) -> dict[str, Any]:
    """All that this room holds on the person."""
    return {**positions_of(db, person_id), **sheets_of(db, person_id)}


def _content() -> Curriculum | None:
    try:
        return curriculum.current(database.session())
    except NoCurriculum:
        return None


def lesson_title(key: Any) -> str:
    """Title of a lesson; a neutral word for one that is no longer taught."""
    content = _content()
    lesson = content.lesson(key) if content else None
    return lesson.title[current_language()] if lesson else _("A lesson of the programme")


def sheet_title(key: Any) -> str:
    """Title of a sheet; a neutral word for one that no lesson asks for any more."""
    content = _content()
    sheet = content.sheets.get(key) if content else None
    return sheet.title[current_language()] if sheet else _("A sheet of the programme")


def module_title(slug: Any) -> str:
    content = _content()
    module = content.module(slug) if content else None
    return module.title[current_language()] if module else _("A module of the programme")


def activity_title(activity: Any) -> str:
    """What the ledger counts, in words."""
    key = activity.partition(":")[2]
    if activities.is_lesson(activity):
        return lesson_title(key)
    if activities.is_test(activity):
        return str(_("Test: %(module)s", module=module_title(key)))
    if activities.is_half_day(activity):
        return str(_("Half-day of a meeting"))
    return str(_("An activity of the programme"))


def step_of(_id: Any) -> str:
    """A step's id means nothing to its reader: each one is a mark."""
    return "✓"


WORDS = {
    "lessons_opened": Words(_l("Lessons opened")),
    "lessons_opened.lesson": Words(_l("Lesson"), lesson_title),
    "lessons_opened.steps_read": Words(_l("Steps read"), step_of),
    "lessons_opened.opened_at": Words(_l("Last opened")),
    "lessons_opened.read_at": Words(_l("Read through on")),
    "worksheets": Words(_l("My worksheets")),
    "worksheets.sheet": Words(_l("Sheet"), sheet_title),
    "worksheets.texts": Words(_l("What was written")),
    "worksheets.changed_at": Words(_l("Changed on")),
    "progress.activity": Words(_l("Activity"), activity_title),
    "enrolments.modules": Words(_l("Modules"), module_title),
    "attempts.module": Words(_l("Module"), module_title),
}

PROCESSING = [
    Processing(
        purpose=_l("Following the training"),
        data=_l("Lessons opened and read, share done of each module, dates"),
        people=_l("Participants"),
        recipients=_l(
            "The person, the monitoring team, trainers of the training session; focal points, without results"
        ),
        kept=_l("As long as the account; then without a name, for figures"),
    ),
    Processing(
        purpose=_l("Worksheets of the lessons"),
        data=_l("What a person writes in the activities of the lessons"),
        people=_l("Participants"),
        recipients=_l("The person alone"),
        kept=_l("As long as the account"),
    ),
]
