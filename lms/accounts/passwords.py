"""Passwords: argon2id hashes, and which ones are refused.

Taken exactly as typed, in any script; length is asked instead of odd characters (ASVS 5.0, 6.2).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.text import fold

SHORTEST, LONGEST = 12, 128
#: OWASP's second recommended setting: 19 MiB, two passes; about 40 ms on one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_DUMMY_HASH = _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long for accounts that do not exist (``stored`` empty)."""
    try:
        return _hasher.verify(stored or _DUMMY_HASH, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_too_easy(password: str, *personal: str | None) -> bool:
    """Whether a guesser tries it early: common words, repeats, rows of keys, or the person's own data."""
    plain = fold(password).replace(" ", "")
    letters = plain.rstrip("0123456789!?.@#*_")
    if len(set(plain)) <= 4 or plain in _rows_of_keys() or letters in _common() or plain in _common():
        return True
    if any(part * (len(plain) // len(part)) == plain for part in {plain[:size] for size in range(1, 7)} if part):
        return True
    own = [_letters_and_digits(text) for text in personal if text]
    bare = _letters_and_digits(password)
    return any(len(text) >= 4 and (text in bare and len(bare) - len(text) <= 6) for text in own)


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = (Path(__file__).parent / "data" / "common_passwords.txt").read_text("utf-8")
    return frozenset(fold(line).replace(" ", "") for line in text.splitlines() if line)


@lru_cache(maxsize=1)
def _rows_of_keys() -> frozenset[str]:
    rows: tuple[str, ...] = (
        "qwertyuiopasdfghjklzxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
    )
    rows += tuple(row[::-1] for row in rows)
    return frozenset(row[a:b] for row in rows for a in range(len(row)) for b in range(a + 8, len(row) + 1))
