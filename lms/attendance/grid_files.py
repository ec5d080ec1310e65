"""The grid of a cohort as XLSX, CSV and PDF, in the page's language: the figures that the page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from lms.attendance.choices import Choices
from lms.attendance.grid import Cell, Grid, GridLine
from lms.attendance.models import HalfDay
from lms.attendance.statuses import Status
from lms.core import clock
from lms.core.bilingual import Bilingual
from lms.core.i18n import current_language, long_date
from lms.core.i18n import number as written
from lms.documents import GridSheet, GridSheetRow, draw_attendance_grid
from lms.documents.cell_values import Share
from lms.documents.workbooks import About, Sheet, write_csv, write_xlsx

KINDS = ("xlsx", "csv", "pdf")


def definitions() -> list[tuple[str, str]]:
    """What each figure means, for whoever reads a file without having seen the page."""
    return [
        (_("Attended"), _("Closed half-days that count: presence, and lateness or early departure of half of it.")),
        (_("Held"), _("Half-days that are closed: it is known who was there.")),
        (
            _("All planned"),
            _("All half-days of the table that take place, those to come too. Cancelled ones do not count."),
        ),
        (_("Rate"), _("Attended of planned: it rises until the last half-day is closed.")),
        (
            _("Threshold"),
            _(
                "Whether the attended half-days reach what the training session asks for, in whole numbers. It is "
                "said of whole modules or of the whole training session, never of a part of the days."
            ),
        ),
        (_("Organisation"), _("That on the day of the half-day: a later transfer changes nothing.")),
        (_("Attended of people"), _("Of each half-day: how many attended of those on its list.")),
        (_("Not marked"), _("Nobody has said anything yet; it becomes an absence when the half-day is closed.")),
    ]


def legend() -> list[tuple[str, str]]:
    """Signs of the cells and what they stand for."""
    return [
        *((str(one.letter), str(one.label)) for one in Status),
        ("·", _("Not marked")),
        ("*", _("After a correction")),
    ]


def sign(cell: Cell | None) -> str:
    """A cell where there is no room: a letter, minutes, a star."""
    if cell is None:
        return ""
    if cell.mark is None:
        return "·"
    minutes = "" if cell.mark.minutes is None else f" {cell.mark.minutes}"
    return f"{Status(cell.mark.status).letter}{minutes}{'*' if cell.is_corrected else ''}"


def words(cell: Cell | None, known: Choices | None = None) -> str:
    """A cell in words; with ``known`` in the programme's own, which files leave aside: there the statuses count."""
    if cell is None:
        return ""
    if cell.mark is None:
        return str(_("Not marked"))
    minutes = [] if cell.mark.minutes is None else [_("%(num)s min attended", num=cell.mark.minutes)]
    corrected = [_("After a correction")] if cell.is_corrected else []
    label = known.of(cell.mark).label if known is not None else str(Status(cell.mark.status).label)
    return " · ".join([label, *minutes, *corrected])


def threshold(line: GridLine) -> str:
    """Met or not, in a word; nothing where it cannot be said."""
    if not line.is_whole:
        return ""
    if line.rate.is_met:
        return str(_("reached"))
    return str(_("under way") if line.rate.can_be_met and line.rate.held < line.rate.planned else _("not reached"))


def write(
    kind: str, grid: Grid, *, titles: dict[str, Bilingual], filters: Sequence[tuple[str, str]], programme: str,
    made_by: str, made_at: dt.datetime,
) -> bytes:  # fmt: skip
    """The file of one of KINDS; ``filters``: name of each and what is kept."""
    if kind == "pdf":
        return draw_attendance_grid(_sheet(grid, filters, programme, made_at))
    heading, lines = _table(grid)
    if kind == "csv":
        return write_csv(heading, lines)
    named = _("Attendance")
    about = About(
        title=f"{named} – {grid.cohort.name[current_language()]}",
        made_by=made_by,
        made_at=made_at,
        filters=filters,
        notes=[_("It holds personal data: it is kept as long as it is needed and not passed on.")],
    )
    sheets = [
        Sheet(_("Grid"), heading, lines),
        _half_days(grid, titles),
        Sheet(_("Definitions"), [_("Figure"), _("Meaning")], definitions(), (30, 90)),
    ]
    return write_xlsx(sheets, lang=current_language(), about=about, about_first=False)


def when(one: HalfDay) -> str:
    return f"{one.day:%d/%m/%Y} {one.starts:%H:%M}"


def _table(grid: Grid) -> tuple[list[str], list[list[Any]]]:
    """Heading and lines, the counts of half-days last."""
    lang = current_language()
    heading = [
        _("No."), _("Name in Arabic"), _("Name in French"), _("Organisation"), *(when(one) for one in grid.half_days),
        _("Attended"), _("Held"), _("All planned"), _("Rate"), _("Threshold"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            number, line.enrolment.person.name.ar, line.enrolment.person.name.fr,
            line.organisation.name[lang] if line.organisation else None, *(words(cell) for cell in line.cells),
            line.rate.attended, line.rate.held, line.rate.planned, Share(line.rate.share), threshold(line),
        ]
        for number, line in enumerate(grid.lines, 1)
    ]  # fmt: skip
    counts = [
        _("%(done)s of %(total)s", done=one.attended, total=one.people) if one.marked else "—" for one in grid.counts
    ]
    of_people = str(_("Attended of people"))
    names = (of_people, None) if lang == "ar" else (None, of_people)
    lines.append([None, *names, None, *counts, None, None, None, None, None])
    return heading, lines


def _half_days(grid: Grid, titles: dict[str, Bilingual]) -> Sheet:
    """The half-days with real dates, which the heading of the grid cannot hold."""
    lang = current_language()
    heading = [
        _("Day"), _("Beginning"), _("Ending"), _("Module"), _("Venue"), _("State"), _("Attended"), _("On the list"),
        _("People marked"),
    ]  # fmt: skip
    return Sheet(
        _("Half-days"),
        heading,
        [
            [
                one.day, f"{one.starts:%H:%M}", f"{one.ends:%H:%M}",
                titles[one.meeting.module][lang] if one.meeting.module in titles else one.meeting.module,
                one.meeting.place, str(one.state.label), count.attended,
                count.people, count.marked,
            ]
            for one, count in zip(grid.half_days, grid.counts, strict=True)
        ],
    )  # fmt: skip


def _sheet(grid: Grid, filters: Sequence[tuple[str, str]], programme: str, made_at: dt.datetime) -> GridSheet:
    lang, local = current_language(), clock.local(made_at)
    colon = ": " if lang == "ar" else "\u00a0: "
    facts = [
        _("As of %(day)s", day=f"{long_date(local, lang)} {local:%H:%M}"),
        *(f"{name}{colon}{value}" for name, value in filters),
    ]
    return GridSheet(
        lang=lang,
        programme=programme,
        title=_("Attendance"),
        cohort=grid.cohort.name[lang],
        facts=" · ".join(facts),
        legend=" · ".join(f"{letter} = {name}" for letter, name in legend()),
        columns=(_("No."), _("Name"), _("Organisation")),
        heads=tuple(_head(one, has_year=grid.spans_years) for one in grid.half_days),
        totals=(_("Attended"), _("Held"), _("All planned"), _("Rate"), _("Threshold")),
        rows=tuple(_row(number, line) for number, line in enumerate(grid.lines, 1)),
        counts_title=_("Attended of people"),
        counts=tuple(f"{one.attended}/{one.people}" if one.marked else "—" for one in grid.counts),
        definitions_title=_("Definitions"),
        definitions=tuple(definitions()),
        made_on=local.date(),
    )


def _head(one: HalfDay, *, has_year: bool) -> tuple[str, ...]:
    """Lines above a column."""
    year = (f"{one.day:%Y}",) if has_year else ()
    return (f"{one.day:%d/%m}", *year, f"{one.starts:%H:%M}")


def _row(number: int, line: GridLine) -> GridSheetRow:
    lang, rate = current_language(), line.rate
    organisation = line.organisation
    return GridSheetRow(
        number=number,
        name=line.enrolment.person.name[lang],
        organisation=organisation.short_name[lang] if organisation else "",
        cells=tuple(sign(cell) for cell in line.cells),
        totals=(
            str(rate.attended), str(rate.held), str(rate.planned), f"{written(100 * rate.share, 1)} %", threshold(line)
        ),
    )  # fmt: skip
