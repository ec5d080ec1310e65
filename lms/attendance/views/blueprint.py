"""The blueprint, and what several pages of this room need."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g
from flask_login import current_user

from lms.attendance import queries
from lms.attendance.file_names import file_name
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.marks import Row
from lms.core.access import can
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.i18n import localized
from lms.curriculum import queries as curriculum
from lms.programme import queries as programme
from lms.programme.models import Cohort

blueprint = localized(Blueprint("attendance", __name__, template_folder="../templates", url_prefix="/attendance"))


def takes_attendance() -> bool:
    """Whether the page that is asked for is one of those on which attendance is taken: only of cohorts that one trains.

    Asked of the permission that the page names, so that no such page can forget it.
    """
    return g.view.required_permission is AttendancePermission.TAKE


def half_day_or_404(half_day_id: int, *, lock: bool = False) -> HalfDay:
    """A half-day that the person signed in may open on this page."""
    found = queries.meetings.half_day_or_none(
        session(), half_day_id, actor=current_user, taught=takes_attendance(), lock=lock
    )
    return found or abort(404)


def may_take(cohort_id: int) -> bool:
    """Whether the person signed in takes the roll of a cohort, so that a page offers it."""
    return can(AttendancePermission.TAKE) and queries.meetings.opens(
        session(), cohort_id, actor=current_user, taught=True
    )


def row_or_404(half_day: HalfDay, enrolment_id: int) -> Row:
    """Somebody on the list of a half-day."""
    return queries.marks.row_or_none(session(), half_day, enrolment_id) or abort(404)


def cohort_or_404(cohort_id: int) -> Cohort:
    """A cohort whose half-days the person signed in may open on this page."""
    found = programme.get_cohort_or_none(session(), cohort_id, actor=current_user)
    is_open = queries.meetings.opens(session(), cohort_id, actor=current_user, taught=takes_attendance())
    return found if found is not None and is_open else abort(404)


def titles() -> dict[str, Bilingual]:
    """Short titles of the modules by slug."""
    return {one.slug: one.short for one in curriculum.current(session()).modules}


def download(body: bytes | str, holds: Any, *which: object, ending: str) -> Response:
    """The answer that a browser stores under that name, in the language of the page."""
    name = file_name(holds, *which, ending=ending)
    return attachment(body, name.ascii, shown=name.shown)
