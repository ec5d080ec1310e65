"""What may stand in a cell of a table that people take away: values of their kind, texts that stay texts.

Knows no library: workbooks.py fills cells and lines with what comes from here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

from lms.core import clock
from lms.core.text import BIDI_CONTROLS

#: Longest text of a cell in UTF-16 units, as spreadsheet programs count.
MAX_CELL = 32_767
#: The kinds of values, each by its number format.
TEXT, NUMBER, SHARE, DAY, MOMENT = "@", "General", "0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
#: How many letters a value of this kind takes.
_LETTERS = {NUMBER: 8, SHARE: 7, DAY: 10, MOMENT: 16}
#: Whole numbers from here on lose digits in a spreadsheet: they are written as text.
_TOO_LARGE = 10**15
#: Before this day the calendar of spreadsheets counts a leap day that never was: such dates are written as text.
_FIRST_DAY = dt.date(1900, 3, 1)
#: What XML or no text at all can hold; tabs and ends of lines stay.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Spreadsheets read « _x202E_ » as the character of that number; with its underscore escaped it stays what it was.
_READ_AS_CHARACTER = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_LETTER = re.compile(r"[^\W\d_]")


class Share(float):
    """A share from 0 to 1, written as a number that is shown in percent with one decimal."""


def typed(value: Any) -> tuple[str, Any]:
    """The kind of a value, and the value as a cell takes it. Raises TypeError for a bool."""
    if isinstance(value, bool):
        raise TypeError("a cell says yes and no in words")
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, dt.datetime):
        local = clock.local(value).replace(tzinfo=None) if value.tzinfo else value
        return (MOMENT, local) if local.date() >= _FIRST_DAY else (TEXT, local.isoformat(" ", "minutes"))
    if isinstance(value, dt.date):
        return (DAY, value) if value >= _FIRST_DAY else (TEXT, value.isoformat())
    return TEXT, plain(str(value))


def _number(value: int | float | Decimal) -> tuple[str, Any]:
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        return TEXT, str(value)
    return (SHARE if isinstance(value, Share) else NUMBER), (value if math.isfinite(value) else None)


def plain(text: str) -> str:
    """Without marks of direction and characters that no text has; ends of lines are all one."""
    return _NO_TEXT.sub("", BIDI_CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))


def runs_left(text: str) -> bool:
    """Whether a text runs from right to left: its first letter is Arabic."""
    first = _LETTER.search(text)
    return first is not None and ("\u0590" <= first[0] <= "\u08ff" or "\ufb1d" <= first[0] <= "\ufefc")


def letters(value: Any) -> int:
    """How many letters the longest line of a value takes."""
    if value is None:
        return 0
    kind, ready = typed(value)
    return _LETTERS[kind] if kind in _LETTERS else max(map(len, ready.split("\n")))


def harmless(value: Any) -> str:
    """The value as a field of a CSV: an apostrophe stands before a text that a spreadsheet would compute."""
    if value is None:
        return ""
    kind, ready = typed(value)
    if ready is None:
        return ""
    if kind == MOMENT:
        return str(ready.isoformat(" ", "minutes"))
    is_formula = kind == TEXT and not isinstance(value, int) and ready.startswith(_FORMULA_STARTS)
    return f"'{ready}" if is_formula else str(ready)


def within(text: str, most: int, end: str = "") -> str:
    """The text, or as much of it as fits into so many UTF-16 units, with ``end``."""
    if 2 * len(text) <= most:
        return text
    body = text.encode("utf-16-le")
    return text if len(body) <= 2 * most else body[: 2 * (most - len(end))].decode("utf-16-le", "ignore") + end


def stored(text: str) -> tuple[str, bool]:
    """A plain text as a cell of a workbook stores it; whether it was cut, being longer than a cell can be."""
    escaped = _READ_AS_CHARACTER.sub("_x005F_", text)
    short = within(escaped, MAX_CELL, "…")
    return short, short != escaped
