"""Who was there when: a cohort's people × its half-days, with figures. One source of the page and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from lms.accounts.models import Organisation
from lms.attendance import own, queries
from lms.attendance.models import HalfDay, Mark
from lms.attendance.queries.grid import Found, Narrowed
from lms.attendance.queries.marks import Count, Row, is_on_the_list
from lms.attendance.rates import Rate
from lms.programme.models import Cohort, Enrolment
from lms.progress import queries as progress

#: Orders of the people: by name, by what they attended.
SORTS = ("name", "-name", "rate", "-rate")


@dataclass(frozen=True)
class Cell:
    """One person at one half-day whose list they are on."""

    half_day: HalfDay
    #: None: nobody has marked them.
    mark: Mark | None
    is_corrected: bool = False


@dataclass(frozen=True)
class GridLine:
    """One person. Cells in the order of the half-days; None: not on that list, or with another organisation then."""

    enrolment: Enrolment
    cells: Sequence[Cell | None]
    #: Over the half-days of the grid, by the ledger: what is not closed counts as not attended yet.
    rate: Rate
    #: Whether the half-days of the grid are all that decide; of a part of them nothing is said about the threshold.
    is_whole: bool
    #: That of the last half-day marked, else that of the enrolment.
    organisation: Organisation | None


@dataclass(frozen=True)
class Grid:
    """A cohort's half-days, the people, and for each half-day how many attended of how many on its list."""

    cohort: Cohort
    narrowed: Narrowed
    half_days: Sequence[HalfDay]
    lines: Sequence[GridLine]
    counts: Sequence[Count]
    #: Organisations of the cells before any was chosen.
    organisations: Sequence[Organisation] = field(default=())

    @property
    def spans_years(self) -> bool:
        """Whether a day and a month leave open which day it is."""
        return len({one.day.year for one in self.half_days}) > 1


def grid(db: Session, cohort: Cohort, narrowed: Narrowed, *, lang: str, sort: str = "name") -> Grid:
    """The grid of a cohort, in a constant number of statements."""
    found = queries.grid.of_cohort(db, cohort.id, narrowed, lang=lang)
    attended = progress.attended(db, [one.id for one in found.enrolments])
    lines: list[GridLine] = []
    organisations: dict[int, Organisation] = {}
    for enrolment in found.enrolments:
        rows = [Row(0, enrolment, found.marks.get((one.id, enrolment.id))) for one in found.half_days]
        organisations |= {row.organisation.id: row.organisation for row in rows if row.organisation is not None}
        if (line := _line(enrolment, rows, found, narrowed, attended)) is not None:
            lines.append(line)
    return Grid(
        cohort,
        narrowed,
        found.half_days,
        _sorted(lines, sort),
        [_count(place, half_day, lines) for place, half_day in enumerate(found.half_days)],
        sorted(organisations.values(), key=lambda one: one.position),
    )


def _line(
    enrolment: Enrolment, rows: Sequence[Row], found: Found, narrowed: Narrowed, attended: set[tuple[int, str]]
) -> GridLine | None:
    """One person's line; None for somebody who is on none of the lists."""
    cells: list[Cell | None] = []
    own_half_days, planned = [], 0
    for half_day, row in zip(found.half_days, rows, strict=True):
        is_here = narrowed.organisation_id is None or (
            row.organisation is not None and row.organisation.id == narrowed.organisation_id
        )
        is_theirs = is_on_the_list(enrolment, half_day, row.mark, found.groups)
        planned += is_theirs
        if is_here and is_theirs:
            own_half_days.append(half_day)
        if is_here and is_theirs:
            cells.append(Cell(half_day, row.mark, (half_day.id, enrolment.id) in found.corrected))
        else:
            cells.append(None)
    if not any(cells):
        return None
    marked = [row for row, cell in zip(rows, cells, strict=True) if cell is not None and row.mark is not None]
    return GridLine(
        enrolment,
        cells,
        own.rate_over(enrolment, own_half_days, attended),
        not narrowed.has_days and len(own_half_days) == planned,
        marked[-1].organisation if marked else enrolment.organisation,
    )


def _sorted(lines: list[GridLine], sort: str) -> list[GridLine]:
    """People stand by name as they were read; those with equal rates too."""
    if sort in ("rate", "-rate"):
        return sorted(lines, key=lambda one: one.rate.share, reverse=sort == "-rate")
    return lines[::-1] if sort == "-name" else lines


def _count(place: int, half_day: HalfDay, lines: Sequence[GridLine]) -> Count:
    return queries.marks.tally(half_day, [cell.mark for line in lines if (cell := line.cells[place]) is not None])
