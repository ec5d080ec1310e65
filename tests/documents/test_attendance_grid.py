"""The grid of a cohort as PDF: people × half-days, what each half-day counts, what the figures mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from lms.documents import GridSheet, GridSheetRow, draw_attendance_grid
from lms.documents.attendance_grid import ROWS
from tests.documents.test_cards import texts

WORDS = {
    "fr": ("Présence", "Session de novembre", "N°", "Nom", "Organisme", "Meryem Alaoui", "المكتب", "reached"),
    "ar": ("الحضور", "دورة نونبر", "رقم", "الاسم", "الهيئة", "مريم العلوي", "OFPPT", "قيد الإنجاز"),
}
COUNTED = {"fr": "Présences par demi-journée", "ar": "حضور كل نصف يوم"}


def grid(people: int, half_days: int, lang: str = "fr") -> GridSheet:
    title, cohort, number, name, organisation, who, short, said = WORDS[lang]
    return GridSheet(
        lang=lang,
        programme=cohort,
        title=title,
        cohort=cohort,
        facts="29/11/2026",
        legend="P · A",
        columns=(number, name, organisation),
        heads=tuple((f"{place + 1:02d}/11", "09:00") for place in range(half_days)),
        totals=("T1", "T2", "T3", "T4", "T5"),
        rows=tuple(
            GridSheetRow(
                place,
                f"{who} {place}",
                short,
                (("P", "", "م 45*") * half_days)[:half_days],
                ("8", "", "10", "80,0 %", said),
            )
            for place in range(1, people + 1)
        ),
        counts_title=COUNTED[lang],
        counts=tuple(f"{place + 31}/40" for place in range(half_days)),
        definitions_title=title,
        definitions=((name, organisation * 30),),
        made_on=dt.date(2026, 11, 29),
    )


@pytest.mark.parametrize("people", [1, ROWS, ROWS + 1, 2 * ROWS + 3])
def test_what_each_half_day_counts_stands_once_below_the_last_people(people: int) -> None:
    pages = texts(draw_attendance_grid(grid(people, 4)))
    *_before, last = (page for page in pages if "Meryem" in page)
    assert [page.count(COUNTED["fr"]) for page in pages] == [int(page is last) for page in pages]
    assert all(one in last for one in ("31/40", "32/40", "33/40", "34/40"))


def test_half_days_on_several_pages_are_all_counted() -> None:
    said = " ".join(texts(draw_attendance_grid(grid(3, 30))))
    assert all(f"{place + 31}/40" in said for place in range(30))


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_nobody_and_no_half_day_is_a_page_all_the_same(lang: str) -> None:
    (page,) = texts(draw_attendance_grid(grid(0, 0, lang)))
    assert WORDS[lang][3] in page


def test_equal_facts_give_equal_bytes() -> None:
    assert draw_attendance_grid(grid(3, 3)) == draw_attendance_grid(grid(3, 3))
    assert draw_attendance_grid(grid(3, 3)) != draw_attendance_grid(replace(grid(3, 3), title="Autre"))
