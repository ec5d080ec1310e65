"""Tables that people take away: every file is read again, and nothing in it runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import BIDI_CONTROLS
from lms.documents import spreadsheets
from lms.documents.cell_values import MAX_CELL, Share
from lms.documents.workbooks import About, Sheet, write_csv, write_xlsx
from tests.catalogues import LANGS

MADE_AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
FORMULA_STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
HOSTILE = [
    *(f"{start}1+1" for start in FORMULA_STARTS),
    "=cmd|' /C calc'!A0", "'=1", '"=1', "=HYPERLINK(\"http://x\")", "#N/A", "#REF!", "http://example.org", "\x01=1+1",
    "\u202e=1+1", "_x003D_1+1", "_x202E_abc", "<f>1</f>", "&amp;]]>", "\ud800", "\ufffe", "a\x0bb",
]  # fmt: skip
NEWS = {
    "ar": ("اقرأني", "من إعداد", "العمود", "معيار التصفية"),
    "fr": ("Lisez-moi", "Établi par", "Colonne", "Filtre"),
}


def about(**more: Any) -> About:
    return About(title="Inscriptions", made_by="Amina Berrada", made_at=MADE_AT, **more)


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def one_sheet(lines: Any, heading: Any = ("a",), title: str = "a", lang: str = "fr") -> Any:
    return opened(write_xlsx([Sheet(title, heading, lines)], lang=lang)).worksheets[0]


def read_again(text: str) -> str:
    """What a spreadsheet program shows of a stored text: the library leaves escaped underscores as they are."""
    return text.replace("_x005F_", "_")


def clock_shows(text: str) -> dt.datetime:
    """A moment as a cell holds it: without a zone."""
    return dt.datetime.fromisoformat(text)


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest, sqlite_app: Flask) -> Iterator[str]:
    """A page in Arabic, then in French."""
    with sqlite_app.test_request_context(f"/{request.param}/"):
        yield request.param


def test_values_are_of_their_kind() -> None:
    moment = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    given = [
        ("0612345678", "0612345678", "s", "@"),
        (12, 12, "n", "General"),
        (Decimal("2.5"), 2.5, "n", "General"),
        (Share(0.825), 0.825, "n", "0.0%"),
        (dt.date(2026, 11, 23), clock_shows("2026-11-23 00:00"), "d", "yyyy-mm-dd"),
        (moment, clock_shows("2026-07-01 23:30"), "d", "yyyy-mm-dd hh:mm"),
        (clock_shows("2026-11-23 08:05"), clock_shows("2026-11-23 08:05"), "d", "yyyy-mm-dd hh:mm"),
        (dt.date(1875, 1, 2), "1875-01-02", "s", "@"),
        (12_345_678_901_234_567, "12345678901234567", "s", "@"),
    ]
    row = one_sheet([[value for value, *_ in given]], heading=["a"] * len(given))[2]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in row] == [tuple(rest) for _, *rest in given]


def test_in_the_month_of_ramadan_moments_follow_the_programmes_clocks() -> None:
    moment = dt.datetime(2026, 3, 1, 10, 0, tzinfo=dt.UTC)
    assert one_sheet([[moment]])["A2"].value == clock_shows("2026-03-01 10:00")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, Share(math.nan), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_an_empty_cell(value: Any) -> None:
    assert one_sheet([[value, "b"]], heading=["a", "b"])["A2"].value is None
    assert write_csv(["a", "b"], [[value, "b"]]).decode("utf-8-sig") == "a;b\r\n;b\r\n"


def test_yes_and_no_are_words_of_the_caller() -> None:
    with pytest.raises(TypeError):
        write_xlsx([Sheet("a", ["a"], [[True]])], lang="fr")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_written_runs(text: str) -> None:
    body = write_xlsx([Sheet("a", [text], [[text]])], lang="ar")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in parts
    assert b"<hyperlink" not in parts
    assert {cell.data_type for row in opened(body).active.iter_rows() for cell in row} <= {"s", "n"}
    written = io.StringIO(write_csv(["nom"], [[text]]).decode("utf-8-sig"), newline="")
    cell = list(csv.reader(written, delimiter=";"))[1][0]
    assert not cell.startswith(tuple(FORMULA_STARTS))


@given(st.lists(st.lists(st.text(max_size=40), min_size=3, max_size=3), max_size=8))
def test_texts_come_back_as_they_were_given(lines: list[list[str]]) -> None:
    sheet = one_sheet(lines, heading=["a", "b", "c"])
    found = [[read_again(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=2, max_col=3)]
    assert found == [[visible(text) for text in line] for line in lines]


def visible(text: str) -> str:
    """The text without marks of direction and characters that no text has, ends of lines all one."""
    text = BIDI_CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\t\n" or (ord(char) >= 32 and not 127 <= ord(char) < 160
                   and not 0xD800 <= ord(char) < 0xE000 and char not in "\ufffe\uffff"))  # fmt: skip


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_any_title_is_made_one_that_spreadsheets_accept(titles: list[str]) -> None:
    book = opened(write_xlsx([Sheet(title, ["a"], []) for title in titles], lang="fr"))
    names = book.sheetnames
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_titles_that_differ_in_case_or_after_their_end_only_are_told_apart() -> None:
    long = "Suivi des participantes et participants"
    book = opened(write_xlsx([Sheet(one, ["a"], []) for one in ("Liste", "LISTE", "a/b", long, long)], lang="fr"))
    assert book.sheetnames == ["Liste", "LISTE 2", "a b", long[:31], f"{long[:29]} 2"]


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_said(lang: str, letter: str) -> None:
    sheet = Sheet("a", ["a"], [[letter * 40_000], [letter * 100], ["b"]])
    book = opened(write_xlsx([sheet], lang=lang, about=about()))
    cut, whole = (book["a"][f"A{number}"].value for number in (2, 3))
    assert cut.endswith(letter + "…")
    assert len(cut.encode("utf-16-le")) // 2 in (MAX_CELL, MAX_CELL - 1)
    assert whole == letter * 100
    assert "« … »" in texts(book.worksheets[0]).replace("\u00a0", " ")


def texts(sheet: Any) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


@pytest.mark.parametrize("sheet_lang", LANGS)
def test_a_sheet_is_read_and_printed_in_its_direction(sheet_lang: str) -> None:
    sheet = one_sheet([["1", 2], ["3", 4]], heading=["L'année", "b"], title="L'état", lang=sheet_lang)
    assert bool(sheet.sheet_view.rightToLeft) == (sheet_lang == "ar")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert (sheet.print_title_rows, sheet.print_area) == ("$1:$1", "'L''état'!$A$1:$B$3")
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not sheet.merged_cells.ranges
    head = sheet["A1"]
    assert (head.font.bold, head.fill.fgColor.rgb, head.alignment.wrap_text) == (True, "000B4A3A", True)
    assert sheet.oddFooter.right.text == "&P/&N"
    assert all(sheet.column_dimensions[column].width >= 4 for column in "AB")


def test_a_text_runs_as_its_first_letter_does_whatever_the_sheet() -> None:
    texts = ["نادية", "« أهلا » OFPPT", "Nadia نادية", "+212612345678", "-5"]
    for sheet_lang, side in (("ar", "right"), ("fr", "left")):
        row = one_sheet([texts], heading=["a"] * 5, lang=sheet_lang)[2]
        assert [cell.alignment.readingOrder for cell in row] == [2, 2, 1, 1, 1]
        assert {cell.alignment.horizontal for cell in row} == {side}


def test_a_row_is_as_high_as_its_text() -> None:
    sheet = one_sheet([["court"], ["long " * 40], ["a\nb\nc"], ["très long " * 3000]])
    heights = [sheet.row_dimensions[number].height for number in range(1, 6)]
    assert heights == [None, None, 60, 45, 405]


def test_the_first_sheet_says_what_the_file_is(lang: str) -> None:
    said = about(
        filters=[("Organisme", "=OFPPT"), ("Du", dt.date(2026, 1, 31))],
        facts=[("Édition", "0123456789ab")],
        definitions=[("Part", "Part des femmes.")],
        notes=["En dessous de 10, rien."],
    )
    book = opened(write_xlsx([Sheet("Liste", ["Part"], [[Share(0.5)]])], lang=lang, about=said))
    sheet = book.worksheets[0]
    rows = {row[0]: row[1] for row in sheet.iter_rows(values_only=True, max_col=2) if row[0]}
    name, made_by, column, filters = NEWS[lang]
    assert book.sheetnames == [name, "Liste"]
    assert (rows[made_by], rows["Organisme"], rows["Part"]) == ("Amina Berrada", "=OFPPT", "Part des femmes.")
    assert clock_shows("2026-11-23 10:00") in rows.values()
    assert rows["Du"] == clock_shows("2026-01-31 00:00")
    assert {column, filters, "Édition"} <= set(rows)
    for words in ("Africa/Casablanca", "0.1.0", "En dessous de 10, rien."):
        assert words in texts(sheet)
    assert bool(sheet.sheet_view.rightToLeft) == (lang == "ar")
    assert not sheet.merged_cells.ranges
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_without_a_filter_the_sheet_says_that_all_is_there(lang: str) -> None:
    words = {"ar": "دون تصفية", "fr": "Aucun"}
    assert words[lang] in texts(opened(write_xlsx([], lang=lang, about=about())).worksheets[0])


def test_a_file_that_is_read_again_keeps_its_table_first(lang: str) -> None:
    body = write_xlsx([Sheet("Liste", ["nom"], [["Nadia"]])], lang=lang, about=about(), about_first=False)
    table = spreadsheets.read(body, "a.xlsx")
    assert (table.heading, [line.cells for line in table.lines]) == (["nom"], [["Nadia"]])
    assert opened(body).sheetnames == ["Liste", NEWS[lang][0]]


def test_equal_input_gives_equal_bytes(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> bytes:
        return write_xlsx([Sheet("a", ["a"], [["b", 1]])], lang=lang, about=about())

    first = written()
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert written() == first
    properties = opened(first).properties
    assert (properties.creator, properties.created) == ("Amina Berrada", clock_shows("2026-11-23 09:00"))


def test_lines_may_come_from_a_generator() -> None:
    sheet = one_sheet(([f"{number:04}", number] for number in range(1000)), heading=["a", "b"])
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == [(f"{n:04}", n) for n in range(1000)]
    assert sheet.auto_filter.ref == "A1:B1001"


def test_a_csv_says_the_same(lang: str) -> None:
    moment = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    body = write_csv(["a", "b"], [[moment, dt.date(2026, 7, 1), -1.5, None, "x\u202ey\x01", Share(0.5)]])
    assert body.decode("utf-8-sig") == "a;b\r\n2026-07-01 23:30;2026-07-01;-1.5;;xy;0.5\r\n"
