"""Numbers of pages, running heads, and where the links and bookmarks of a paper lead."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
import pytest

from lms.documents import blocks, draw_paper
from lms.documents.paper import SIDE, WIDTH
from lms.documents.text import plain
from tests.documents.pages import FOOT_Y, HEAD_Y, Page, both, pages, paragraphs
from tests.documents.words import paper_of


@both
def test_every_page_says_its_number_and_how_many_there_are(lang: str) -> None:
    found = pages(paper_of(*paragraphs(90, lang), lang=lang))
    assert len(found) > 2
    assert [page.at(FOOT_Y) for page in found] == [f"{place} / {len(found)}" for place in range(1, len(found) + 1)]


@both
def test_every_page_but_the_cover_has_a_running_head(lang: str) -> None:
    head = ("Programme", "Module") if lang == "fr" else ("البرنامج", "المجزوءة")
    cover, *others = pages(paper_of(*paragraphs(30, lang), lang=lang, head=head, cover=blocks.Cover("a", ("b",))))
    assert cover.at(HEAD_Y) == cover.at(FOOT_Y) == ""
    shown = "".join(word if lang == "fr" else word[::-1] for word in head)
    assert {page.at(HEAD_Y) for page in others} == {shown}
    first = [ink for ink in others[0].glyphs if round(ink.y) == HEAD_Y][: len(head[0])]
    assert (first[0].x == pytest.approx(SIDE)) if lang == "fr" else (first[-1].end == pytest.approx(WIDTH - SIDE))
    assert others[0].at(FOOT_Y) == f"2 / {len(others) + 1}"


def chapters(lang: str) -> blocks.Paper:
    parts: list[blocks.Block] = [blocks.Contents("Sommaire", 2)]
    for chapter in range(1, 7):
        parts += [blocks.NewPage(), blocks.Heading(f"Chapitre {'x' * chapter}", 1, "title", number=f"{chapter}.")]
        for part in range(1, 4):
            parts += [
                blocks.Heading(f"Partie {chapter}-{part}", 2),
                *paragraphs(8 * part, lang),
                blocks.Heading("Plus bas", 3),
            ]
            parts += [
                blocks.Paragraph("fin"),
                blocks.Heading(f"Hors {chapter}-{part}", 2, in_contents=False),
                blocks.Paragraph("fin"),
            ]
    return paper_of(*parts, lang=lang, cover=blocks.Cover("a", ("b", "c")))


class Places:
    """Where the bookmarks and links of a paper lead."""

    def __init__(self, paper: blocks.Paper) -> None:
        with pikepdf.open(io.BytesIO(draw_paper(paper))) as document:
            self.pages = [Page(page) for page in document.pages]
            self._places = {page.obj.objgen: place for place, page in enumerate(document.pages)}
            self._named = {str(name): place for name, place in document.Root.get("/Dests", {}).items()}
            with document.open_outline() as outline:
                self.bookmarks = [*self._bookmarks(outline.root, 1)]
            self.links = [self._link(*one) for one in zip(document.pages, self.pages, strict=True)]

    def _bookmarks(self, items: Sequence[pikepdf.OutlineItem], level: int) -> Iterator[tuple[str, int, int]]:
        """Title, level and page of each entry of the outline, in its order."""
        for item in items:
            yield item.title, level, self._page_of(item.destination)
            yield from self._bookmarks(item.children, level + 1)

    def _page_of(self, destination: Any) -> int:
        """From 1."""
        place = destination if isinstance(destination, pikepdf.Array) else self._named[str(destination)]
        return self._places[place[0].objgen] + 1

    def _link(self, page: pikepdf.Page, shown: Page) -> list[tuple[int, int]]:
        """For each link of a page the number that stands in it, and the page that it leads to."""
        found = []
        for annotation in page.get("/Annots", []):
            left, bottom, right, top = (float(side) for side in annotation.Rect)
            inside = [ink for ink in shown.glyphs if left <= ink.x <= right and bottom <= ink.y <= top]
            smallest = min(ink.size for ink in inside)
            number = "".join(ink.text for ink in inside if ink.size == smallest)
            found.append((int(number), self._page_of(annotation.Dest)))
        return found


@both
def test_bookmarks_lead_to_the_pages_of_their_headings(lang: str) -> None:
    paper = chapters(lang)
    places = Places(paper)
    headings = [one for one in paper.blocks if isinstance(one, blocks.Heading)]
    titles = [(f"{one.number} {plain(one.words)}".strip(), one.level) for one in headings]
    assert [(title, level) for title, level, _page in places.bookmarks] == titles
    for title, _level, page in places.bookmarks:
        assert all(part.strip(".") in places.pages[page - 1].text for part in title.split()), title


@both
def test_the_contents_say_the_pages_they_lead_to(lang: str) -> None:
    paper = chapters(lang)
    places = Places(paper)
    headings = [one for one in paper.blocks if isinstance(one, blocks.Heading)]
    wanted = [
        page
        for heading, (_title, _level, page) in zip(headings, places.bookmarks, strict=True)
        if heading.level <= 2 and heading.in_contents
    ]
    links = [link for page in places.links for link in page]
    assert links == [(page, page) for page in wanted]
    assert len(set(wanted)) > 6
