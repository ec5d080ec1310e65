"""A paper of many pages: where its parts stand, what stays together, where its links and bookmarks lead."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.documents import CannotDraw, draw_paper
from lms.documents.blocks import (
    Block,
    Box,
    Contents,
    Cover,
    Grid,
    Heading,
    Item,
    Items,
    NewPage,
    Paper,
    Paragraph,
    Picture,
    Rules,
    Span,
    Words,
)
from lms.documents.flow import LOOKS
from lms.documents.paper import BOTTOM, HEIGHT, SIDE, WIDTH
from lms.documents.svg import FigureFailed
from lms.documents.text import line, plain
from tests.documents.words import ARABIC, FRENCH, Ink, inks, paper_of

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


def pages(paper: Paper) -> list[Page]:
    with pikepdf.open(io.BytesIO(draw_paper(paper))) as document:
        return [Page(page) for page in document.pages]


def noted(word: str, note: str) -> Words:
    return (Span("mot "), Span(word, note=note), Span(" mot"))


def paragraphs(count: int, lang: str = "fr") -> list[Block]:
    return [Paragraph(f"{place} {SENTENCE[lang] * 2}") for place in range(count)]


# Tables


@both
def test_a_long_table_repeats_its_head_and_only_the_first_is_read(lang: str) -> None:
    head = ("Premier", "Second") if lang == "fr" else ("الأول", "الثاني")
    found = pages(paper_of(Grid(head, tuple((f"{row} x", SENTENCE[lang]) for row in range(60))), lang=lang))
    word = head[0] if lang == "fr" else head[0][::-1]
    assert len(found) > 1
    for place, page in enumerate(found):
        assert page.text.count(word) == 1
        read = "".join(ink.text for ink in page.glyphs if ink.mark is not None)
        assert read.count(word) == (place == 0)
        assert word in page.lines[0][1] or word in page.lines[1][1]
    rows = [int(number) for page in found for number in re.findall(r"(\d+) x", read_forward(page, lang))]
    assert rows == list(range(60))


def read_forward(page: Page, lang: str) -> str:
    """Figures of a right-to-left cell stand at its right."""
    return re.sub(r"x (\d+)", r"\1 x", page.text) if lang == "ar" else page.text


@both
def test_the_first_column_stands_where_reading_starts(lang: str) -> None:
    (page,) = pages(paper_of(Grid(("A", "B", "C"), (("a", "b", "c"),)), lang=lang))
    order = [ink.text for ink in sorted(page.body, key=lambda ink: (-ink.y, ink.x))]
    assert order == (["A", "B", "C", "a", "b", "c"] if lang == "fr" else ["C", "B", "A", "c", "b", "a"])


def test_a_long_word_in_a_column_leaves_room_to_the_others() -> None:
    (page,) = pages(paper_of(Grid(("mot", "adresse", "numéro"), (("court", "x" * 300, "douze"),))))
    assert "court" in page.text
    assert "douze" in page.text
    assert page.text.count("x") == 300


# Notes


def notes_of(page: Page) -> list[str]:
    return re.findall(r"^\d+\. (note-\w+)", page.text, re.M)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["plain", "noted", "item", "box", "grid", "long"]), min_size=12, max_size=40))
def test_a_note_stands_on_the_page_that_refers_to_it(kinds: list[str]) -> None:
    blocks: list[Block] = []
    for place, kind in enumerate(kinds):
        words = noted(f"ref-{place}", f"note-{place}")
        blocks.append(
            {
                "plain": Paragraph(SENTENCE["fr"] * 3),
                "noted": Paragraph(words),
                "item": Items((Item("•", SENTENCE["fr"]), Item("•", words))),
                "box": Box((Paragraph(SENTENCE["fr"] * 4), Paragraph(words))),
                "grid": Grid((noted(f"ref-{place}x", f"note-{place}x"), "b"), ((words, "c"),)),
                "long": Paragraph((Span(SENTENCE["fr"] * 6), *line(words), Span(SENTENCE["fr"] * 6))),
            }[kind]
        )
    found = pages(paper_of(*blocks))
    wanted = sum({"plain": 0, "grid": 2}.get(kind, 1) for kind in kinds)
    assert sum(len(notes_of(page)) for page in found) == wanted
    for page in found:
        references = re.findall(r"ref-(\d+x?)", page.text)
        assert [f"note-{one}" for one in references] == notes_of(page)
        notes = [y for y, text in page.lines if re.match(r"\d+\. note-", text)]
        others = [y for y, text in page.lines if not re.match(r"\d+\. note-", text)]
        assert not notes or max(notes) < min(others)
        assert all(y > BOTTOM - 1 for y, _text in page.lines)


def test_a_note_in_the_head_of_a_long_table_stands_once() -> None:
    found = pages(paper_of(Grid((noted("ref-1", "note-1"), "b"), tuple((SENTENCE["fr"], "c") for _row in range(60)))))
    assert [notes_of(page) for page in found] == [["note-1"], *[[]] * (len(found) - 1)]
    assert len(found) > 1


def test_a_paragraph_over_two_pages_leaves_each_note_with_its_reference() -> None:
    words = (*line(noted("ref-1", "note-1")), Span(SENTENCE["fr"] * 60), *line(noted("ref-2", "note-2")))
    first, *_middle, last = pages(paper_of(*paragraphs(15), Paragraph(words)))
    assert notes_of(first) == ["note-1"]
    assert notes_of(last) == ["note-2"]


@pytest.mark.parametrize("kind", ["box", "grid"])
def test_notes_take_no_room_where_they_are_referred_to(kind: str) -> None:
    """What follows a box or a table stands as high as if it had no notes."""

    def height(words: Words) -> float:
        block: Block = Box((Paragraph(words),)) if kind == "box" else Grid((), ((words, "b"),))
        (page,) = pages(paper_of(block, Paragraph("après")))
        return next(ink.y for ink in page.body if ink.text == "è")

    assert height(noted("ref-1", "note-1")) == height("mot ref-1 mot")


def test_notes_of_an_arabic_paper_stand_at_the_right() -> None:
    words = (Span("كلمة "), Span("مصطلح", note="تعريف قصير."))
    (page,) = pages(paper_of(Paragraph(words), lang="ar"))
    lowest = min(ink.y for ink in page.body)
    assert max(ink.end for ink in page.body if ink.y == lowest) == pytest.approx(WIDTH - SIDE, abs=0.1)


# Where words stand


def wild_words(lang: str) -> st.SearchStrategy[Words]:
    words = st.lists(st.sampled_from([*ARABIC, *FRENCH, "x" * 90, "لا" * 60]), min_size=1, max_size=25).map(" ".join)
    return words.map(lambda text: (Span(text),))


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Papers of all kinds of blocks with words of any length, boxes in boxes left out."""
    lang = draw(st.sampled_from(LANGS))
    words = wild_words(lang)
    simple = st.one_of(
        st.builds(Paragraph, words, st.sampled_from(["body", "small", "label", "source", "subtitle"])),
        st.builds(lambda one, depth: Items((Item("•", one), Item("12.", one, depth))), words, st.integers(0, 2)),
        st.builds(lambda one, two: Grid((one, two), ((two, "60 %"), (one, "2"))), words, words),
        st.builds(Rules, st.integers(1, 4)),
        st.builds(lambda one: Paragraph((*line(one), Span("mot", note=plain(one)))), words),
        st.just(Picture(SQUARE, "Un carré")),
    )
    blocks = st.one_of(simple, st.lists(simple, min_size=1, max_size=4).map(lambda inner: Box(tuple(inner))))
    return paper_of(*draw(st.lists(blocks, min_size=1, max_size=8)), lang=lang)


@settings(max_examples=25)
@given(papers())
def test_no_word_stands_outside_the_margins(paper: Paper) -> None:
    for page in pages(paper):
        assert page.body or page.inks
        for ink in page.body:
            assert SIDE - 1 <= ink.x <= WIDTH - SIDE + 1, ink
            assert ink.end <= WIDTH - SIDE + 1, ink
            assert BOTTOM - 3 <= ink.y <= HEIGHT - 82, ink


@settings(max_examples=25)
@given(papers())
def test_lines_never_stand_on_one_another(paper: Paper) -> None:
    """Of one column: baselines keep the distance of the smallest letters."""
    least = min(look.step for looks in LOOKS.values() for look in looks.values())
    for page in pages(paper):
        bases = sorted({round(ink.y) for ink in at_left_edge(page.body)})
        assert all(after - before > least * 0.6 for before, after in pairwise(bases))


def at_left_edge(found: Sequence[Ink]) -> list[Ink]:
    """Glyphs that begin within the first points of the page's room, on their baseline."""
    return [ink for ink in found if ink.x < SIDE + 8 and ink.size > 7.9]


@both
@pytest.mark.parametrize("count", range(18, 30))
def test_a_heading_never_stands_last_on_a_page(lang: str, count: int) -> None:
    """Before a paragraph, a list, a table, a figure with its caption, or in a box."""
    followers: list[Block] = [
        Paragraph(SENTENCE[lang] * 9),
        Items((Item("•", SENTENCE[lang] * 4),)),
        Grid(("a", "b"), tuple((SENTENCE[lang], "b") for _row in range(20))),
        Picture(SQUARE, "Un carré"),
        Box(tuple(one for _ in range(8) for one in (Heading("TITRE", 3, "subheading"), Paragraph(SENTENCE[lang] * 5)))),
        Heading("TITRE", 2),
    ]
    blocks: list[Block] = [Paragraph(SENTENCE[lang]) for _ in range(count)]
    for follower in followers:
        blocks += [Heading("TITRE", 1), follower, Paragraph(SENTENCE[lang] * 3)]
    for page in pages(paper_of(*blocks, lang=lang)):
        assert page.lines[-1][1] != "TITRE"


@pytest.mark.parametrize("count", range(8))
def test_a_heading_never_stands_last_in_the_part_of_a_box_on_a_page(count: int) -> None:
    inside = [one for _ in range(20) for one in (Heading("TITRE", 3, "subheading"), Paragraph(SENTENCE["fr"]))]
    first, *others = pages(paper_of(*[Paragraph("mot", "source")] * count, Box(tuple(inside))))
    assert others
    assert first.lines[-1][1] != "TITRE"


@pytest.mark.parametrize("count", range(38, 50))
def test_a_figure_stands_on_the_page_of_its_caption(count: int) -> None:
    fill = [Paragraph("mot", "source")] * count
    for page in pages(paper_of(*fill, Picture(SQUARE, "Un carré"), Paragraph("légende", "small"), *paragraphs(2))):
        assert ("légende" in page.text) == any(ink.operator == "f" and ink.mark is not None for ink in page.inks)


def test_lines_of_a_paragraph_never_stand_alone() -> None:
    for count in range(24, 34):
        last = Paragraph("dernier " * 60)
        found = pages(paper_of(*[Paragraph("mot") for _ in range(count)], last))
        shares = [sum("dernier" in text for _y, text in page.lines) for page in found]
        assert 1 not in shares


# Numbers, links, bookmarks


@both
def test_every_page_says_its_number_and_how_many_there_are(lang: str) -> None:
    found = pages(paper_of(*paragraphs(90, lang), lang=lang))
    assert len(found) > 2
    assert [page.at(FOOT_Y) for page in found] == [f"{place} / {len(found)}" for place in range(1, len(found) + 1)]


@both
def test_every_page_but_the_cover_has_a_running_head(lang: str) -> None:
    head = ("Programme", "Module") if lang == "fr" else ("البرنامج", "المجزوءة")
    cover, *others = pages(paper_of(*paragraphs(30, lang), lang=lang, head=head, cover=Cover("a", ("b",))))
    assert cover.at(HEAD_Y) == cover.at(FOOT_Y) == ""
    shown = "".join(word if lang == "fr" else word[::-1] for word in head)
    assert {page.at(HEAD_Y) for page in others} == {shown}
    first = [ink for ink in others[0].glyphs if round(ink.y) == HEAD_Y][: len(head[0])]
    assert (first[0].x == pytest.approx(SIDE)) if lang == "fr" else (first[-1].end == pytest.approx(WIDTH - SIDE))
    assert others[0].at(FOOT_Y) == f"2 / {len(others) + 1}"


def chapters(lang: str) -> Paper:
    blocks: list[Block] = [Contents("Sommaire", 2)]
    for chapter in range(1, 7):
        blocks += [NewPage(), Heading(f"Chapitre {'x' * chapter}", 1, "title", number=f"{chapter}.")]
        for part in range(1, 4):
            blocks += [Heading(f"Partie {chapter}-{part}", 2), *paragraphs(8 * part, lang), Heading("Plus bas", 3)]
            blocks += [Paragraph("fin"), Heading(f"Hors {chapter}-{part}", 2, in_contents=False), Paragraph("fin")]
    return paper_of(*blocks, lang=lang, cover=Cover("a", ("b", "c")))


class Places:
    """Where the bookmarks and links of a paper lead."""

    def __init__(self, paper: Paper) -> None:
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
    headings = [one for one in paper.blocks if isinstance(one, Heading)]
    titles = [(f"{one.number} {plain(one.words)}".strip(), one.level) for one in headings]
    assert [(title, level) for title, level, _page in places.bookmarks] == titles
    for title, _level, page in places.bookmarks:
        assert all(part.strip(".") in places.pages[page - 1].text for part in title.split()), title


@both
def test_the_contents_say_the_pages_they_lead_to(lang: str) -> None:
    paper = chapters(lang)
    places = Places(paper)
    headings = [one for one in paper.blocks if isinstance(one, Heading)]
    wanted = [
        page
        for heading, (_title, _level, page) in zip(headings, places.bookmarks, strict=True)
        if heading.level <= 2 and heading.in_contents
    ]
    links = [link for page in places.links for link in page]
    assert links == [(page, page) for page in wanted]
    assert len(set(wanted)) > 6


# Small, large and refused


def test_a_paper_of_a_thousand_paragraphs_is_drawn_whole() -> None:
    found = pages(paper_of(*[Paragraph(f"Paragraphe {place}.") for place in range(1000)]))
    text = "\n".join(page.text for page in found)
    assert [int(number) for number in re.findall(r"Paragraphe (\d+)\.", text)] == list(range(1000))
    assert found[-1].at(FOOT_Y) == f"{len(found)} / {len(found)}"


@pytest.mark.parametrize(
    "svg",
    ["", "<svg", "<p/>", SQUARE.replace("rect", "foreignObject"), SQUARE.replace("<rect", '<rect class="no"')],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_figure_that_fails_gives_no_paper(svg: str, inside: bool) -> None:
    picture: Block = Picture(svg, "Un carré")
    with pytest.raises(FigureFailed, match=r"\w.+\.") as failure:
        draw_paper(paper_of(Paragraph("mot"), Box((picture,)) if inside else picture))
    assert isinstance(failure.value, CannotDraw)


@pytest.mark.parametrize(
    "block",
    [Rules(200), Grid(("a",), (("mot " * 3000,),)), Paragraph((Span("mot", note="note " * 3000),)), Box((Rules(60),))],
    ids=["rules", "cell", "note", "box"],
)
def test_what_is_larger_than_a_page_is_refused_in_a_sentence(block: Block) -> None:
    with pytest.raises(CannotDraw, match=r"« Papier » has a line or a figure that is larger than a page\."):
        draw_paper(paper_of(block))


@pytest.mark.parametrize("size", [(40, 4000), (4000, 40), (4000, 4000)])
def test_a_large_figure_is_drawn_smaller(size: tuple[int, int]) -> None:
    wide, high = size
    drawing = SQUARE.replace("200 100", f"{wide} {high}").replace('"200"', f'"{wide}"').replace('"100"', f'"{high}"')
    (page,) = pages(paper_of(Picture(drawing, "Un carré"), Paragraph("légende", "small")))
    assert "légende" in page.text
