"""The grid of a cohort: people × half-days, on a page and as files."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.attendance import choices, file_names, grid_files
from lms.attendance.grid import SORTS, Grid, grid
from lms.attendance.permissions import AttendancePermission
from lms.attendance.queries.grid import Narrowed
from lms.attendance.statuses import Status
from lms.attendance.views.blueprint import blueprint, cohort_or_404, download, titles
from lms.core import clock, paging
from lms.core.access import can, requires
from lms.core.clock import local_date
from lms.core.days import read_day
from lms.core.db import session
from lms.core.i18n import current_language
from lms.programme import queries as programme

#: People on one page.
MOST = 100


@blueprint.get("/cohorts/<int:cohort_id>/grid")
@requires(AttendancePermission.CORRECT)
def show_grid(cohort_id: int) -> ResponseReturnValue:
    """Who was there when, with the figures of each person and half-day. Written into the access log."""
    found, narrowed = _grid(cohort_id), _narrowed()
    page = min(paging.page_number(), max(1, math.ceil(len(found.lines) / MOST)))
    shown = found.lines[(page - 1) * MOST : page * MOST]
    text = render_template(
        "attendance/show_grid.html",
        grid=found,
        lines=shown,
        first=(page - 1) * MOST + 1,
        pages=_pages(page, len(shown), len(found.lines)),
        narrowed=narrowed,
        typed={name: request.args.get(name, "")[:20] for name in ("from", "to")},
        wrong=_wrong_days(),
        sort=_sort(),
        address=_address,
        modules=programme.modules_of_cohort(session(), cohort_id),
        titles=titles(),
        statuses={one.value: one for one in Status},
        legend=grid_files.legend(),
        sign=grid_files.sign,
        words=grid_files.words,
        choices=choices.known(session()),
        threshold=grid_files.threshold,
        may_import=can(AttendancePermission.IMPORT),
    )
    log_shown("attendance.show_grid", people=len(shown))
    return text


def _grid(cohort_id: int) -> Grid:
    cohort = cohort_or_404(cohort_id)
    return grid(session(), cohort, _narrowed(), lang=current_language(), sort=_sort())


def _sort() -> str:
    asked = request.args.get("sort", "")
    return asked if asked in SORTS else "name"


def _narrowed() -> Narrowed:
    """What the address asks for; what is no day there narrows nothing, and the page says so."""
    return Narrowed(
        module=request.args.get("module", "")[:40],
        organisation_id=paging.whole_number(request.args.get("organisation")),
        from_day=_day("from"),
        to_day=_day("to"),
    )


def _day(name: str) -> dt.date | None:
    text = request.args.get(name, "").strip()[:40]
    try:
        return read_day(text) if text else None
    except ValueError:
        return None


def _wrong_days() -> list[str]:
    """Which of the days in the address is none."""
    return [name for name in ("from", "to") if request.args.get(name, "").strip() and _day(name) is None]


def _arguments() -> dict[str, str]:
    """The filters of the address, for the addresses on the page."""
    names = ("module", "organisation", "from", "to")
    return {name: value[:40] for name in names if (value := request.args.get(name, ""))}


def _address(endpoint: str, **changed: Any) -> str:
    cohort_id = (request.view_args or {})["cohort_id"]
    return url_for(endpoint, cohort_id=cohort_id, **{"sort": request.args.get("sort"), **_arguments(), **changed})


def _pages(page: int, shown: int, total: int) -> paging.Pages:
    first = (page - 1) * MOST + 1
    before, after = (_address(".show_grid", page=number) for number in (page - 1, page + 1))
    return paging.Pages(
        first, first + shown - 1, total, before if page > 1 else None, after if first + shown - 1 < total else None
    )


@blueprint.get("/cohorts/<int:cohort_id>/grid.<kind>")
@requires(AttendancePermission.CORRECT)
def download_grid(cohort_id: int, kind: str) -> ResponseReturnValue:
    """The same as a file: xlsx, csv or pdf. Written into the access log."""
    if kind not in grid_files.KINDS:
        abort(404)
    found, now, lang = _grid(cohort_id), clock.now(), current_language()
    body = grid_files.write(
        kind, found, titles=titles(), filters=_in_words(found),
        programme=current_app.extensions["programme_names"]().name[lang], made_by=current_user.name[lang], made_at=now,
    )  # fmt: skip
    log_shown("attendance.download_grid", people=len(found.lines))
    return download(body, file_names.GRID, cohort_id, local_date(now), ending=kind)


def _in_words(found: Grid) -> list[tuple[str, str]]:
    """What the grid is narrowed to, as the page names it."""
    lang, narrowed = current_language(), found.narrowed
    module = titles().get(narrowed.module)
    organisation = next((one for one in found.organisations if one.id == narrowed.organisation_id), None)
    said = [
        (_("Module"), module[lang] if module else narrowed.module),
        (_("Organisation"), organisation.name[lang] if organisation else "—" if narrowed.organisation_id else ""),
        (_("First day shown"), f"{narrowed.from_day:%d/%m/%Y}" if narrowed.from_day else ""),
        (_("Last day shown"), f"{narrowed.to_day:%d/%m/%Y}" if narrowed.to_day else ""),
    ]
    return [(name, value) for name, value in said if value]
