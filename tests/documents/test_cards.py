"""Invitation cards: what a phone reads from them, what programs read from the file, what long names do."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from reportlab.lib.units import mm

from lms.documents import CardSheet, InvitationCard, Pair, draw_cards
from lms.documents import cards as drawing

PROGRAMME = Pair("برنامج مقاربة النوع والإدماج الاجتماعي", "Programme genre et inclusion sociale")
ORGANISATION = Pair("المكتب الوطني للصيد", "Office national des pêches")
LONG = Pair(
    "عبد الرحمان بن عبد العزيز الحسني العلوي الإدريسي السملالي",
    "Abderrahmane Ben Abdelaziz El Hassani El Alaoui El Idrissi Semlali",
)
LONG_ORGANISATION = Pair(
    "مكتب التكوين المهني وإنعاش الشغل والمديرية الجهوية للتكوين المستمر",
    "Office de la formation professionnelle et de la promotion du travail, direction régionale de la formation",
)


def link(number: int) -> str:
    return f"https://formation.example.ma/fr/invitation/{number:03d}-0AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789/"


def card(number: int = 1, **changes: object) -> InvitationCard:
    made = InvitationCard(Pair("شيماء العلوي", "Chaïma Alaoui"), ORGANISATION, link(number))
    return replace(made, **changes)  # type: ignore[arg-type]


def sheet(*cards: InvitationCard) -> CardSheet:
    return CardSheet(PROGRAMME, dt.date(2026, 12, 26), cards)


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [re.sub(r"[\s\u200b-\u200f]+", " ", text) for text in found]


def scanned(pdf: bytes, page: int = 0) -> set[str]:
    document = pypdfium2.PdfDocument(pdf)
    image = document[page].render(scale=150 / 72).to_pil()
    document.close()
    return {code.text for code in zxingcpp.read_barcodes(image)}


def test_a_phone_reads_the_link_of_each_card() -> None:
    pdf = draw_cards(sheet(*(card(number) for number in range(10))))
    assert scanned(pdf, 0) == {link(number) for number in range(8)}
    assert scanned(pdf, 1) == {link(8), link(9)}


def test_the_code_is_printed_large_enough() -> None:
    assert drawing.QR_SIDE / mm >= 25


def test_a_sheet_holds_eight_and_a_list_follows() -> None:
    pages = texts(draw_cards(sheet(*(card(number) for number in range(9)))))
    assert len(pages) == 3
    assert pages[0].count("Chaïma Alaoui") == 8
    assert pages[1].count("Chaïma Alaoui") == 1
    assert pages[2].count("Chaïma Alaoui") == 9


def test_a_card_says_all_in_both_languages() -> None:
    text = texts(draw_cards(sheet(card(code="KM7Q-4T2B"))))[0]
    who = ("شيماء العلوي", "Chaïma Alaoui", "Office national des pêches")
    for part in (*who, "KM7Q-4T2B", "26 décembre 2026", "formation.example.ma"):
        assert part in text, part
    assert "Code personnel" in text
    assert "الشخصي" in text


def test_a_card_without_a_code_does_not_speak_of_one() -> None:
    assert "Code personnel" not in texts(draw_cards(sheet(card())))[0]


@pytest.mark.parametrize("code", ["", "KM7Q-4T2B"])
def test_long_names_get_smaller_and_are_never_cut(code: str) -> None:
    text = texts(draw_cards(sheet(card(name=LONG, organisation=LONG_ORGANISATION, code=code))))[0]
    for word in [*LONG.fr.split(), *LONG_ORGANISATION.fr.split(), "السملالي", "المستمر"]:
        assert word in text, word


@pytest.mark.parametrize("name", [Pair("", "Driss Ouahbi"), Pair("إدريس وهبي", "")])
def test_a_name_in_one_script_is_enough(name: Pair) -> None:
    assert (name.fr or name.ar) in texts(draw_cards(sheet(card(name=name, organisation=Pair("", "")))))[0]


def test_all_fonts_are_in_the_file_and_it_has_a_title() -> None:
    with pikepdf.open(io.BytesIO(draw_cards(sheet(card())))) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
        assert not any("Helvetica" in font for font in fonts)
        assert str(pdf.docinfo["/Title"]).startswith("Cartes d’invitation")


def test_equal_cards_give_equal_bytes() -> None:
    assert draw_cards(sheet(card())) == draw_cards(sheet(card()))
