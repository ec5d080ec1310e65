"""Tables that people send: XLSX and CSV, read with suspicion. What they take away is written by workbooks.py.

Knows no person and no column: a table is lines of cells, each a plain text. Everything a stranger can put into a
file is bounded before it is parsed (security notes, T9); the libraries are loaded by the first call.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError
from lms.core.text import BIDI_CONTROLS

MAX_ROWS = 2000
MAX_COLUMNS = 40
MAX_CELL = 1000
MAX_BYTES = 2_000_000
#: What all parts of a workbook may hold once unpacked.
MAX_UNPACKED = 16_000_000
MAX_PARTS = 200
_LOST = "\ufffd"
_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_WORD = re.compile("^[\u0621-\u064a\u064b-\u0652]{2,}$")
_WORD = re.compile(r"[^\W\d_]+")
#: Letters that windows-1256 has and Moroccan Arabic does not use: a sign of French read as Arabic.
_FOREIGN = re.compile("[\u067e\u0679\u0686\u0688\u0691\u0698\u06a9\u06ba\u06be\u06c1\u06d2]")
#: Punctuation and signs in the middle of words: a sign of Arabic read as French.
_SIGN_IN_WORD = re.compile("\\w[\u00a1-\u00bf\u00d7\u00f7]\\w")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}):[A-Z]{1,3}\d{1,7}\"")
#: An underscore that a workbook escapes, so that « _x0041_ » is not read as the character of that number.
_ESCAPED = re.compile("_x005[Ff]_(?=x[0-9A-Fa-f]{4}_)")

FORMULA, MERGED, TOO_LONG, LOST, ERROR_VALUE = "formula", "merged", "too-long", "lost", "error-value"
#: What is wrong with a cell, in words.
FAULTS = {
    FORMULA: _l("A formula cannot be read. Its result has to be pasted as a value."),
    MERGED: _l("Merged cells cannot be read. Each needs its own value."),
    TOO_LONG: _l("This text is too long."),
    LOST: _l("Letters were lost when the file was saved. Saving it as XLSX or as UTF-8 keeps them."),
    ERROR_VALUE: _l("The cell holds an error of the spreadsheet."),
}


class UnreadableFile(DomainError):
    """Raised for a file that cannot be taken as a table; the message says what to do."""

    status = 422


@dataclass
class Line:
    """One line of a table. ``cells`` are texts by column number from 0; ``faults``: column -> key of FAULTS."""

    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass
class Table:
    """The first sheet of a file: its heading and the lines below it that are not empty."""

    heading: list[str]
    lines: list[Line]
    #: How a CSV was decoded; empty for XLSX.
    encoding: str = ""


def read(body: bytes, filename: str) -> Table:
    """The table in a file that somebody sent. Raises UnreadableFile with a sentence."""
    if len(body) > MAX_BYTES:
        raise UnreadableFile(_l("The file is too large: 2 MB at most."), 413)
    if not body.strip():
        raise UnreadableFile(_l("The file is empty."))
    if body.startswith(b"PK"):
        return _read_workbook(body)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(_l("This older format (XLS) cannot be read. Saving the file as XLSX is enough."))
    if filename.lower().endswith((".xlsx", ".xlsm", ".ods")):
        raise UnreadableFile(_l("This is not an XLSX file, whatever its name says."))
    return _read_csv(body)


# Workbooks


def _read_workbook(body: bytes) -> Table:
    archive = _checked_archive(body)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        merged = _merged_cells(archive, sheet)
        # What the sheet says of its own size may be a lie.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1)
        table = _table((_cells_of(row) for row in rows), merged)
        book.close()
    except UnreadableFile:
        raise
    # A file made to break the reader may break it anywhere, and all of it is the file's fault.
    except _reader_faults() as error:
        raise UnreadableFile(_l("The workbook cannot be read: it may be damaged. Saving it again may help.")) from error
    return table


def _reader_faults() -> tuple[type[Exception], ...]:
    """What openpyxl and the parsers below it raise for broken workbooks."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from openpyxl.utils.exceptions import InvalidFileException

    broken: tuple[type[Exception], ...] = (ParseError, DefusedXmlException, InvalidFileException, SyntaxError)
    archive: tuple[type[Exception], ...] = (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, RuntimeError)
    missing: tuple[type[Exception], ...] = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
    return broken + archive + missing


def _checked_archive(body: bytes) -> zipfile.ZipFile:
    """The parts of a workbook, once their number, size and kind are known to be harmless."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError) as error:
        raise UnreadableFile(_l("This is not an XLSX file, whatever its name says.")) from error
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile(
            _l("The workbook unpacks to more than can be read. A copy with values only is needed."), 413
        )
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise UnreadableFile(_l("This is not an XLSX file, whatever its name says."))
    lower = [name.lower() for name in names]
    if any("vbaproject" in name or "/macrosheets/" in name for name in lower):
        raise UnreadableFile(_l("The workbook holds macros. Saving it as XLSX leaves them out."))
    if any("/externallinks/" in name for name in lower):
        raise UnreadableFile(_l("The workbook is linked to other files. Pasting the values without links is needed."))
    if "xl/workbook.xml" not in lower or any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(_l("This is not an XLSX file, or it is protected by a password."))
    _refuse_overlaps(parts)
    return archive


def _refuse_overlaps(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Parts that share bytes are a way to unpack to more than the file could hold."""
    end = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        if part.header_offset < end:
            raise UnreadableFile(_l("This is not an XLSX file, whatever its name says."))
        end = part.header_offset + part.compress_size


def _merged_cells(archive: zipfile.ZipFile, sheet: Any) -> set[tuple[int, int]]:
    """Top-left cells (line, column from 0) of merged ranges; the streaming reader does not give them."""
    path = getattr(sheet, "_worksheet_path", "").lstrip("/")
    with archive.open(path) as part:
        found = _MERGED.findall(part.read(MAX_UNPACKED))
    places = set()
    for ref in found[:MAX_ROWS]:
        letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", ref.decode()).groups()  # type: ignore[union-attr]
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        places.add((int(digits), column - 1))
    return places


def _cells_of(row: Iterable[Any]) -> list[tuple[str, str | None]]:
    """Text and fault of each cell of a line."""
    return [_text_of(cell) for cell in row]


def _text_of(cell: Any) -> tuple[str, str | None]:
    value = cell.value
    if value is None:
        return "", None
    if cell.data_type == "f" or type(value).__name__ in ("ArrayFormula", "DataTableFormula"):
        return "", FORMULA
    if cell.data_type == "e":
        return "", ERROR_VALUE
    if isinstance(value, bool):
        return ("1" if value else "0"), None
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes"), None
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat(), None
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)), None
    return _ESCAPED.sub("_", str(value)), None


# CSV


def _read_csv(body: bytes) -> Table:
    import csv

    text, encoding = decode(body)
    if "\0" in text:
        raise UnreadableFile(_l("The file holds characters that no text has. Saving it as XLSX may help."))
    lines = text.splitlines()
    if len(lines) > MAX_ROWS * 3:
        raise UnreadableFile(_too_many())
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(";,\t", key=head.count)
    previous = csv.field_size_limit(MAX_BYTES)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return _table(([(value, None) for value in row] for row in reader), set(), encoding)
    except csv.Error as error:
        raise UnreadableFile(_l("The lines of the file cannot be told apart. Saving it as XLSX may help.")) from error
    finally:
        csv.field_size_limit(previous)


def decode(body: bytes) -> tuple[str, str]:
    """The text of a file and how it was written: utf-8, utf-16, windows-1256 or windows-1252."""
    for mark, encoding, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
        (b"\xff\xfe", "utf-16", "utf-16"),
        (b"\xfe\xff", "utf-16", "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace"), name
    sample = body[:4000]
    if sample.count(0) > len(sample) // 8:
        # Letters of UTF-16 without its mark: the zero half says which comes first.
        order = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
        return body.decode(order, "replace"), "utf-16"
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        arabic = body.decode("windows-1256", "replace")
        french = body.decode("windows-1252", "replace")
        return (arabic, "windows-1256") if _reads_as_arabic(arabic, french) else (french, "windows-1252")


def _reads_as_arabic(arabic: str, french: str) -> bool:
    """Which of the two readings is the text that somebody typed.

    Both pages give the small accented letters of French the same bytes; capitals with accents are Arabic letters in
    the other. So words of Arabic letters speak for Arabic, words that mix both scripts and letters that nobody
    types here speak for French.
    """
    score = 0
    for word in _WORD.findall(arabic):
        if _ARABIC_WORD.match(word):
            score += 2
        elif _FOREIGN.search(word) or (_ARABIC.search(word) and re.search("[A-Za-z]", word)):
            score -= 3
    score += 2 * len(_SIGN_IN_WORD.findall(french))
    return score > 0


# Both


def _table(rows: Iterator[list[tuple[str, str | None]]], merged: set[tuple[int, int]], encoding: str = "") -> Table:
    heading: list[str] = []
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        cells, faults = _clean_row(number, row, merged)
        if not any(cells) and not faults:
            continue
        if not heading:
            if len(cells) > MAX_COLUMNS:
                raise UnreadableFile(_l("The file has too many columns: %(most)s at most.", most=MAX_COLUMNS))
            heading = cells
        elif len(lines) >= MAX_ROWS:
            raise UnreadableFile(_too_many())
        else:
            cells += [""] * (len(heading) - len(cells))
            lines.append(Line(number, cells, faults))
    if not heading:
        raise UnreadableFile(_l("The file is empty."))
    return Table(heading, lines, encoding)


def _too_many() -> Any:
    return _l("The file has too many lines: %(most)s at most. It can be sent in several parts.", most=MAX_ROWS)


def _clean_row(
    number: int, row: Sequence[tuple[str, str | None]], merged: set[tuple[int, int]]
) -> tuple[list[str], dict[int, str]]:
    cells: list[str] = []
    faults: dict[int, str] = {}
    for column, (text, fault) in enumerate(row[: MAX_COLUMNS + 1]):
        text = BIDI_CONTROLS.sub("", text).strip()
        if "\0" in text:
            fault = LOST
        elif len(text) > MAX_CELL:
            text, fault = text[:MAX_CELL], TOO_LONG
        elif _LOST in text:
            fault = LOST
        elif (number, column) in merged:
            fault = MERGED
        cells.append(text.replace("\0", ""))
        if fault is not None:
            faults[column] = fault
    while cells and not cells[-1] and len(cells) - 1 not in faults:
        cells.pop()
    return cells, faults
