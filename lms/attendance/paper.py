"""What is typed from a signed sheet: codes of rows and stretches of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.row_codes import number_of
from lms.core.text import plain_digits

#: More than a sheet of five hundred rows needs.
LONGEST = 4000
_DASHES = re.compile(r"\s*[-–—‑−]\s*")
_APART = re.compile(r"[\s,،;؛]+")
_LETTER_APART = re.compile(r"(\d)\s+([A-Za-z])(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Fault:
    """One code that cannot be read, and why."""

    typed: str
    message: Any


@dataclass(frozen=True)
class Reading:
    """Numbers in the order typed, and the codes that are wrong."""

    numbers: tuple[int, ...]
    faults: tuple[Fault, ...]


def read(typed: str, set_id: int, on_the_list: Collection[int]) -> Reading:
    """Codes « 7K », numbers « 7 » and stretches « 1-12 » or « 1K-12M », in any digits, between spaces or commas.

    Both ends of a stretch stand on the list; numbers between them that nobody has are passed over.
    """
    numbers: dict[int, None] = {}
    faults: list[Fault] = []
    for token in _tokens(typed):
        found = _numbers(token, set_id, on_the_list)
        if isinstance(found, list):
            repeated = [one for one in found if one in numbers]
            numbers.update(dict.fromkeys(found))
            found = _l("This row was typed twice.") if repeated else None
        if found is not None:
            faults.append(Fault(token, found))
    return Reading(tuple(numbers), tuple(faults))


def _tokens(typed: str) -> list[str]:
    text = _DASHES.sub("-", plain_digits(typed[:LONGEST]))
    return [one for one in _APART.split(_LETTER_APART.sub(r"\1\2", text)) if one]


def _numbers(token: str, set_id: int, on_the_list: Collection[int]) -> Any:
    """The numbers that a token stands for, or the sentence that says what is wrong with it."""
    ends: list[int] = []
    for code in token.split("-"):
        number = number_of(set_id, code)
        if number is None:
            is_code = re.fullmatch(r"\d{1,6}[A-Za-z]", code)
            return _l("The letter is another one: a digit or the day of the sheet may be wrong.") if is_code else _BAD
        if number not in on_the_list:
            return _l("Nobody on the list has this number.")
        ends.append(number)
    if len(ends) == 1:
        return ends
    if len(ends) > 2 or ends[0] > ends[1]:
        return _BAD
    return [one for one in sorted(on_the_list) if ends[0] <= one <= ends[1]]


_BAD = _l("This is no code of a row: 7K, 7 or 1-12 are read.")
