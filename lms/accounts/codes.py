"""Printed sign-in names of people without an e-mail address: easy to read from paper, not to be guessed."""

from __future__ import annotations

import re
import secrets

#: Crockford's base 32: no I, L, O or U, which are taken for other signs.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def grouped(code: str) -> str:
    """As it is printed, in groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain(typed: str) -> str:
    """What was meant: without blanks and hyphens, in capitals, signs that look alike taken for the right one."""
    return re.sub(r"[\s\-\u2010-\u2014]+", "", typed).upper().translate(_READ_AS)
