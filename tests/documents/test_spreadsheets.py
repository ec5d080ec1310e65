"""Tables that strangers send: read with suspicion."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.documents import spreadsheets
from lms.documents.spreadsheets import UnreadableFile, decode, read
from lms.documents.workbooks import Sheet, write_xlsx

ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=3, max_size=9)
FRENCH = st.text("abcdefghijklmnopqrstuvwxyzéèêëàâçîïôùûü", min_size=3, max_size=9)


def workbook(**parts: bytes) -> bytes:
    """A plain workbook with further parts put in."""
    out = io.BytesIO(write_xlsx([Sheet("a", ["nom"], [["Nadia"]])], lang="fr"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def bomb() -> bytes:
    return workbook(xl__media__a=b"0" * 30_000_000)


@pytest.mark.parametrize(
    "body",
    [
        bomb(),
        workbook(**{"xl__vbaProject.bin": b"x"}),
        workbook(**{"xl__externalLinks__externalLink1.xml": b"<a/>"}),
        workbook(**{"..__..__etc": b"x"}),
        workbook(**{f"p{number}": b"" for number in range(300)}),
        b"PK\x03\x04" + b"0" * 100,
        b"\xd0\xcf\x11\xe0" + b"0" * 100,
        b"a;b\0c\n1;2\n",
        b"a" * 2_000_001,
        b"nom\n" + b"x\n" * 10_000,
        b";".join([b"x"] * 100),
    ],
    ids=["bomb", "macro", "link", "path", "parts", "no-zip", "xls", "nul", "large", "long", "wide"],
)
def test_what_could_harm_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(body, "x.csv")


def test_entities_are_not_expanded() -> None:
    body = write_xlsx([Sheet("a", ["nom"], [["Nadia"]])], lang="fr")
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            target.writestr(part, evil if part.filename.endswith("sheet1.xml") else source.read(part))
    with pytest.raises(UnreadableFile):
        read(out.getvalue(), "x.xlsx")


def test_formulas_and_merged_cells_are_named_at_their_cell() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["nom", "organisme"])
    sheet.append(["=1+1", "OFPPT"])
    sheet.append(["Nadia", "OFPPT"])
    sheet.append(["Rim", None])
    sheet.merge_cells("B3:B4")
    out = io.BytesIO()
    book.save(out)

    table = read(out.getvalue(), "x.xlsx")

    assert table.lines[0].faults == {0: spreadsheets.FORMULA}
    assert table.lines[1].faults == {1: spreadsheets.MERGED}


@given(
    st.lists(st.tuples(ARABIC, FRENCH), min_size=2, max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1256"]),
)
def test_arabic_and_french_names_survive_each_encoding(names: list[tuple[str, str]], encoding: str) -> None:
    text = "الاسم بالعربية;Nom en français\n" + "".join(f"{ar};{fr}\n" for ar, fr in names)
    assert decode(text.encode(encoding))[0] == text


@given(st.lists(FRENCH.map(str.title), min_size=1, max_size=6))
def test_french_names_survive_windows_1252(names: list[str]) -> None:
    text = "Nom;Prénom\n" + "".join(f"{name};Zoé\n" for name in names)
    assert decode(text.encode("cp1252"))[0] == text


def test_what_a_workbook_escapes_is_read_as_it_was_given() -> None:
    text = "_x202E_ et _x005F_x0041_"
    assert read(write_xlsx([Sheet("a", ["nom"], [[text]])], lang="fr"), "a.xlsx").lines[0].cells == [text]
