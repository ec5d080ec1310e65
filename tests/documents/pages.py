"""What the pages of a paper show."""

from __future__ import annotations

import io
from itertools import groupby

import pikepdf
import pytest

from lms.documents import blocks, draw_paper
from lms.documents.paper import HEIGHT
from tests.documents.words import inks

LANGS = ["fr", "ar"]
SENTENCE = {"fr": "Une phrase de plusieurs mots pour remplir. ", "ar": "جملة من عدة كلمات لملء الصفحة. "}
#: Baselines of what is the same on every page.
HEAD_Y, FOOT_Y = round(HEIGHT - 50), 38
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100"/></svg>'
both = pytest.mark.parametrize("lang", LANGS)


class Page:
    """What a page shows."""

    def __init__(self, page: pikepdf.Page) -> None:
        self.inks = inks(page)
        self.glyphs = [ink for ink in self.inks if ink.operator == "TJ"]
        self.body = [ink for ink in self.glyphs if round(ink.y) not in (HEAD_Y, FOOT_Y)]

    @property
    def lines(self) -> list[tuple[float, str]]:
        """Baseline and glyphs from left to right, in the order of drawing."""
        found = []
        for y, glyphs in groupby(self.body, lambda ink: round(ink.y)):
            found.append((y, "".join(ink.text for ink in glyphs)))
        return found

    @property
    def text(self) -> str:
        return "\n".join(text for _y, text in self.lines)

    def at(self, y: float) -> str:
        return "".join(ink.text for ink in self.glyphs if round(ink.y) == y)


def pages(paper: blocks.Paper) -> list[Page]:
    with pikepdf.open(io.BytesIO(draw_paper(paper))) as document:
        return [Page(page) for page in document.pages]


def noted(word: str, note: str) -> blocks.Words:
    return (blocks.Span("mot "), blocks.Span(word, note=note), blocks.Span(" mot"))


def paragraphs(count: int, lang: str = "fr") -> list[blocks.Block]:
    return [blocks.Paragraph(f"{place} {SENTENCE[lang] * 2}") for place in range(count)]
