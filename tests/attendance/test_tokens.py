"""What the screen shows: how long it is taken, and that nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attendance import tokens
from lms.attendance.tokens import STEP

SECRET = "k" * 40
#: A moment at which a step begins.
BEGINS = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
MOMENT = dt.timedelta(microseconds=1)


def token_at(moment: dt.datetime, half_day: int = 7) -> str:
    return tokens.shown(SECRET, half_day, tokens.step_of(moment)).token


def digits_at(moment: dt.datetime, half_day: int = 7) -> str:
    return tokens.shown(SECRET, half_day, tokens.step_of(moment)).digits


@pytest.mark.parametrize(
    ("later", "is_taken"),
    [
        (-MOMENT, False),
        (dt.timedelta(0), True),
        (STEP - MOMENT, True),
        # Scanned in its last second: there is one step more.
        (STEP, True),
        (2 * STEP - MOMENT, True),
        (2 * STEP, False),
        (3 * STEP, False),
    ],
)
def test_a_code_is_taken_while_it_is_shown_and_one_step_longer(later: dt.timedelta, is_taken: bool) -> None:
    now = BEGINS + later
    assert tokens.is_fresh(SECRET, 7, token_at(BEGINS), now=now) is is_taken
    assert tokens.is_fresh_code(SECRET, 7, digits_at(BEGINS), now=now) is is_taken


def test_the_one_shown_says_until_when() -> None:
    for later in (dt.timedelta(0), STEP - MOMENT):
        assert tokens.shown(SECRET, 7, tokens.step_of(BEGINS + later)).until == BEGINS + STEP


@given(place=st.integers(0, tokens.LETTERS - 1), letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_other_letter_is_refused(place: int, letter: str) -> None:
    right = token_at(BEGINS)
    forged = right[:place] + letter + right[place + 1 :]
    assert tokens.is_fresh(SECRET, 7, forged, now=BEGINS) is (forged == right)


@pytest.mark.parametrize("said", ["", "A", "é", "\ud800".encode("utf-8", "replace").decode(), "A" * 10_000, "0" * 6])
def test_anything_else_is_refused(said: str) -> None:
    assert not tokens.is_fresh(SECRET, 7, said, now=BEGINS)


def test_each_half_day_and_each_installation_has_its_own() -> None:
    assert not tokens.is_fresh(SECRET, 8, token_at(BEGINS), now=BEGINS)
    assert not tokens.is_fresh("q" * 40, 7, token_at(BEGINS), now=BEGINS)
    assert digits_at(BEGINS) != digits_at(BEGINS, 8)


def test_a_camera_that_writes_small_letters_is_no_forgery() -> None:
    assert tokens.is_fresh(SECRET, 7, token_at(BEGINS).lower(), now=BEGINS)


def test_six_digits_always() -> None:
    found = [tokens.shown(SECRET, 7, step).digits for step in range(3000)]
    assert all(len(one) == 6 and one.isdigit() for one in found)
    assert any(one.startswith("0") for one in found)
    # Neither the letters nor the digits tell the other.
    assert len(set(found)) > 2900


def test_a_device_is_known_again_at_the_same_half_day_only() -> None:
    device = tokens.new_device()
    assert tokens.device_hash(SECRET, 7, device) == tokens.device_hash(SECRET, 7, device)
    assert tokens.device_hash(SECRET, 7, device) != tokens.device_hash(SECRET, 8, device)
    assert device not in tokens.device_hash(SECRET, 7, device)
