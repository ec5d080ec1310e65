"""The check letter of a row on paper."""

from __future__ import annotations

from itertools import combinations

import pytest

from lms.core.row_codes import LETTERS, code_of, number_of

NUMBERS = [*range(1, 300), 999, 1000, 4021, 98765]


def test_a_code_is_read_back_in_any_digits_capitals_or_not_and_without_its_letter() -> None:
    for number in NUMBERS:
        code = code_of(5, number)
        assert number_of(5, code) == number_of(5, f" {code.lower()} ") == number_of(5, str(number)) == number
    assert number_of(5, code_of(5, 12).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))) == 12


def test_one_digit_mistyped_gives_another_letter() -> None:
    for number in NUMBERS:
        digits, letter = str(number), code_of(5, number)[-1]
        for place in range(len(digits)):
            for other in "0123456789".replace(digits[place], ""):
                assert number_of(5, digits[:place] + other + digits[place + 1 :] + letter) is None


def test_two_digits_swapped_give_another_letter() -> None:
    for number in NUMBERS:
        digits, letter = list(str(number)), code_of(5, number)[-1]
        for one, other in combinations(range(len(digits)), 2):
            swapped = list(digits)
            swapped[one], swapped[other] = digits[other], digits[one]
            if swapped != digits:
                assert number_of(5, "".join(swapped) + letter) is None


def test_the_paper_of_another_set_is_noticed() -> None:
    assert all(number_of(6, code_of(5, number)) is None for number in NUMBERS)


@pytest.mark.parametrize("typed", ["", "K", "7KK", "7-K", "７K" * 3, "1" * 100_000, "-7", "7.0", "²", "7\0"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert number_of(5, typed) is None


def test_no_letter_looks_like_a_digit() -> None:
    assert not set("BDGILOQSZ") & set(LETTERS)
