"""A paper of many pages: where its parts stand, what stays together, what has no room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.documents import CannotDraw, blocks, draw_paper
from lms.documents.looks import LOOKS
from lms.documents.paper import BOTTOM, HEIGHT, SIDE, WIDTH
from lms.documents.svg import FigureFailed
from lms.documents.text import line, plain
from tests.documents.pages import FOOT_Y, LANGS, SENTENCE, SQUARE, Page, both, noted, pages, paragraphs
from tests.documents.words import ARABIC, FRENCH, Ink, paper_of

# Tables


@both
def test_a_long_table_repeats_its_head_and_only_the_first_is_read(lang: str) -> None:
    head = ("Premier", "Second") if lang == "fr" else ("الأول", "الثاني")
    found = pages(paper_of(blocks.Grid(head, tuple((f"{row} x", SENTENCE[lang]) for row in range(60))), lang=lang))
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
    (page,) = pages(paper_of(blocks.Grid(("A", "B", "C"), (("a", "b", "c"),)), lang=lang))
    order = [ink.text for ink in sorted(page.body, key=lambda ink: (-ink.y, ink.x))]
    assert order == (["A", "B", "C", "a", "b", "c"] if lang == "fr" else ["C", "B", "A", "c", "b", "a"])


def test_a_long_word_in_a_column_leaves_room_to_the_others() -> None:
    (page,) = pages(paper_of(blocks.Grid(("mot", "adresse", "numéro"), (("court", "x" * 300, "douze"),))))
    assert "court" in page.text
    assert "douze" in page.text
    assert page.text.count("x") == 300


# Notes


def notes_of(page: Page) -> list[str]:
    return re.findall(r"^\d+\. (note-\w+)", page.text, re.M)


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["plain", "noted", "item", "box", "grid", "long"]), min_size=12, max_size=40))
def test_a_note_stands_on_the_page_that_refers_to_it(kinds: list[str]) -> None:
    parts: list[blocks.Block] = []
    for place, kind in enumerate(kinds):
        words = noted(f"ref-{place}", f"note-{place}")
        parts.append(
            {
                "plain": blocks.Paragraph(SENTENCE["fr"] * 3),
                "noted": blocks.Paragraph(words),
                "item": blocks.Items((blocks.Item("•", SENTENCE["fr"]), blocks.Item("•", words))),
                "box": blocks.Box((blocks.Paragraph(SENTENCE["fr"] * 4), blocks.Paragraph(words))),
                "grid": blocks.Grid((noted(f"ref-{place}x", f"note-{place}x"), "b"), ((words, "c"),)),
                "long": blocks.Paragraph(
                    (blocks.Span(SENTENCE["fr"] * 6), *line(words), blocks.Span(SENTENCE["fr"] * 6))
                ),
            }[kind]
        )
    found = pages(paper_of(*parts))
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
    found = pages(
        paper_of(blocks.Grid((noted("ref-1", "note-1"), "b"), tuple((SENTENCE["fr"], "c") for _row in range(60))))
    )
    assert [notes_of(page) for page in found] == [["note-1"], *[[]] * (len(found) - 1)]
    assert len(found) > 1


def test_a_paragraph_over_two_pages_leaves_each_note_with_its_reference() -> None:
    words = (*line(noted("ref-1", "note-1")), blocks.Span(SENTENCE["fr"] * 60), *line(noted("ref-2", "note-2")))
    first, *_middle, last = pages(paper_of(*paragraphs(15), blocks.Paragraph(words)))
    assert notes_of(first) == ["note-1"]
    assert notes_of(last) == ["note-2"]


@pytest.mark.parametrize("kind", ["box", "grid"])
def test_notes_take_no_room_where_they_are_referred_to(kind: str) -> None:
    """What follows a box or a table stands as high as if it had no notes."""

    def height(words: blocks.Words) -> float:
        block: blocks.Block = (
            blocks.Box((blocks.Paragraph(words),)) if kind == "box" else blocks.Grid((), ((words, "b"),))
        )
        (page,) = pages(paper_of(block, blocks.Paragraph("après")))
        return next(ink.y for ink in page.body if ink.text == "è")

    assert height(noted("ref-1", "note-1")) == height("mot ref-1 mot")


def test_notes_of_an_arabic_paper_stand_at_the_right() -> None:
    words = (blocks.Span("كلمة "), blocks.Span("مصطلح", note="تعريف قصير."))
    (page,) = pages(paper_of(blocks.Paragraph(words), lang="ar"))
    lowest = min(ink.y for ink in page.body)
    assert max(ink.end for ink in page.body if ink.y == lowest) == pytest.approx(WIDTH - SIDE, abs=0.1)


# Where words stand


def wild_words(lang: str) -> st.SearchStrategy[blocks.Words]:
    words = st.lists(st.sampled_from([*ARABIC, *FRENCH, "x" * 90, "لا" * 60]), min_size=1, max_size=25).map(" ".join)
    return words.map(lambda text: (blocks.Span(text),))


@st.composite
def papers(draw: st.DrawFn) -> blocks.Paper:
    """Papers of all kinds of blocks with words of any length, boxes in boxes left out."""
    lang = draw(st.sampled_from(LANGS))
    words = wild_words(lang)
    simple = st.one_of(
        st.builds(blocks.Paragraph, words, st.sampled_from(["body", "small", "label", "source", "subtitle"])),
        st.builds(
            lambda one, depth: blocks.Items((blocks.Item("•", one), blocks.Item("12.", one, depth))),
            words,
            st.integers(0, 2),
        ),
        st.builds(lambda one, two: blocks.Grid((one, two), ((two, "60 %"), (one, "2"))), words, words),
        st.builds(blocks.Rules, st.integers(1, 4)),
        st.builds(lambda one: blocks.Paragraph((*line(one), blocks.Span("mot", note=plain(one)))), words),
        st.just(blocks.Picture(SQUARE, "Un carré")),
    )
    parts = st.one_of(simple, st.lists(simple, min_size=1, max_size=4).map(lambda inner: blocks.Box(tuple(inner))))
    return paper_of(*draw(st.lists(parts, min_size=1, max_size=8)), lang=lang)


@settings(max_examples=25)
@given(papers())
def test_no_word_stands_outside_the_margins(paper: blocks.Paper) -> None:
    for page in pages(paper):
        assert page.body or page.inks
        for ink in page.body:
            assert SIDE - 1 <= ink.x <= WIDTH - SIDE + 1, ink
            assert ink.end <= WIDTH - SIDE + 1, ink
            assert BOTTOM - 3 <= ink.y <= HEIGHT - 82, ink


@settings(max_examples=25)
@given(papers())
def test_lines_never_stand_on_one_another(paper: blocks.Paper) -> None:
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
    followers: list[blocks.Block] = [
        blocks.Paragraph(SENTENCE[lang] * 9),
        blocks.Items((blocks.Item("•", SENTENCE[lang] * 4),)),
        blocks.Grid(("a", "b"), tuple((SENTENCE[lang], "b") for _row in range(20))),
        blocks.Picture(SQUARE, "Un carré"),
        blocks.Box(
            tuple(
                one
                for _ in range(8)
                for one in (blocks.Heading("TITRE", 3, "subheading"), blocks.Paragraph(SENTENCE[lang] * 5))
            )
        ),
        blocks.Heading("TITRE", 2),
    ]
    parts: list[blocks.Block] = [blocks.Paragraph(SENTENCE[lang]) for _ in range(count)]
    for follower in followers:
        parts += [blocks.Heading("TITRE", 1), follower, blocks.Paragraph(SENTENCE[lang] * 3)]
    for page in pages(paper_of(*parts, lang=lang)):
        assert page.lines[-1][1] != "TITRE"


@pytest.mark.parametrize("count", range(8))
def test_a_heading_never_stands_last_in_the_part_of_a_box_on_a_page(count: int) -> None:
    inside = [
        one for _ in range(20) for one in (blocks.Heading("TITRE", 3, "subheading"), blocks.Paragraph(SENTENCE["fr"]))
    ]
    first, *others = pages(paper_of(*[blocks.Paragraph("mot", "source")] * count, blocks.Box(tuple(inside))))
    assert others
    assert first.lines[-1][1] != "TITRE"


@pytest.mark.parametrize("count", range(38, 50))
def test_a_figure_stands_on_the_page_of_its_caption(count: int) -> None:
    fill = [blocks.Paragraph("mot", "source")] * count
    for page in pages(
        paper_of(*fill, blocks.Picture(SQUARE, "Un carré"), blocks.Paragraph("légende", "small"), *paragraphs(2))
    ):
        assert ("légende" in page.text) == any(ink.operator == "f" and ink.mark is not None for ink in page.inks)


@both
@pytest.mark.parametrize("count", range(24, 34))
def test_lines_that_are_kept_together_stand_on_one_page(lang: str, count: int) -> None:
    kept = [blocks.Paragraph("SOURCE", "source", keeps_with_next=place < 9) for place in range(10)]
    fill = [blocks.Paragraph("mot") for _ in range(count)]
    found = pages(paper_of(*fill, blocks.Heading("TITRE", 1), *kept, lang=lang))
    shares = [(page.text.count("TITRE"), page.text.count("SOURCE")) for page in found]
    assert [share for share in shares if any(share)] == [(1, 10)]


def test_lines_of_a_paragraph_never_stand_alone() -> None:
    for count in range(24, 34):
        last = blocks.Paragraph("dernier " * 60)
        found = pages(paper_of(*[blocks.Paragraph("mot") for _ in range(count)], last))
        shares = [sum("dernier" in text for _y, text in page.lines) for page in found]
        assert 1 not in shares


# Small, large and refused


def test_a_paper_of_a_thousand_paragraphs_is_drawn_whole() -> None:
    found = pages(paper_of(*[blocks.Paragraph(f"Paragraphe {place}.") for place in range(1000)]))
    text = "\n".join(page.text for page in found)
    assert [int(number) for number in re.findall(r"Paragraphe (\d+)\.", text)] == list(range(1000))
    assert found[-1].at(FOOT_Y) == f"{len(found)} / {len(found)}"


@pytest.mark.parametrize(
    "svg",
    ["", "<svg", "<p/>", SQUARE.replace("rect", "foreignObject"), SQUARE.replace("<rect", '<rect class="no"')],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_figure_that_fails_gives_no_paper(svg: str, inside: bool) -> None:
    picture: blocks.Block = blocks.Picture(svg, "Un carré")
    with pytest.raises(FigureFailed, match=r"\w.+\.") as failure:
        draw_paper(paper_of(blocks.Paragraph("mot"), blocks.Box((picture,)) if inside else picture))
    assert isinstance(failure.value, CannotDraw)


@pytest.mark.parametrize(
    "block",
    [
        blocks.Rules(200),
        blocks.Grid(("a",), (("mot " * 3000,),)),
        blocks.Paragraph((blocks.Span("mot", note="note " * 3000),)),
        blocks.Box((blocks.Rules(60),)),
    ],
    ids=["rules", "cell", "note", "box"],
)
def test_what_is_larger_than_a_page_is_refused_in_a_sentence(block: blocks.Block) -> None:
    with pytest.raises(CannotDraw, match=r"« Papier » has a line or a figure that is larger than a page\."):
        draw_paper(paper_of(block))


@pytest.mark.parametrize("size", [(40, 4000), (4000, 40), (4000, 4000)])
def test_a_large_figure_is_drawn_smaller(size: tuple[int, int]) -> None:
    wide, high = size
    drawing = SQUARE.replace("200 100", f"{wide} {high}").replace('"200"', f'"{wide}"').replace('"100"', f'"{high}"')
    (page,) = pages(paper_of(blocks.Picture(drawing, "Un carré"), blocks.Paragraph("légende", "small")))
    assert "légende" in page.text
