"""Tables that people take away, XLSX and CSV, written so that nothing in them runs (domain notes, 4.6).

What data says stays text: no formula, link or error cell comes from it, marks of direction and control characters go
out. Days, moments, numbers and shares are real values. Rows are streamed, so memory stays flat; the library is loaded
by the first call. The same input gives the same bytes, as long as ``About`` says when it was made.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core import clock
from lms.documents.cell_values import TEXT, harmless, letters, plain, runs_left, stored, typed, within

#: Limits of the format.
MAX_TITLE, MAX_LINES = 31, 1_048_576
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\t\n]")
_MEASURED_LINES, _WIDEST, _WIDEST_HEADING = 200, 60, 24
_ABOUT_WIDTHS = (34, 100)
_GREEN, _WHITE, _FACE = "0B4A3A", "FFFFFF", "Calibri"
#: The number of the paper in the format.
_A4 = 9
#: Points of a line of letters and of a title; no row is higher than the last.
_LINE, _TITLE_LINE, _HIGHEST = 15, 24, 405
#: Looks of a cell: head of a table and what stands below; title, head of a part, name and words of « Read me ».
_HEADING, _BODY, _TITLE, _PART, _LABEL, _WORDS = "heading", "body", "title", "part", "label", "words"


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: its name, heading and lines, which may come from a generator.

    A value is a text, a number, a Share, a day, a moment or None. Aware moments are written on the programme's clocks,
    since no cell can hold a zone; naive ones are taken to be so already. Yes and no are words that the caller chooses.
    A number that is none (NaN, infinite) is an empty cell.
    """

    title: str
    heading: Sequence[str]
    lines: Iterable[Sequence[Any]]
    #: Width of each column in letters; measured from the content where it is not given.
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class About:
    """What a reader has to know of a file: its sheet « Read me » says it."""

    title: str
    made_by: str
    #: Aware; shown on the programme's clocks.
    made_at: dt.datetime
    #: What the rows were narrowed to: name of the filter, its value. Nothing: everything is there.
    filters: Sequence[tuple[str, Any]] = ()
    #: Further lines of the same kind: of when the data are, which curriculum they belong to.
    facts: Sequence[tuple[str, Any]] = ()
    #: Column, what it means.
    definitions: Sequence[tuple[str, str]] = ()
    #: Sentences: what is held back and why, how the file may be used.
    notes: Sequence[str] = ()


def write_xlsx(sheets: Sequence[Sheet], *, lang: str, about: About | None = None, about_first: bool = True) -> bytes:
    """A workbook in ``lang``; Arabic sheets run from right to left.

    ``about`` becomes a sheet before the others; files whose first sheet is read again have it after them. A text over
    32,767 letters is cut, ends with « … » and is counted on that sheet. Raises TypeError for a bool, ValueError for
    more lines than a sheet can hold.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    read_me, *titles = _safe_titles([_("Read me"), *(one.title for one in sheets)])
    about_sheet = _new_sheet(book, read_me, lang) if about and about_first else None
    cut = sum(_write_table(_new_sheet(book, title, lang), one) for title, one in zip(titles, sheets, strict=True))
    if about:
        # Written last wherever it stands: it says what happened to the others.
        _write_about(about_sheet if about_first else _new_sheet(book, read_me, lang), about, cut)
        _describe(book, about)
    return _packed(book)


def write_csv(heading: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """A CSV that spreadsheets open rightly: UTF-8 with its mark, semicolons, nothing that could run."""
    import csv

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(value) for value in heading])
    writer.writerows([harmless(value) for value in line] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe_titles(titles: Sequence[str]) -> list[str]:
    """Names that every spreadsheet program accepts: their letters, their length, each once."""
    taken: set[str] = set()
    safe = []
    for title in titles:
        base = _NOT_IN_TITLES.sub(" ", plain(title)).strip(" '") or "–"
        number, name = 1, within(base, MAX_TITLE)
        while name.casefold() in taken:
            number += 1
            name = f"{within(base, MAX_TITLE - len(f' {number}'))} {number}"
        taken.add(name.casefold())
        safe.append(name)
    return safe


# Sheets


class _Pen:
    """Writes rows into a sheet. One cell of each look is filled again for every value: the library streams a cell
    before it asks for the next one, and making cells is what takes the time."""

    def __init__(self, sheet: Any, widths: Sequence[int]) -> None:
        from openpyxl.utils import get_column_letter

        self.sheet, self.widths = sheet, widths
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        self.lines = 0
        #: Texts that did not fit.
        self.cut = 0
        self._cells: dict[tuple[str, str, bool], Any] = {}

    def write(self, values: Sequence[Any], *looks: str) -> None:
        """Add a row; the last look holds for all further values."""
        if self.lines == MAX_LINES:
            raise ValueError("more lines than a sheet holds")
        self.lines += 1
        height = _TITLE_LINE if looks[0] == _TITLE else _LINE * _lines_needed(values, self.widths)
        if height > _LINE:
            # Not every program makes a row as high as its text.
            self.sheet.row_dimensions[self.lines].height = min(height, _HIGHEST)
        self.sheet.append(self._row(values, looks))
        self.sheet.row_dimensions.pop(self.lines, None)

    def _row(self, values: Sequence[Any], looks: Sequence[str]) -> Iterator[Any]:
        for place, value in enumerate(values):
            if value is None:
                yield None
                continue
            kind, ready = typed(value)
            is_rtl = kind == TEXT and runs_left(ready)
            cell = self._cell(looks[min(place, len(looks) - 1)], kind, is_rtl)
            if ready in ("", None):
                cell.value = None
            elif kind == TEXT:
                text, is_cut = stored(ready)
                self.cut += is_cut
                # Assigning a text may make a formula or an error of it: its type is set afterwards.
                cell.value, cell.data_type = text, "s"
            else:
                cell.value = ready
            yield cell

    def _cell(self, look: str, kind: str, is_rtl: bool) -> Any:
        key = (look, kind, is_rtl)
        if key not in self._cells:
            self._cells[key] = _styled(self.sheet, *key)
        return self._cells[key]


def _styled(sheet: Any, look: str, kind: str, is_rtl: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    cell = WriteOnlyCell(sheet)
    cell.number_format = kind
    cell.alignment = _aligned(sheet, look, kind, is_rtl)
    if look in (_HEADING, _PART):
        cell.font, cell.fill = Font(_FACE, 11, bold=True, color=_WHITE), PatternFill("solid", _GREEN)
    elif look == _TITLE:
        cell.font = Font(_FACE, 16, bold=True, color=_GREEN)
    elif look == _LABEL:
        cell.font = Font(_FACE, 11, bold=True)
    return cell


def _aligned(sheet: Any, look: str, kind: str, is_rtl: bool) -> Any:
    from openpyxl.styles import Alignment

    side = "right" if sheet.sheet_view.rightToLeft else "left"
    is_figure = look == _BODY and kind != TEXT
    return Alignment(
        horizontal="center" if look == _HEADING else None if is_figure else side,
        vertical="center" if look == _HEADING else "top",
        wrap_text=look != _TITLE,
        # Left to themselves, programs disagree about the direction of a text.
        readingOrder=2 if is_rtl else 1,
        indent=1 if look == _BODY and not is_figure else 0,
    )


def _lines_needed(values: Sequence[Any], widths: Sequence[int]) -> int:
    """Lines of letters that the highest cell of a row takes; where words break, a tenth of the width is lost."""
    most = 1
    for value, width in zip(values, widths, strict=False):
        if isinstance(value, str) and (len(value) > width * 0.9 or "\n" in value):
            most = max(most, sum(math.ceil(max(len(part), 1) / (width * 0.9)) for part in value.split("\n")))
    return most


def _new_sheet(book: Any, title: str, lang: str) -> Any:
    """An empty sheet in its direction, ready to be printed on A4 as wide as the page."""
    sheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = lang == "ar"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.paperSize, sheet.page_setup.orientation = _A4, "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddFooter.left.text = "&A"
    # No words: programs that take the page numbers for pieces of their own put Arabic words out of order.
    sheet.oddFooter.right.text = "&P/&N"
    return sheet


def _write_table(sheet: Any, table: Sheet) -> int:
    """Fill a sheet with a heading and its lines; gives how many texts had to be cut."""
    from openpyxl.utils import get_column_letter

    lines = iter(table.lines)
    first = list(islice(lines, _MEASURED_LINES))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    pen = _Pen(sheet, table.widths or _widths(table.heading, first))
    pen.write(table.heading, _HEADING)
    for line in chain(first, lines):
        pen.write(line, _BODY)
    whole = f"A1:{get_column_letter(len(table.heading))}{pen.lines}"
    sheet.auto_filter.ref = whole
    sheet.print_area = whole
    return pen.cut


def _write_about(sheet: Any, about: About, cut: int) -> None:
    pen = _Pen(sheet, _ABOUT_WIDTHS)
    pen.write([about.title], _TITLE)
    zone = _("%(zone)s, the local time of the programme", zone=clock.PROGRAMME_ZONE.key)
    for line in (
        (_("Made by"), about.made_by),
        (_("Made on"), about.made_at),
        (_("Clock of all times"), zone),
        *about.facts,
        (_("Version of the product"), current_app.extensions["version"]),
    ):
        pen.write(line, _LABEL, _WORDS)
    _write_part(
        pen, (_("Narrowed by"), _("What is kept")), about.filters or [("", _("None: everything is in the file."))]
    )
    if about.definitions:
        _write_part(pen, (_("Column"), _("Meaning")), about.definitions)
    notes = [*about.notes, *([_cut_words(cut)] if cut else [])]
    if notes:
        _write_part(pen, (_("To know"), ""), [("", note) for note in notes])
    sheet.print_area = f"A1:B{pen.lines}"


def _write_part(pen: _Pen, heading: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    pen.write((), _BODY)
    pen.write(heading, _PART)
    for line in lines:
        pen.write(line, _LABEL, _WORDS)


def _cut_words(count: int) -> str:
    return str(
        ngettext(
            "%(num)s text is longer than a cell can be: it is cut and ends with « … ».",
            "%(num)s texts are longer than a cell can be: they are cut and end with « … ».",
            count,
        )
    )


def _widths(heading: Sequence[str], lines: Sequence[Sequence[Any]]) -> list[int]:
    longest = [min(len(str(text)), _WIDEST_HEADING) for text in heading]
    for line in lines:
        for column, value in enumerate(line[: len(longest)]):
            longest[column] = max(longest[column], letters(value))
    return [min(_WIDEST, length + 3) for length in longest]


# Files


def _describe(book: Any, about: About) -> None:
    """The properties of the file, as its sheet says them."""
    book.properties.creator, book.properties.title = plain(about.made_by), plain(about.title)
    book.properties.created = book.properties.modified = about.made_at.astimezone(dt.UTC).replace(tzinfo=None)


class _Undated(zipfile.ZipFile):
    """An archive whose parts bear no time of their own."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_more: Any, **_named: Any) -> None:
        super().writestr(zipfile.ZipInfo(zinfo_or_arcname), data, zipfile.ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_more: Any, **_named: Any) -> None:
        info = zipfile.ZipInfo(arcname)
        info.compress_type = zipfile.ZIP_DEFLATED
        with open(filename, "rb") as source, self.open(info, "w") as part:
            shutil.copyfileobj(source, part)


def _packed(book: Any) -> bytes:
    """The bytes of a workbook. Its own way of saving would write the present time into it."""
    from openpyxl.writer.excel import ExcelWriter

    out = io.BytesIO()
    ExcelWriter(book, _Undated(out, "w")).save()
    return out.getvalue()
