"""Serial numbers and codes as people read and type them."""

from __future__ import annotations

import string

import pytest

from lms.certificates import codes


def test_any_wrong_character_and_any_swap_of_neighbours_shows() -> None:
    """Exhaustive over one serial; ISO 7064 MOD 37,36 promises it for all."""
    serial = codes.serial(2026, 123)
    assert codes.is_serial(serial)
    for place, char in enumerate(serial):
        if char == "-":
            continue
        for other in set(string.digits + string.ascii_uppercase) - {char}:
            assert not codes.is_serial(serial[:place] + other + serial[place + 1 :])
    for place in range(len(serial) - 1):
        swapped = serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
        assert swapped == serial or not codes.is_serial(swapped)


@pytest.mark.parametrize("text", ["", "GSI-2026-123-C", "gsi", "GSI-2026-000123-", "-" * 400, "GSI-٢٠٢٦-000123-C"])
def test_other_texts_are_no_serial(text: str) -> None:
    assert not codes.is_serial(text)


def test_codes_are_long_and_each_another() -> None:
    drawn = {codes.new_code() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(set(code) <= set(codes.ALPHABET) and len(code) == 16 for code in drawn)


@pytest.mark.parametrize(
    "typed",
    # Typed; then pasted from viewers of PDF.
    ["0123-4567-89AB-CDEF", "0123456789abcdef", " o123 4567 89ab cdef ", "O I23–4567–89AB–CDEF", "0l23_4567.89ab-cdef",
     "0123-4567\ufffe89AB-CDEF", "\u200e0123\u20104567\u201189AB\u00adCDEF\u200f"],
)  # fmt: skip
def test_a_code_typed_by_hand_is_read(typed: str) -> None:
    assert codes.read_code(typed) == "0123456789ABCDEF"


@pytest.mark.parametrize(
    "typed", ["", "0123", "0123-4567-89AB-CDEU", "x" * 5000, "٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥", "0123456789ABCDEF0"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read_code(typed) is None
