"""What a question leaves on paper, and how letters written there are read. Letters of both alphabets are one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.core.text import fold

#: Letters of options in the order of the page, by language; as many as the widest question has.
LETTERS = {"ar": "أبجدهوزحطيكلمنسع", "fr": "ABCDEFGHIJKLMNOP"}
#: Written where a row was left empty, so that the next ones keep their places.
GAP = "-"
_PLACES = {fold(letter): place for letters in LETTERS.values() for place, letter in enumerate(letters)}
_DASHES = re.compile("[-\u2010-\u2015\u2212_]")
_BETWEEN = re.compile(r"[\s.,;:/،؛+\u0640]+")
#: What is typed of a question with letters is short; anything longer is a slip.
_LONGEST = 200
_UNREADABLE = "?"


@dataclass(frozen=True)
class Sheet:
    """What stands under a question on paper."""

    #: What to write, in one line.
    hint: Any
    #: Things to choose from; each has a letter.
    options: tuple[str, ...] = ()
    #: Things that take a letter each; each has a number.
    rows: tuple[str, ...] = ()
    #: Empty lines to write on; 0: a box beside the question.
    lines: int = 0
    #: What stands behind the box.
    unit: str = ""


class BadPaper(ValueError):
    """Raised for what this question cannot be answered with; ``message`` says why, ready to be translated."""

    def __init__(self, message: Any) -> None:
        super().__init__("not an answer on paper")
        self.message = message


def letter(place: int, lang: str) -> str:
    return LETTERS[lang][place]


def _plain(text: str) -> str:
    """Letters and digits without what separates them; every kind of dash is a gap, which folding would lose."""
    if len(text) > _LONGEST:
        return _UNREADABLE
    return GAP.join(_BETWEEN.sub("", fold(part)) for part in _DASHES.split(text))


def read_letters(text: str, count: int) -> list[int | None]:
    """Places of the letters in the order written, None for a gap. Raises BadPaper beyond the first ``count``."""
    typed = _plain(text)
    return [None if one == GAP else _place(one, count) for one in typed]


def read_pairs(text: str, rows: int, count: int) -> list[int | None]:
    """The place written for each row: letters from the first row on (``BA-C``), or with their numbers (``2A 1B``)."""
    typed = _plain(text)
    if not re.search(r"\d", typed):
        found = read_letters(typed, count)
        if len(found) > rows:
            raise BadPaper(_l("There are more letters than rows."))
        return found + [None] * (rows - len(found))
    pairs = re.findall(r"(\d+)([^\d])", typed)
    if "".join(number + one for number, one in pairs) != typed:
        raise BadPaper(_l("A number and a letter are needed for each row, for example 1B 2A."))
    places: dict[int, int | None] = {}
    for number, one in pairs:
        row = int(number)
        if not 1 <= row <= rows or row in places:
            raise BadPaper(_l("Each row has one number and one letter."))
        places[row] = None if one == GAP else _place(one, count)
    return [places.get(row) for row in range(1, rows + 1)]


def write_places(places: list[int | None], lang: str) -> str:
    """What ``read_letters`` and ``read_pairs`` read as these places."""
    return "".join(GAP if place is None else letter(place, lang) for place in places).rstrip(GAP)


def _place(one: str, count: int) -> int:
    place = _PLACES.get(one, count)
    if place >= count:
        raise BadPaper(_l("Letters from %(first)s to %(last)s are read here.", first=_said(0), last=_said(count - 1)))
    return place


def _said(place: int) -> LazyString:
    """A letter in the language of the page that says it."""
    return LazyString(lambda: letter(place, "ar" if str(get_locale()).startswith("ar") else "fr"))
