"""The order of runs in a line, against the reference implementation and against rule N0's own cases."""

from __future__ import annotations

import random

import pytest
from bidi import get_display

from lms.documents.bidi import visual_text

LINES = 10_000
PIECES = (
    "التكوين", "مقاربة النوع", "إدماج", "الكفاءات", "مُحَمَّد", "a", "ب",
    "formation", "L’égalité", "OFPPT", "GSI-2026-000123-C", "2026", "60 %", "12,5", "٢٠٢٦", "3/4", "1",
    "(", ")", "[", "]", "{", "}", "«", "»", ":", "،", ",", ".", "-", "–", "/", "%", "+", "#",
)  # fmt: skip


def random_line(rng: random.Random) -> str:
    return " ".join(rng.choice(PIECES) for _ in range(rng.randint(1, 12))).replace(" ,", ",")


@pytest.mark.parametrize("rtl", [True, False])
def test_ten_thousand_bilingual_lines_stand_as_the_reference_puts_them(rtl: bool) -> None:
    """PDF notes, 4.1: the reference has rule N0 and mirrors brackets; ours leaves mirroring to the shaper."""
    rng = random.Random(20211202 + rtl)
    mirrored = str.maketrans("()[]{}<>«»", ")(][}{><»«")
    wrong = []
    for _ in range(LINES):
        line = random_line(rng)
        expected = get_display(line, base_dir="R" if rtl else "L")
        ours = visual_text(line, rtl=rtl)
        if ours.translate(mirrored) != expected.translate(mirrored) and _plain(ours) != _plain(expected):
            wrong.append(line)
    assert wrong == []


def _plain(line: str) -> str:
    """With every bracket as one sign: what is compared is the order, not the mirrored shape."""
    return line.translate(str.maketrans(")]}»", "([{«"))


@pytest.mark.parametrize(
    ("line", "rtl", "shown"),
    [
        # A pair takes the line's direction when it holds some of it, else the one before it.
        ("التكوين (OFPPT)", True, "(OFPPT) نيوكتلا"),
        ("formation (التكوين) 2026", False, "formation (نيوكتلا) 2026"),
        ("أ (ب)", False, ")ب( أ"),
        ("a (ب)", True, ")ب( a"),
        ("المادة (3) من", True, "نم (3) ةداملا"),
        ("", True, ""),
    ],
)
def test_brackets_stay_with_what_they_hold(line: str, rtl: bool, shown: str) -> None:
    assert _plain(visual_text(line, rtl=rtl)) == _plain(shown)


def test_marks_that_steer_direction_are_dropped() -> None:
    assert visual_text("a\u202eb\u2066c\u2069\u200f", rtl=False) == "abc"
