"""Serial numbers that people read out, and secret codes that open the public page."""

from __future__ import annotations

import re
import secrets

from lms.core.text import BIDI_CONTROLS

#: Crockford's base 32: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # × 5 bits = 80 random bits
_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_READ_AS = str.maketrans("OILoil", "011011")
#: What people type between the groups; what viewers of PDF make of the hyphen at the end of a line; marks of direction.
_SEPARATORS = re.compile(rf"{BIDI_CONTROLS.pattern}|[\s\-_.\u00ad\u2010-\u2015\ufffe]")


def new_code() -> str:
    """A fresh verification code, without separators."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """The code as printed, in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """What was typed or pasted as a stored code: any case and separators, O as 0, I and L as 1.

    None when it cannot be one.
    """
    plain = _SEPARATORS.sub("", text).translate(_READ_AS).upper()
    if len(plain) != CODE_LENGTH or any(char not in ALPHABET for char in plain):
        return None
    return plain


def serial(year: int, number: int) -> str:
    """``GSI-2026-000123-C``: year, number in the year, check character."""
    body = f"GSI-{year}-{number:06d}"
    return f"{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 over letters and digits: any one wrong character and any neighbour swap shows."""
    product = 36
    for char in re.sub(r"[^0-9A-Z]", "", body.upper()):
        total = (product + _CHECK.index(char)) % 36 or 36
        product = total * 2 % 37
    return _CHECK[(37 - product) % 36]


def is_serial(text: str) -> bool:
    """Whether a serial's check character fits."""
    body, _sep, check = text.strip().upper().rpartition("-")
    return bool(re.fullmatch(r"GSI-\d{4}-\d{6}", body)) and check == check_character(body)
