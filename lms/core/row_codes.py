"""The code of a row on paper: its number and a check letter, so that a slip of the pen or of a finger is noticed.

The letter stands for (number + number of the set) modulo 13. Thirteen is prime and divides neither a difference of two
digits times a power of ten nor 9, 99, 999 … 99 999 times one: one digit mistyped, and two digits swapped, always give
another letter. Papers of two sets that are mixed up differ in their letters unless their numbers are 13 apart. The
thirteen letters left are those that nobody takes for a digit or for one another: no B D G I L N O Q S U V W Z.
"""

from __future__ import annotations

import re

from lms.core.text import plain_digits

LETTERS = "ACEFHJKMPRTXY"


def code_of(set_id: int, number: int) -> str:
    """What is printed: « 7K »."""
    return f"{number}{_letter(set_id, number)}"


def number_of(set_id: int, typed: str) -> int | None:
    """The number behind a code, or behind the number alone; None where the letter is another one or it is no code."""
    found = re.fullmatch(r"(\d{1,6})\s*([A-Za-z]?)", plain_digits(typed[:20]).strip(), re.ASCII)
    if found is None:
        return None
    number, letter = int(found[1]), found[2].upper()
    return number if letter in ("", _letter(set_id, number)) else None


def _letter(set_id: int, number: int) -> str:
    return LETTERS[(number + set_id) % len(LETTERS)]
