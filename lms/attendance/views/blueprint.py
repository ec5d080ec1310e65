"""The blueprint, and what several pages of this room need."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort
from flask_login import current_user

from lms.attendance import queries
from lms.attendance.file_names import file_name
from lms.attendance.models import HalfDay
from lms.attendance.queries.marks import Row
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.i18n import localized
from lms.curriculum import queries as curriculum
from lms.programme import queries as programme
from lms.programme.models import Cohort

blueprint = localized(Blueprint("attendance", __name__, template_folder="../templates", url_prefix="/attendance"))


def half_day_or_404(half_day_id: int, *, lock: bool = False) -> HalfDay:
    """A half-day that the person signed in may open."""
    return queries.meetings.half_day_or_none(session(), half_day_id, actor=current_user, lock=lock) or abort(404)


def row_or_404(half_day: HalfDay, enrolment_id: int) -> Row:
    """Somebody on the list of a half-day."""
    return queries.marks.row_or_none(session(), half_day, enrolment_id) or abort(404)


def cohort_or_404(cohort_id: int) -> Cohort:
    """A cohort whose half-days the person signed in may open."""
    return programme.get_cohort_or_none(session(), cohort_id, actor=current_user) or abort(404)


def titles() -> dict[str, Bilingual]:
    """Short titles of the modules by slug."""
    return {one.slug: one.short for one in curriculum.current(session()).modules}


def download(body: bytes | str, holds: Any, *which: object, ending: str) -> Response:
    """The answer that a browser stores under that name, in the language of the page."""
    name = file_name(holds, *which, ending=ending)
    return attachment(body, name.ascii, shown=name.shown)
